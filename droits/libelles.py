"""Words for the codes of the journal and of the jobs, as a DPO reads them."""

import re
from typing import Any

from django.apps import apps

from conformite.models.journal import LigneJournal
from conventions.views.documents import PIECES
from signalements.models.demandes import Demande
from signalements.workflow import ACTES_SANS_ETAT, TRANSITIONS
from socle.profils import Profil

ACTES = {
    "absence.declarer": "Absence déclarée",
    "absence.enregistrer": "Absence enregistrée",
    "absence.supprimer": "Absence retirée",
    "acces.refuse": "Accès refusé",
    "appelant.identifier": "Appelant identifié",
    "assistance.demander": "Assistance demandée",
    "assistance.repondre": "Réponse du support",
    "assistance.transmettre": "Assistance transmise au support national",
    "caisse.creer": "Caisse créée",
    "caisse.decrire": "Coordonnées de la caisse modifiées",
    "caisse.jour_chome": "Jour chômé ajouté",
    "caisse.relances": "Rappels à la structure réglés",
    "caisse.vecteurs": "Moyens de contact de la caisse modifiés",
    "certificat.attester": "Destruction attestée par la structure",
    "certificat.extraire": "Certificat de destruction téléchargé",
    "cgu.accepter": "Conditions d’utilisation acceptées",
    "cgu.publier": "Conditions d’utilisation publiées",
    "compte.activer": "Compte activé",
    "compte.annoncer_depart": "Départ annoncé",
    "compte.codes_secours": "Codes de secours tirés",
    "compte.creer": "Compte créé",
    "compte.deplacer": "Compte changé de caisse",
    "compte.exclure": "Compte exclu",
    "compte.identifiant_oublie": "Identifiant oublié",
    "compte.inactiver": "Compte inactivé",
    "compte.lever_exclusion": "Exclusion levée",
    "compte.modifier": "Compte modifié",
    "compte.mot_de_passe": "Mot de passe changé",
    "compte.mot_de_passe_oublie": "Mot de passe oublié",
    "compte.reactiver": "Compte réactivé",
    "compte.refaire_facteur": "Second facteur à refaire",
    "compte.relancer": "Lien d’activation envoyé à nouveau",
    "compte.retenir_poste": "Poste de confiance retenu",
    "compte.second_facteur": "Second facteur changé",
    "compte.supprimer": "Compte supprimé",
    "connexion.code_refuse": "Code refusé",
    "connexion.code_secours": "Code de secours utilisé",
    "connexion.confirmer": "Identité confirmée par le mot de passe",
    "connexion.fermee": "Déconnexion",
    "connexion.fermer_autres": "Autres sessions fermées",
    "connexion.fermer_une": "Une session fermée",
    "connexion.ouverte": "Connexion",
    "connexion.refusee": "Connexion refusée",
    "convention.ajouter_referent": "Référent ajouté",
    "convention.appliquer_a_l_existant": "Nouvelle durée appliquée à l’existant",
    "convention.appliquer_avenant": "Avenant appliqué",
    "convention.clore_mise_en_demeure": "Mise en demeure close",
    "convention.denoncer": "Dénonciation enregistrée",
    "convention.en_vigueur": "Convention en vigueur",
    "convention.evaluation": "Évaluation partagée",
    "convention.exporter": "Conventions exportées",
    "convention.joindre_preuve": "Preuve jointe",
    "convention.lever_suspension": "Suspension levée",
    "convention.mettre_a_la_signature": "Convention mise à la signature",
    "convention.mettre_en_demeure": "Mise en demeure enregistrée",
    "convention.mise_en_demeure_recue": "Mise en demeure reçue",
    "convention.modifier": "Convention modifiée",
    "convention.ouvrir_motifs": "Motifs ouverts",
    "convention.pdf": "Convention téléchargée",
    "convention.rediger": "Convention rédigée",
    "convention.rediger_avenant": "Avenant rédigé",
    "convention.renvoyer": "Convention renvoyée",
    "convention.resilier": "Résiliation enregistrée",
    "convention.retirer_referent": "Référent retiré",
    "convention.signer": "Convention signée",
    "convention.signer_avenant": "Avenant signé",
    "convention.sous_traitance": "Sous-traitance acceptée",
    "convention.suivi": "Suivi du partenariat noté",
    "convention.suspendre": "Accès suspendu",
    "convention.telecharger_preuve": "Preuve téléchargée",
    "convention.terminer": "Convention terminée",
    "demande.accuse": "Accusé de réception téléchargé",
    "demande.agenda": "Rendez-vous téléchargé",
    "demande.ecrire": "Message écrit",
    "demande.lire": "Demande lue",
    "demande.lire_historique": "Demandes d’une même personne lues",
    "demande.lire_pieces": "Pièces d’une demande lues",
    "demande.lire_tri": "File de tri lue",
    "demande.supprimer_brouillon": "Brouillon supprimé",
    "demande.texte_confirme": "Texte signalé, puis confirmé",
    "droits.extraire": "Dossier d’une personne extrait",
    "droits.identite": "Identité d’une personne vérifiée",
    "droits.limiter": "Suppression gelée à la demande d’une personne",
    "droits.lire": "Demande de droits lue",
    "droits.recevoir": "Demande de droits reçue",
    "droits.rechercher": "Recherche sur une personne",
    "droits.rectification": "Rectification signalée",
    "droits.repondre": "Réponse à une personne",
    "fichier.verdict": "Fichier analysé",
    "formation.annuler": "Session de formation annulée",
    "formation.inscrire": "Place à une session retenue ou rendue",
    "formation.programmer": "Session de formation annoncée",
    "gel.lever": "Gel levé",
    "gel.poser": "Gel posé",
    "habilitation.completer": "Demande d’habilitation complétée",
    "habilitation.deposer": "Demande d’habilitation déposée",
    "habilitation.retirer": "Demande d’habilitation retirée",
    "journal.lire": "Journal consulté",
    "lettre.abonner": "Abonnement à la lettre changé",
    "lettre.envoyer": "Lettre envoyée",
    "maintenance.annoncer": "Maintenance annoncée",
    "maintenance.annuler": "Annonce de maintenance retirée",
    "modele.enregistrer": "Modèle de réponse enregistré",
    "modele.supprimer": "Modèle de réponse supprimé",
    "motif.regler": "Motif réglé",
    "partenaire.creer": "Structure créée",
    "partenaire.modifier": "Structure modifiée",
    "piece.envoyer": "Document envoyé par la caisse",
    "piece.joindre": "Pièce jointe",
    "piece.rappeler": "Document rappelé",
    "piece.refuser": "Pièce refusée",
    "piece.retirer": "Pièce retirée",
    "piece.reunir": "Photographies réunies",
    "piece.telecharger": "Pièce téléchargée",
    "pole.creer": "Pôle créé",
    "publication.publier": "Information publiée",
    "publication.retirer": "Information retirée",
    "purge.cle": "Clé d’un jour détruite",
    "purge.frein": "Purge arrêtée",
    "purge.liberer": "Purge libérée",
    "purge.lot": "Données détruites à leur terme",
    "restauration.rejouer": "Livre des destructions rejoué après une restauration",
    "revue.clore": "Revue close",
    "revue.decider": "Ligne de revue décidée",
    "revue.exporter": "Revue exportée",
    "revue.ouvrir": "Revue ouverte",
    "securite.exporter": "Signalements de sécurité exportés",
    "securite.signaler": "Perte, vol ou fraude signalés",
    "securite.traiter": "Signalement de sécurité traité",
    "violation.autorite": "Violation notifiée à l’autorité",
    "violation.close": "Violation close",
    "violation.declaree": "Violation déclarée",
    "violation.evaluee": "Violation évaluée",
    "violation.lire": "Violation lue",
    "violation.partie": "Autre partie informée d’une violation",
    "violation.personnes": "Personnes informées d’une violation",
}
ACTES |= {f"demande.{verbe}": une.libelle for verbe, une in TRANSITIONS.items()}
ACTES |= {f"demande.{verbe}": libelle for verbe, libelle in ACTES_SANS_ETAT.items()}

# What showed or gave out the data of somebody: « qui a vu quoi ».
LECTURES = (
    *(
        "demande.lire",
        "demande.lire_historique",
        "demande.lire_tri",
        "demande.lire_pieces",
        "demande.accuse",
        "demande.agenda",
        "piece.telecharger",
    ),
    *("droits.lire", "droits.rechercher", "droits.extraire", "violation.lire"),
    *("convention.exporter", "revue.exporter", "securite.exporter"),
)

_EXECUTIONS = {
    "cles": "Création des clés à venir",
    "comptes-balayage": "Sessions, postes et liens expirés",
    "comptes-departs": "Départs annoncés",
    "comptes-fins": "Fins de convention",
    "comptes-notices": "Préavis de suppression des comptes",
    "comptes-revues": "Revues d’habilitation",
    "conservation": "Destruction de ce qui est arrivé à son terme",
    "conventions": "Échéances des conventions",
    "conventions-rappels": "Rappels des conventions",
    "courriels": "Envoi des courriels",
    "demandes": "Relances et clôtures des demandes",
    "fichiers": "Analyse des fichiers en attente",
    "fichiers-nouvelle-analyse": "Nouvelle analyse des fichiers",
    "fichiers-reparation": "Réparation du stockage des fichiers",
    "lettre": "Lettre d’information",
    "page-indisponible": "Page d’indisponibilité",
    "sceau-du-journal": "Sceau du journal",
    "surveillance": "Surveillance et alertes",
}


_DETAILS = {
    "avec_code": "code confidentiel donné",
    "champs": "champs changés",
    "commentaire": "commentaire",
    "connu": "compte connu",
    "de": "avant",
    "debut": "début",
    "decision": "décision",
    "ecrit": "réponse en cours d’écriture",
    "ferme": "compte fermé aussitôt",
    "gelees": "demandes gelées",
    "genres": "signalé dans le texte",
    "inactive": "compte inactivé",
    "jusqu_a": "jusqu’au",
    "modele": "catégorie",
    "numero": "numéro",
    "oui": "accepté",
    "piece": "document",
    "precision": "précision",
    "profil_cree": "profil",
    "reconnu": "code reconnu",
    "references": "références",
    "remplacant": "remplaçant, compte n°",
    "reponse": "réponse",
    "restants": "codes restants",
    "resultats": "résultats",
    "statut": "raison",
    "terme": "terme du",
    "total": "lignes en tout",
    "vers": "après",
    "volume": "lignes arrivées à leur terme",
    "vue": "page",
}
_JOUR = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# What an answer of the portal meant to the person.
_REFUS = {403: "droit manquant", 404: "hors du périmètre"}
_ETATS = dict(Demande.Statut.choices)


def acte(code: str) -> str:
    """Return the words for an act of the journal; the code itself, made readable, for one that has none."""
    return ACTES.get(code) or code.replace(".", " : ").replace("_", " ").capitalize()


def objet(ligne: LigneJournal) -> str:
    """Return the words for the object of a line that has no reference: « compte n° 14 », nothing without object."""
    if not ligne.objet_type:
        return ""
    try:
        nom = apps.get_model(ligne.objet_type)._meta.verbose_name
    except LookupError:  # a line outlives the model that it names
        nom = ligne.objet_type
    return f"{nom} n°\xa0{ligne.objet_id}"


def details(ligne: LigneJournal) -> list[tuple[str, str]]:
    """Return the details of a line as words: names and states in French, days in figures, lists without brackets."""
    return [
        (_DETAILS.get(nom) or nom.replace("_", " "), _detail(nom, valeur))
        for nom, valeur in ligne.details.items()
    ]


def profil(code: str) -> str:
    """Return the words for the profile that a line holds; the code itself for one that is no more."""
    return str(dict(Profil.choices).get(code, code))


def _detail(nom: str, valeur: Any) -> str:
    if nom == "statut" and valeur in _REFUS:
        return _REFUS[valeur]
    if nom == "profil_cree":
        return profil(str(valeur))
    if nom in ("de", "vers") and valeur in _ETATS:
        return str(_ETATS[valeur])
    if nom == "piece":
        return PIECES.get(str(valeur), str(valeur))
    if nom == "vue":
        return str(valeur).replace("-", " ")
    return _en_mots(valeur)


def _en_mots(valeur: Any) -> str:
    if isinstance(valeur, list):
        return ", ".join(map(_en_mots, valeur)) or "–"
    if valeur is None or valeur == "":
        return "–"
    mot = str(valeur)
    if jour := _JOUR.fullmatch(mot):
        return "/".join(reversed(jour.groups()))
    return {"True": "oui", "False": "non"}.get(mot, mot.replace("_", " "))


def execution(nom: str) -> str:
    """Return the words for a job of the beat table."""
    return _EXECUTIONS.get(nom) or nom.replace("-", " ").capitalize()
