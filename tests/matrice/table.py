"""The table: one line for each address and, where it matters, each act (access matrix, ASVS 8.x).

Columns: name of the address, methods, object, who is served, and the form that its owner posts when there is no page to
get. Who is served: profiles, on this side of the borders; with « * », beyond them too (for its own affairs); « collegue »: another technicien of the structure, counted with « technicien* ». « tous »: any account.
Whoever is not named is refused, by perimeter (404) or by right (403).
A value of the form between braces is the key of a row of the world. Instead of profiles, « public »: open to everyone; « porte »: a step of the sign-in, tried apart.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from socle import horloge
from tests.distribution import MOT_DE_PASSE

TOUS = "tous"
# The flows of the world are awaited since a hundred days.
MOIS_PASSE = f"{horloge.jour('Europe/Paris').replace(day=1) - dt.timedelta(days=1):%Y-%m}"


@dataclass(frozen=True)
class Ligne:
    """One line of the table."""

    vue: str
    methodes: str
    objet: str
    servis: str
    envoi: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.vue} {self.objet}"


def _lignes(*lignes: tuple[Any, ...]) -> list[Ligne]:
    return [Ligne(*ligne) for ligne in lignes]


# What an act asks of who has just signed in.
PREUVE = {"identite-mot_de_passe": MOT_DE_PASSE}
ESSAI = "Un mot d’explication."
PUBLIQUES = _lignes(
    *((vue, "GET", "-", "public") for vue in ("sante-vivant", "sante-pret", "sante-etat", "metriques")),
    *((vue, "GET", "-", "public") for vue in ("aide", "accessibilite", "donnees-personnelles")),
    *((vue, "GET", "-", "public") for vue in ("mentions-legales", "plan-du-site", "contact-securite")),
    ("aide-article", "GET", "article", "public"),
    ("mode-d-emploi", "GET", "-", "public"),
    *((vue, "GET", "- public=assures", "public") for vue in ("notice", "notice-pdf")),
    ("securite-signaler", "GET POST", "-", "public"),
    ("accessibilite-contact", "GET POST", "-", "public"),
    ("connexion", "GET POST", "-", "porte"),
    ("connexion-code", "GET POST", "-", "porte"),
    ("connexion-cle", "GET POST", "-", "porte"),
    ("deconnexion", "POST", "-", "porte"),
    ("cgu", "GET POST", "-", "porte"),
    ("mot-de-passe-oublie", "GET POST", "-", "public"),
    ("lien-envoye", "GET", "-", "public"),
    ("identifiant-oublie", "GET POST", "-", "public"),
    ("activation", "GET POST", "lien-activation", "public"),
    ("activation-code", "GET POST", "lien-activation", "public"),
    ("mot-de-passe-nouveau", "GET POST", "lien-mot-de-passe", "public"),
    ("second-facteur-nouveau", "GET POST", "lien-second-facteur", "public"),
    ("adresse-confirmer", "GET POST", "lien-adresse", "public"),
    ("agenda", "GET", "lien-agenda", "public"),
)
A_TOUS = _lignes(
    ("accueil", "GET", "-", TOUS),
    ("session-prolonger", "GET", "-", TOUS),
    ("notifications", "GET", "-", TOUS),
    ("notifications-lues", "POST", "-", TOUS),
    ("notification-ouvrir", "POST", "notification", "technicien"),
    ("mon-compte", "GET", "-", TOUS),
    ("sessions-fermer", "POST", "-", TOUS),
    ("session-fermer", "POST", "session", TOUS),
    ("codes-secours", "GET POST", "-", TOUS),
    ("agenda-nouveau", "GET POST", "-", "administrateur*"),
    ("agenda-retirer", "POST", "-", "administrateur*"),
    ("cle-ajouter", "GET POST", "-", TOUS),
    ("cle-retirer", "GET POST", "cle", "technicien"),
    ("mot-de-passe-changer", "GET POST", "-", TOUS),
)

# --- Demandes: the structure's techniciens on one side, those who treat on the other (D-09, R-04).
STRUCTURE = "technicien collegue"
AUTEUR = "technicien"
CAISSE = "agent superviseur"
DEMANDES = _lignes(
    ("demandes", "GET POST", "-", "technicien*"),
    ("demandes-export", "GET", "- forme=csv", "technicien*"),
    ("demandes-absences", "GET POST", "-", "technicien*"),
    ("demandes-vue-garder", "POST", "-", "technicien*", {"titre": ESSAI}),
    ("demandes-vue-oublier", "POST", "vue-technicien", "technicien"),
    ("demandes-preferences", "GET POST", "-", "technicien*"),
    ("demandes-absence-supprimer", "GET POST", "absence-technicien", "technicien"),
    ("demande-nouvelle", "GET", "-", "technicien*"),
    ("demande-motif", "GET POST", "- organisme=moselle service=difficulte", "technicien collegue"),
    ("demande", "GET", "deposee", STRUCTURE),
    ("demande", "GET", "traitee", STRUCTURE),
    ("demande", "GET", "brouillon", AUTEUR),
    ("demande-brouillon", "GET POST", "brouillon", AUTEUR),
    ("demande-supprimer", "GET POST", "brouillon", AUTEUR),
    ("demande-recapitulatif", "GET POST", "brouillon", AUTEUR),
    ("demande-accuse", "GET", "deposee", STRUCTURE),
    ("demande-visite", "GET", "deposee", STRUCTURE),
    *((vue, "GET", "brouillon", AUTEUR) for vue in ("demande-notice", "demande-accord")),
    *((vue, "GET", "deposee", STRUCTURE) for vue in ("demande-notice", "demande-accord")),
    ("demande-agir", "POST", "en_attente verbe=completer", STRUCTURE, {"completer-texte": ESSAI}),
    ("demande-agir", "POST", "traitee verbe=relancer", STRUCTURE, {"relancer-texte": ESSAI}),
    ("demande-agir", "POST", "traitee verbe=cloturer", STRUCTURE),
    ("demande-agir", "POST", "deposee verbe=ecrire", STRUCTURE, {"ecrire-texte": ESSAI}),
    ("demande-agir", "POST", "deposee verbe=noter", STRUCTURE, {"noter-texte": ESSAI}),
    ("demande-agir", "POST", "deposee verbe=annuler", STRUCTURE),
    ("demande-agir", "POST", "deposee verbe=reprendre", STRUCTURE),
    ("demande-agir", "POST", "deposee verbe=rappeler", STRUCTURE, {"rappeler-le": "2099-12-14"}),
    ("demande-agir", "POST", "deposee verbe=etiqueter", STRUCTURE, {"etiqueter-nouvelle": "permanence"}),
    (
        "demande-agir",
        "POST",
        "creneau verbe=accepter-creneau",
        STRUCTURE,
        {"accepter-creneau-creneau": "{creneau}"},
    ),
    ("demande-agir", "POST", "creneau verbe=refuser-creneaux", STRUCTURE, {"refuser-creneaux-texte": ESSAI}),
    (
        *("demande-agir", "POST", "rendez-vous verbe=annuler-rendez-vous", STRUCTURE),
        {"annuler-rendez-vous-texte": ESSAI},
    ),
    (
        *("demande-agir", "POST", "sans-suivi verbe=suivre", STRUCTURE),
        {"suivre-accord": "on", "suivre-consentement": "on"},
    ),
    ("demande-agenda", "GET", "rendez-vous", STRUCTURE),
    ("demande-pieces", "GET POST", "brouillon", AUTEUR),
    ("demande-pieces", "GET POST", "deposee", STRUCTURE),
    ("demande-pieces-reunir", "GET POST", "brouillon", AUTEUR),
    ("demande-piece", "GET", "piece", STRUCTURE),
    ("demande-piece-retirer", "GET POST", "piece-brouillon", AUTEUR),
    ("tri-piece-demander-destruction", "GET POST", "document-lu", CAISSE),
    ("tri-message-retirer", "GET POST", "message-caisse", CAISSE),
    ("tri-message-demander-destruction", "GET POST", "message-caisse-lu", CAISSE),
    *((f"tri-{objet}-detruire", "GET POST", f"{objet}-a-detruire", CAISSE) for objet in ("piece", "message")),
    ("demande-piece-detruire", "GET POST", "document-a-detruire", STRUCTURE),
    ("demande-message-detruire", "GET POST", "message-caisse-a-detruire", STRUCTURE),
    ("demande-piece-demander-destruction", "GET POST", "piece", STRUCTURE),
    ("demande-message-retirer", "GET POST", "message", STRUCTURE),
    ("demande-message-demander-destruction", "GET POST", "message", STRUCTURE),
    ("tri-piece", "GET", "piece", CAISSE),
    ("tri-pieces", "GET POST", "en_cours", CAISSE),
    ("tri-piece-rappeler", "GET POST", "document", CAISSE),
    ("tri", "GET POST", "-", "agent* superviseur*"),
    ("tri-demande", "GET", "deposee", CAISSE),
    ("tri-presence", "POST", "deposee", CAISSE, {"ecrit": "1"}),
    ("tri-lot", "POST", "-", "agent* superviseur*", {"acte": "prendre", "references": "D26-0000-0000"}),
    ("tri-modeles", "GET", "-", "agent* superviseur* administrateur*"),
    ("tri-modele-nouveau", "GET POST", "-", "superviseur* administrateur*"),
    ("tri-modele", "GET POST", "modele", "superviseur administrateur"),
    ("tri-modele-supprimer", "GET POST", "modele", "superviseur administrateur"),
    ("appel-motifs", "GET", "structure", CAISSE),
    ("appel-enregistrer", "GET POST", "structure organisme=moselle motif=saisine-mas", CAISSE),
    ("tri-vue-garder", "POST", "-", "agent* superviseur*", {"titre": ESSAI}),
    ("tri-vue-oublier", "POST", "vue", "agent"),
    ("tri-preferences", "GET POST", "-", "agent* superviseur*"),
    ("tri-absences", "GET POST", "-", "agent* superviseur*"),
    ("tri-absence-supprimer", "GET POST", "absence", "agent superviseur"),
    ("tri-semaine", "GET", "-", "agent* superviseur*"),
    ("tri-equipe", "GET POST", "-", "superviseur*"),
    ("tri-suivante", "GET", "-", "agent* superviseur*"),
    ("tri-demande", "GET", "traitee", CAISSE),
    ("tri-agir", "POST", "deposee verbe=prendre-en-charge", CAISSE),
    (
        "tri-agir",
        "POST",
        "en_cours verbe=repondre",
        CAISSE,
        {"repondre-texte": ESSAI, "repondre-issue": "information"},
    ),
    ("tri-agir", "POST", "en_cours verbe=demander-complement", CAISSE, {"demander-complement-texte": ESSAI}),
    ("tri-agir", "POST", "en_cours verbe=ecrire", CAISSE, {"ecrire-texte": ESSAI}),
    ("tri-agir", "POST", "en_cours verbe=noter", CAISSE, {"noter-texte": ESSAI}),
    ("tri-agir", "POST", "traitee verbe=cloturer", CAISSE),
    (
        *("tri-agir", "POST", "en_cours verbe=demander-avis", CAISSE),
        {"demander-avis-a_qui": "agent-{superviseur}", "demander-avis-texte": ESSAI},
    ),
    ("tri-agir", "POST", "avis verbe=donner-avis", CAISSE, {"donner-avis-texte": ESSAI}),
    (
        *("tri-agir", "POST", "deposee verbe=declarer-irrecevable", CAISSE),
        {"declarer-irrecevable-texte": ESSAI, "declarer-irrecevable-raison": "autre-caisse"},
    ),
    (
        *("tri-agir", "POST", "en_cours verbe=proposer-creneaux", CAISSE),
        {"proposer-creneaux-creneau_1": "14/12/2099 10:30", "proposer-creneaux-duree": "30"}
        | {"proposer-creneaux-lieu": "telephone", "proposer-creneaux-precisions": ESSAI},
    ),
    (
        *("tri-agir", "POST", "deposee verbe=transferer", CAISSE),
        {"transferer-participation": "{voisine}", "transferer-texte": ESSAI},
    ),
    ("tri-agir", "POST", "rendez-vous-passe verbe=noter-venue", CAISSE, {"noter-venue-venue": "honore"}),
    (
        *("tri-agir", "POST", "rendez-vous verbe=annuler-rendez-vous", CAISSE),
        {"annuler-rendez-vous-texte": ESSAI},
    ),
    ("tri-agenda", "GET", "rendez-vous", CAISSE),
    (
        "tri-agir",
        "POST",
        "en_cours verbe=attribuer",
        CAISSE,
        {"attribuer-agent": "{superviseur}", "attribuer-texte": ESSAI},
    ),
    (
        "tri-agir",
        "POST",
        "en_cours verbe=rediriger",
        CAISSE,
        {"rediriger-pole": "{pole}", "rediriger-texte": ESSAI},
    ),
    ("tri-agir", "POST", "en_cours verbe=noter-etape", CAISSE, {"noter-etape-etape": "accord"}),
    ("tri-agir", "POST", "en_cours verbe=etiqueter", CAISSE, {"etiqueter-nouvelle": "commission"}),
    ("tri-agir", "POST", "en_cours verbe=rappeler", CAISSE, {"rappeler-le": "2099-12-14"}),
    ("tri-agir", "POST", "deposee verbe=requalifier", "superviseur", {"requalifier-texte": ESSAI}),
    ("tri-agir", "POST", "bientot verbe=prolonger", "superviseur", {"prolonger-texte": ESSAI}),
    ("tri-agir", "POST", "irrecevable verbe=rouvrir", "superviseur", {"rouvrir-texte": ESSAI}),
)

# --- Accounts of a structure, of a caisse, demandes d'habilitation.
VU_DE = "gestionnaire administrateur"
COMPTES = _lignes(
    ("comptes", "GET", "-", "gestionnaire*"),
    ("compte-nouveau", "GET POST", "-", "gestionnaire*"),
    ("comptes-importer", "GET POST", "-", "gestionnaire*"),
    ("comptes-importer-modele", "GET", "-", "gestionnaire*"),
    ("comptes-structure", "GET", "structure", "administrateur"),
    ("comptes-rouvrir", "POST", "structure", "gestionnaire administrateur"),
    ("compte", "GET", "compte-technicien", "technicien gestionnaire administrateur"),
    ("compte", "GET", "compte-gestionnaire", VU_DE),
    ("compte", "GET", "compte-agent", "agent administrateur"),
    ("compte", "GET", "compte-administrateur", "administrateur national"),
    ("compte-modifier", "GET POST", "compte-technicien", "gestionnaire"),
    ("compte-modifier", "GET POST", "compte-gestionnaire", "administrateur"),
    (
        "compte-inactiver",
        "POST",
        "compte-collegue",
        "gestionnaire administrateur",
        {"inactiver-cause": "fraude"},
    ),
    ("compte-reactiver", "POST", "compte-ferme", "gestionnaire"),
    ("contreseings", "GET", "-", "gestionnaire* administrateur* superviseur* dpo* national"),
    ("contreseing", "GET", "contreseing", "administrateur superviseur dpo national"),
    ("contreseing-decider", "POST", "contreseing", "national", {"decision": "confirmer"} | PREUVE),
    ("compte-relancer", "POST", "compte-attente", "gestionnaire"),
    ("compte-reprendre", "GET POST", "compte-technicien", "gestionnaire"),
    ("compte-refaire-facteur", "POST", "compte-technicien", "gestionnaire"),
    (
        *("compte-exclure", "POST", "compte-collegue", "administrateur"),
        {"exclure-raison": ESSAI, "exclure-caisse": "{moselle}"},
    ),
    ("compte-lever-exclusion", "POST", "exclusion", "administrateur"),
    ("habilitations", "GET", "-", "gestionnaire* administrateur*"),
    ("habilitation-nouvelle", "GET POST", "- nature=membres", "gestionnaire*"),
    ("habilitation", "GET", "habilitation", VU_DE),
    ("habilitation-decider", "POST", "habilitation", "administrateur", {"decision": "accepter"}),
    ("habilitation-completer", "GET POST", "habilitation", "gestionnaire"),
    ("habilitation-retirer", "GET POST", "habilitation", "gestionnaire"),
    ("revues", "GET", "-", "gestionnaire* administrateur*"),
    ("revue-ouvrir", "GET POST", "-", "administrateur*"),
    ("revue", "GET", "revue", VU_DE),
    ("revue-pdf", "GET", "revue", VU_DE),
    ("revue-ods", "GET", "revue", VU_DE),
    ("revue-decider", "POST", "revue-ligne", "gestionnaire", {"decision": "confirme"}),
    ("equipe", "GET", "-", "administrateur* national"),
    ("national-cgu", "GET POST", "-", "national"),
    ("equipe-nouveau", "GET POST", "-", "administrateur* national"),
    ("securite", "GET", "-", "gestionnaire* administrateur* national"),
    ("securite-preuve", "GET", "securite", "gestionnaire administrateur"),
    ("securite-pdf", "GET", "securite", "gestionnaire administrateur"),
    ("securite-traiter", "POST", "securite", "gestionnaire administrateur", {"suite": "classer"}),
)

# --- Conventions: the caisse's administrateur conducts, the structure reads (C-01, C-12, A-21).
LUE_PAR = "technicien collegue gestionnaire administrateur"
CONDUITE = "administrateur"
SUIVIE = "gestionnaire administrateur"
REGLAGES = "administrateur"
CONVENTIONS = _lignes(
    ("conventions", "GET", "-", "technicien* gestionnaire* administrateur*"),
    ("convention-nouvelle", "GET POST", "-", "administrateur*"),
    ("conventions-modele", "GET", "-", "administrateur*"),
    ("conventions-importer", "GET POST", "-", "administrateur*"),
    ("conventions-importation", "GET", "importation", "administrateur"),
    ("convention", "GET", "convention", LUE_PAR),
    ("convention-pdf", "GET", "convention piece=convention", LUE_PAR),
    ("convention", "GET", "convention-brouillon", "administrateur"),
    ("convention-modifier", "GET POST", "convention-brouillon", "administrateur"),
    ("convention-clauses", "GET POST", "convention-brouillon", "administrateur"),
    ("convention-mettre-a-la-signature", "GET POST", "convention-brouillon", "administrateur"),
    ("convention-renvoyer", "GET POST", "convention", CONDUITE),
    ("convention-evaluation", "GET POST", "convention", SUIVIE),
    ("convention-ouvrir-motifs", "GET POST", "part-brouillon", "administrateur"),
    ("convention-suivi", "GET POST", "convention", SUIVIE),
    ("comite-confirmer", "GET POST", "comite", SUIVIE),
    ("convention-modele", "GET POST", "convention", CONDUITE),
    ("signature-corriger", "GET POST", "signature", CONDUITE),
    ("denonciation-corriger", "GET POST", "part", CONDUITE),
    ("mise-en-demeure-corriger", "GET POST", "mise", CONDUITE),
    ("bilan", "GET", "bilan", LUE_PAR),
    ("bilan-part", "GET POST", "bilan", SUIVIE),
    ("bilan-arreter", "GET POST", "bilan", CONDUITE),
    ("bilan-pdf", "GET", "bilan", LUE_PAR),
    ("annonce-nouvelle", "GET POST", "convention", "gestionnaire"),
    ("annonce-clore", "GET POST", "annonce", CONDUITE),
    ("convention-preuves", "GET", "convention", LUE_PAR),
    ("convention-preuve-nouvelle", "GET POST", "convention", CONDUITE),
    ("convention-preuve", "GET", "preuve", LUE_PAR),
    ("sous-traitance-nouvelle", "GET POST", "convention", CONDUITE),
    ("sous-traitance-finir", "GET POST", "sous-traitance", CONDUITE),
    ("convention-signer", "GET POST", "signataire document=convention", "administrateur"),
    ("avenant-nouveau", "GET POST", "convention", CONDUITE),
    ("avenant", "GET", "avenant", LUE_PAR),
    ("avenant-pdf", "GET", "avenant", LUE_PAR),
    ("avenant-signer", "GET POST", "avenant-signataire", CONDUITE),
    ("referent-nouveau", "GET POST", "convention", SUIVIE),
    ("referent-retirer", "GET POST", "referent", SUIVIE),
    *((f"convention-{acte}", "GET POST", "part", CONDUITE) for acte in ("denoncer", "suspendre")),
    ("convention-mettre-en-demeure", "GET POST", "part", CONDUITE),
    ("convention-lever-suspension", "GET POST", "part", CONDUITE),
    ("mise-en-demeure-noter-reception", "GET POST", "mise", CONDUITE),
    ("mise-en-demeure-clore", "GET POST", "mise", CONDUITE),
    ("convention-resilier", "GET POST", "mise", CONDUITE),
    ("code-confidentiel", "GET POST", "part", "gestionnaire"),
    ("code-confidentiel-renouveler", "GET POST", "part", CONDUITE),
    ("partenaires", "GET", "-", "administrateur*"),
    ("partenaire", "GET", "structure", "gestionnaire administrateur*"),
    ("partenaire-arrivee", "GET", "structure", "administrateur*"),
    ("partenaire-modifier", "GET POST", "structure", "gestionnaire administrateur"),
    ("appelant", "GET POST", "-", "agent* superviseur* administrateur*"),
    ("caisse", "GET", "-", "administrateur*"),
    *(
        (vue, "GET" if vue == "caisse-reglages" else "GET POST", "caisse", REGLAGES)
        for vue in (
            "caisse-reglages",
            "caisse-decrire",
            "caisse-regler-relances",
            "caisse-regler-acces",
            "pole-nouveau",
            "vecteur-nouveau",
            "chome-nouveau",
        )
    ),
    ("motif-regler", "GET POST", "caisse motif=saisine-mas", REGLAGES),
    ("aiguillage", "GET", "caisse", REGLAGES),
    ("aiguillage-nouvelle", "GET POST", "caisse", REGLAGES),
    ("aiguillage-modifier", "GET POST", "aiguillage", REGLAGES),
    ("aiguillage-retirer", "GET POST", "aiguillage", REGLAGES),
    ("pole-renommer", "GET POST", "pole", REGLAGES),
    ("pole-retirer", "GET POST", "pole", REGLAGES),
    ("vecteur-modifier", "GET POST", "vecteur", REGLAGES),
    ("vecteur-retirer", "GET POST", "vecteur", REGLAGES),
    ("national-caisses", "GET", "-", "national"),
    ("national-caisse-nouvelle", "GET POST", "-", "national"),
    ("national-caisse-domaines", "GET POST", "caisse", "national"),
    ("national-caisse-corriger", "GET POST", "caisse", "national"),
    ("national-caisse-fermer", "GET POST", "caisse", "national"),
    ("national-maintenances", "GET POST", "-", "national"),
    ("courriels-retenus", "GET POST", "-", "national"),
    ("national-maintenance-annuler", "GET POST", "maintenance", "national"),
)

# --- Conformity.
CONFORMITE = _lignes(
    ("journal", "GET", "-", "dpo* administrateur*"),
    ("journal-exporter", "GET", "-", "dpo* administrateur*"),
    ("conservation", "GET", "-", "dpo* administrateur* national"),
    ("frein-liberer", "GET POST", "frein", "dpo*"),
    ("executions", "GET", "-", "dpo* administrateur* national"),
    ("registre", "GET", "-", "dpo* administrateur* national"),
    ("registre-pdf", "GET", "-", "dpo* administrateur* national"),
    ("aipd", "GET", "-", "dpo* administrateur* national"),
    ("certificats", "GET", "-", "gestionnaire* dpo* administrateur*"),
    ("certificat-pdf", "GET", "participation", "gestionnaire dpo administrateur"),
    ("attestation", "GET POST", "participation", "gestionnaire dpo administrateur"),
    ("gels", "GET POST", "-", "dpo*"),
    ("gel-lever", "GET POST", "gel", "dpo"),
    (
        "violation-nouvelle",
        "GET POST",
        "-",
        "technicien* gestionnaire* agent* superviseur* dpo* administrateur*",
    ),
    ("violations", "GET", "-", TOUS),
    ("violation", "GET", "violation", "technicien gestionnaire dpo"),
    ("violation-document", "GET", "violation-document", "gestionnaire dpo"),
    (
        "violation-agir",
        "POST",
        "violation verbe=evaluer",
        "dpo",
        {"evaluer-risque": "aucun", "evaluer-texte": ESSAI},
    ),
    ("droits", "GET", "-", "gestionnaire* dpo*"),
    ("droits-nouvelle", "GET POST", "-", "gestionnaire* dpo*"),
    ("droits-demande", "GET", "demande-droits", "gestionnaire dpo"),
    ("droits-agir", "POST", "demande-droits verbe=identite", "dpo"),
    ("droits-extraction", "GET", "demande-droits forme=json", "dpo"),
)

# --- What the caisses publish, their sessions, the support (I-01, I-03, I-04).
SUIVIE = "technicien collegue gestionnaire agent superviseur dpo administrateur"
INFORMATION = _lignes(
    ("statistiques", "GET", "-", "technicien* gestionnaire* superviseur* administrateur* national"),
    ("statistiques-exporter", "GET", "-", "technicien* gestionnaire* superviseur* administrateur*"),
    ("informations", "GET", "-", "technicien* gestionnaire* agent* superviseur* dpo* administrateur*"),
    ("publication-publier", "GET POST", "-", "administrateur*"),
    ("publication-modifier", "GET POST", "publication", "administrateur"),
    ("publication-document", "GET", "publication-document", SUIVIE),
    ("publication-retirer", "GET POST", "publication", "administrateur"),
    ("informations-abonner", "POST", "-", "technicien* gestionnaire*"),
    ("formations", "GET", "-", "technicien* gestionnaire* agent* superviseur* dpo* administrateur*"),
    ("formation-nouvelle", "GET POST", "-", "administrateur*"),
    ("formation", "GET", "formation", SUIVIE),
    ("formation-inscrire", "POST", "formation", "technicien collegue gestionnaire", {"oui": "1"}),
    ("formation-annuler", "GET POST", "formation", "administrateur"),
    ("formation-presences", "GET POST", "formation-tenue", "administrateur", {"venus": "3"}),
    ("assistance", "GET POST", "-", TOUS),
    ("assistance-fiche", "GET", "assistance", "technicien administrateur"),
    ("assistance-agir", "POST", "assistance verbe=repondre", "administrateur", {"texte": ESSAI}),
    ("assistance-agir", "POST", "assistance verbe=transmettre", "administrateur"),
)

# --- Exchanges of files: who deposits or reads has an authorisation by address; the others see states and dates (E-01).
SUIVI = "technicien collegue gestionnaire agent superviseur dpo administrateur"
DEPOSANT = "technicien"
ECHANGES = _lignes(
    ("echanges", "GET", "-", "technicien* gestionnaire* agent* superviseur* dpo* administrateur*"),
    ("echange", "GET", "echange", SUIVI),
    ("engagement", "GET POST", "echange-convention", "technicien collegue agent superviseur"),
    ("engagement-pdf", "GET", "echange-convention", "technicien agent"),
    ("flux-modele", "GET", "modele-de-flux forme=ods", SUIVI),
    ("depot-ouvrir", "GET POST", "flux-indu", "technicien"),
    ("flux-dire-neant", "POST", "flux-mensuel", "agent", {"periode": MOIS_PASSE}),
    ("depot", "GET", "depot-ouvert", "technicien collegue gestionnaire"),
    ("depot", "GET", "depot-depose", SUIVI),
    ("depot-preuve-pdf", "GET", "depot-depose", SUIVI),
    ("depot-fichier", "GET POST", "acte-ouvert", DEPOSANT),
    ("depot-points", "GET", "acte-refuse", DEPOSANT),
    ("depot-confirmer", "GET POST", "acte-a-confirmer", DEPOSANT),
    ("depot-lecture", "GET POST", "acte-depose", "agent"),
    ("depot-retirer", "GET POST", "acte-depose", "technicien"),
    ("inscriptions", "GET", "acte-eps", "technicien agent"),
    ("inscription-noter", "POST", "acte-eps", "agent", {"rang": "0", "suite": "inscrit"}),
    ("rapprochement", "GET", "acte-pch", "technicien agent"),
    ("rapprochement-decider", "GET POST", "acte-pch rang=0", "technicien agent"),
    ("dossiers", "GET POST", "acte-indus", "agent"),
    ("dossiers-recuperation", "GET", "acte-indus", "agent"),
    ("dossier", "GET", "dossier", "agent"),
    ("dossier-mandat-pdf", "GET", "dossier", "agent"),
    ("dossier-lettre-pdf", "GET", "dossier", "agent"),
    (
        "dossier-agir",
        "POST",
        "dossier verbe=contester",
        "agent",
        {"contester-contestation": "Rien n’a été reçu."},
    ),
    ("compte-payeur", "GET POST", "part", CONDUITE),
    ("echange-reglages", "GET", "part", CONDUITE),
    ("flux-nouveau", "GET POST", "part", CONDUITE),
    ("flux-clore", "GET POST", "part-flux", CONDUITE),
    ("autorisation-nouvelle", "GET POST", "part", CONDUITE),
    ("autorisation-retirer", "GET POST", "autorisation", CONDUITE),
    ("boite-nouvelle", "GET POST", "part", CONDUITE),
    ("boite-verifier", "GET POST", "boite", CONDUITE),
    ("boite-retirer", "GET POST", "boite", CONDUITE),
)

TABLE = PUBLIQUES + A_TOUS + DEMANDES + COMPTES + CONVENTIONS + CONFORMITE + INFORMATION + ECHANGES
