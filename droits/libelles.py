"""Words for the codes of the journal and of the jobs, as a DPO reads them."""

from signalements.workflow import ACTES_SANS_ETAT, TRANSITIONS

_ACTES = {
    "acces.refuse": "Accès refusé",
    "appelant.identifier": "Appelant identifié",
    "certificat.extraire": "Certificat de destruction téléchargé",
    "assistance.demander": "Assistance demandée",
    "assistance.repondre": "Réponse du support",
    "assistance.transmettre": "Assistance transmise au support national",
    "cgu.accepter": "Conditions d’utilisation acceptées",
    "cgu.publier": "Conditions d’utilisation publiées",
    "compte.activer": "Compte activé",
    "compte.annoncer_depart": "Départ annoncé",
    "compte.creer": "Compte créé",
    "compte.exclure": "Compte exclu",
    "compte.inactiver": "Compte inactivé",
    "compte.modifier": "Compte modifié",
    "compte.mot_de_passe": "Mot de passe changé",
    "compte.mot_de_passe_oublie": "Mot de passe oublié",
    "compte.reactiver": "Compte réactivé",
    "compte.second_facteur": "Second facteur changé",
    "compte.supprimer": "Compte supprimé",
    "connexion.code_refuse": "Code refusé",
    "connexion.fermee": "Déconnexion",
    "connexion.ouverte": "Connexion",
    "connexion.refusee": "Connexion refusée",
    "convention.pdf": "Convention téléchargée",
    "convention.signer": "Convention signée",
    "convention.terminer": "Convention terminée",
    "demande.accuse": "Accusé de réception téléchargé",
    "demande.ecrire": "Message écrit",
    "demande.lire": "Demande lue",
    "demande.lire_tri": "File de tri lue",
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
    "journal.lire": "Journal consulté",
    "lettre.abonner": "Abonnement à la lettre changé",
    "lettre.envoyer": "Lettre envoyée",
    "maintenance.annoncer": "Maintenance annoncée",
    "maintenance.annuler": "Annonce de maintenance retirée",
    "piece.joindre": "Pièce jointe",
    "piece.refuser": "Pièce refusée",
    "piece.retirer": "Pièce retirée",
    "piece.telecharger": "Pièce téléchargée",
    "publication.publier": "Information publiée",
    "publication.retirer": "Information retirée",
    "purge.cle": "Clé d’un jour détruite",
    "purge.frein": "Purge arrêtée",
    "purge.liberer": "Purge libérée",
    "purge.lot": "Données détruites à leur terme",
    "restauration.rejouer": "Registre rejoué après une restauration",
    "violation.autorite": "Violation notifiée à l’autorité",
    "violation.close": "Violation close",
    "violation.declaree": "Violation déclarée",
    "violation.evaluee": "Violation évaluée",
    "violation.lire": "Violation lue",
    "violation.personnes": "Personnes informées d’une violation",
}
_ACTES |= {f"demande.{verbe}": une.libelle for verbe, une in TRANSITIONS.items()}
_ACTES |= {f"demande.{verbe}": libelle for verbe, libelle in ACTES_SANS_ETAT.items()}

_TRAITEMENTS = {
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
    "page-indisponible": "Page d’indisponibilité",
    "sceau-du-journal": "Sceau du journal",
    "surveillance": "Surveillance et alertes",
}


def acte(code: str) -> str:
    """Return the words for an act of the journal; the code itself, made readable, for one that has none."""
    return _ACTES.get(code) or code.replace(".", " : ").replace("_", " ").capitalize()


def traitement(nom: str) -> str:
    """Return the words for a job of the beat table."""
    return _TRAITEMENTS.get(nom) or nom.replace("-", " ").capitalize()
