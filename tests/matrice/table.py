"""The table: one line for each address and, where it matters, each act (access matrix, ASVS 8.x).

Columns: name of the address, methods, object, rights, and the form that its owner posts when there is no page to get.
Rights read by group, as LETTRES of monde.py: partner « TCG », caisse « ASMD », national « N », then beyond the
borders « xy » and « asmd ». « + »: served. « 3 »: no right (403). « 4 »: out of the perimeter (404).
A value of the form between braces is the key of a row of the world. Instead of rights, « public »: open to everyone; « porte »: a step of the sign-in, tried apart.
"""

from dataclasses import dataclass, field
from typing import Any

# Nobody but the structure's techniciens; nobody but the caisse's people, and so on: the perimeter first, then the right.
TOUS = "+++ ++++ + ++ ++++"


@dataclass(frozen=True)
class Ligne:
    """One line of the table."""

    vue: str
    methodes: str
    objet: str
    droits: str
    envoi: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.vue} {self.objet}"


def _lignes(*lignes: tuple[Any, ...]) -> list[Ligne]:
    return [Ligne(*ligne) for ligne in lignes]


ESSAI = "Un mot d’explication."
PUBLIQUES = _lignes(
    *((vue, "GET", "-", "public") for vue in ("sante-vivant", "sante-pret", "sante-etat", "metriques")),
    *((vue, "GET", "-", "public") for vue in ("aide", "accessibilite", "donnees-personnelles")),
    *((vue, "GET", "-", "public") for vue in ("mentions-legales", "plan-du-site")),
    ("aide-article", "GET", "article", "public"),
    ("mode-d-emploi", "GET", "-", "public"),
    *((vue, "GET", "- public=assures", "public") for vue in ("notice", "notice-pdf")),
    ("securite-signaler", "GET POST", "-", "public"),
    ("accessibilite-contact", "GET POST", "-", "public"),
    ("connexion", "GET POST", "-", "porte"),
    ("connexion-code", "GET POST", "-", "porte"),
    ("deconnexion", "POST", "-", "porte"),
    ("cgu", "GET POST", "-", "porte"),
    ("mot-de-passe-oublie", "GET POST", "-", "public"),
    ("lien-envoye", "GET", "-", "public"),
    ("identifiant-oublie", "GET POST", "-", "public"),
    ("activation", "GET POST", "lien-activation", "public"),
    ("activation-code", "GET POST", "lien-activation", "public"),
    ("mot-de-passe-nouveau", "GET POST", "lien-mot-de-passe", "public"),
    ("second-facteur-nouveau", "GET POST", "lien-second-facteur", "public"),
)
A_TOUS = _lignes(
    ("accueil", "GET", "-", TOUS),
    ("session-prolonger", "GET", "-", TOUS),
    ("notifications", "GET", "-", TOUS),
    ("notifications-lues", "POST", "-", TOUS),
    ("notification-ouvrir", "POST", "notification", "+44 4444 4 44 4444"),
    ("mon-compte", "GET", "-", TOUS),
    ("sessions-fermer", "POST", "-", TOUS),
    ("session-fermer", "POST", "session", TOUS),
    ("codes-secours", "GET POST", "-", TOUS),
    ("mot-de-passe-changer", "GET POST", "-", TOUS),
)

# --- Demandes: the structure's techniciens on one side, those who treat on the other (D-09, R-04).
STRUCTURE = "++4 3344 4 44 4444"
AUTEUR = "+44 4444 4 44 4444"
CAISSE = "334 ++44 4 44 4444"
DEMANDES = _lignes(
    ("demandes", "GET POST", "-", "++3 3333 3 +3 3333"),
    ("demande-nouvelle", "GET", "-", "++3 3333 3 +3 3333"),
    ("demande-motif", "GET POST", "- organisme=moselle service=difficulte", "++3 3333 3 43 3333"),
    ("demande", "GET", "deposee", STRUCTURE),
    ("demande", "GET", "traitee", STRUCTURE),
    ("demande", "GET", "brouillon", AUTEUR),
    ("demande-brouillon", "GET POST", "brouillon", AUTEUR),
    ("demande-supprimer", "GET POST", "brouillon", AUTEUR),
    ("demande-recapitulatif", "GET POST", "brouillon", AUTEUR),
    ("demande-accuse", "GET", "deposee", STRUCTURE),
    ("demande-notice", "GET", "brouillon", AUTEUR),
    ("demande-notice", "GET", "deposee", STRUCTURE),
    ("demande-agir", "POST", "en_attente verbe=completer", STRUCTURE, {"completer-texte": ESSAI}),
    ("demande-agir", "POST", "traitee verbe=relancer", STRUCTURE, {"relancer-texte": ESSAI}),
    ("demande-agir", "POST", "traitee verbe=cloturer", STRUCTURE),
    ("demande-agir", "POST", "deposee verbe=ecrire", STRUCTURE, {"ecrire-texte": ESSAI}),
    ("demande-agir", "POST", "deposee verbe=annuler", STRUCTURE),
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
    ("demande-agenda", "GET", "rendez-vous", STRUCTURE),
    ("demande-pieces", "GET POST", "brouillon", AUTEUR),
    ("demande-pieces", "GET POST", "deposee", STRUCTURE),
    ("demande-pieces-reunir", "GET POST", "brouillon", AUTEUR),
    ("demande-piece", "GET", "piece", STRUCTURE),
    ("demande-piece-retirer", "GET POST", "piece-brouillon", AUTEUR),
    ("tri-piece", "GET", "piece", CAISSE),
    ("tri-pieces", "GET POST", "en_cours", CAISSE),
    ("tri-piece-rappeler", "GET POST", "document", CAISSE),
    ("tri", "GET POST", "-", "333 ++33 3 33 ++33"),
    ("tri-demande", "GET", "deposee", CAISSE),
    ("tri-presence", "POST", "deposee", CAISSE, {"ecrit": "1"}),
    ("tri-lot", "POST", "-", "333 ++33 3 33 ++33", {"acte": "prendre", "references": "D26-0000-0000"}),
    ("tri-modeles", "GET", "-", "333 +++3 3 33 +++3"),
    ("tri-modele-nouveau", "GET POST", "-", "333 3++3 3 33 3++3"),
    ("tri-modele", "GET POST", "modele", "444 3++3 4 44 4444"),
    ("tri-modele-supprimer", "GET POST", "modele", "444 3++3 4 44 4444"),
    ("tri-absences", "GET POST", "-", "333 ++33 3 33 ++33"),
    ("tri-absence-supprimer", "GET POST", "absence", "444 ++33 4 44 4444"),
    ("tri-equipe", "GET POST", "-", "333 3+33 3 33 3+33"),
    ("tri-suivante", "GET", "-", "333 ++33 3 33 ++33"),
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
    ("tri-agir", "POST", "rendez-vous verbe=noter-venue", CAISSE, {"noter-venue-venue": "honore"}),
    (
        *("tri-agir", "POST", "rendez-vous verbe=annuler-rendez-vous", CAISSE),
        {"annuler-rendez-vous-texte": ESSAI},
    ),
    ("tri-agenda", "GET", "rendez-vous", CAISSE),
    ("tri-agir", "POST", "en_cours verbe=attribuer", CAISSE, {"attribuer-agent": "{superviseur}"}),
    ("tri-agir", "POST", "en_cours verbe=rediriger", CAISSE, {"rediriger-pole": "{pole}"}),
    ("tri-agir", "POST", "en_cours verbe=noter-etape", CAISSE, {"noter-etape-etape": "accord"}),
    ("tri-agir", "POST", "bientot verbe=prolonger", "334 3+44 4 44 4444", {"prolonger-texte": ESSAI}),
    ("tri-agir", "POST", "irrecevable verbe=rouvrir", "334 3+44 4 44 4444", {"rouvrir-texte": ESSAI}),
)

# --- Accounts of a structure, of a caisse, demandes d'habilitation.
VU_DE = "44+ 44+4 4 44 4444"
COMPTES = _lignes(
    ("comptes", "GET", "-", "33+ 3333 3 3+ 3333"),
    ("compte-nouveau", "GET POST", "-", "33+ 3333 3 3+ 3333"),
    ("comptes-importer", "GET POST", "-", "33+ 3333 3 3+ 3333"),
    ("comptes-structure", "GET", "structure", "333 33+3 3 44 4444"),
    ("comptes-rouvrir", "POST", "structure", "33+ 33+3 3 44 4444"),
    ("compte", "GET", "compte-T", "+4+ 44+4 4 44 4444"),
    ("compte", "GET", "compte-G", VU_DE),
    ("compte", "GET", "compte-A", "444 +4+4 4 44 4444"),
    ("compte", "GET", "compte-M", "444 44+4 + 44 4444"),
    ("compte-modifier", "GET POST", "compte-T", "34+ 4434 4 44 4444"),
    ("compte-modifier", "GET POST", "compte-G", "443 44+4 4 44 4444"),
    ("compte-inactiver", "POST", "compte-C", "43+ 44+4 4 44 4444", {"inactiver-motif": "fraude"}),
    ("compte-reactiver", "POST", "compte-ferme", "44+ 4434 4 44 4444"),
    ("compte-relancer", "POST", "compte-attente", "44+ 4434 4 44 4444"),
    ("compte-reprise", "GET POST", "compte-T", "34+ 4434 4 44 4444"),
    ("compte-second-facteur", "POST", "compte-T", "34+ 4434 4 44 4444"),
    (
        *("compte-exclure", "POST", "compte-C", "433 44+4 4 44 4444"),
        {"exclure-motif": ESSAI, "exclure-caisse": "{moselle}"},
    ),
    ("compte-lever-exclusion", "POST", "exclusion", "443 44+4 4 44 4444"),
    ("habilitations", "GET", "-", "33+ 33+3 3 3+ 33+3"),
    ("habilitation-nouvelle", "GET POST", "- nature=membres", "33+ 3343 3 3+ 3343"),
    ("habilitation", "GET", "habilitation", VU_DE),
    ("habilitation-decider", "POST", "habilitation", "443 44+4 4 44 4444", {"decision": "accepter"}),
    ("habilitation-completer", "GET POST", "habilitation", "44+ 4434 4 44 4444"),
    ("habilitation-retirer", "GET POST", "habilitation", "44+ 4434 4 44 4444"),
    ("revues", "GET", "-", "33+ 33+3 3 3+ 33+3"),
    ("revue-ouvrir", "GET POST", "-", "333 33+3 3 33 33+3"),
    ("revue", "GET", "revue", VU_DE),
    ("revue-pdf", "GET", "revue", VU_DE),
    ("revue-ods", "GET", "revue", VU_DE),
    ("revue-decider", "POST", "revue-ligne", "44+ 4434 4 44 4444", {"decision": "confirme"}),
    ("equipe", "GET", "-", "333 33+3 + 33 33+3"),
    ("national-cgu", "GET POST", "-", "333 3333 + 33 3333"),
    ("equipe-nouveau", "GET POST", "-", "333 33+3 + 33 33+3"),
    ("securite", "GET", "-", "33+ 33+3 + 3+ 33+3"),
    ("securite-preuve", "GET", "securite", "33+ 33+3 4 34 3343"),
    ("securite-pdf", "GET", "securite", "33+ 33+3 4 34 3343"),
    ("securite-traiter", "POST", "securite", "34+ 44+4 4 44 4444", {"suite": "classer"}),
)

# --- Conventions: the caisse's administrateur conducts, the structure reads (C-01, C-12, A-21).
LUE_PAR = "+++ 33+3 3 44 4444"
CONDUITE = "333 33+3 3 44 4444"
REGLAGES = "444 33+3 3 44 4444"
CONVENTIONS = _lignes(
    ("conventions", "GET", "-", "+++ 33+3 3 ++ 33+3"),
    ("convention-nouvelle", "GET POST", "-", "333 33+3 3 33 33+3"),
    ("conventions-reprise", "GET POST", "-", "333 33+3 3 33 33+3"),
    ("convention", "GET", "convention", LUE_PAR),
    ("convention-pdf", "GET", "convention piece=convention", LUE_PAR),
    ("convention", "GET", "convention-brouillon", "444 33+3 3 44 4444"),
    ("convention-modifier", "GET POST", "convention-brouillon", "444 33+3 3 44 4444"),
    ("convention-signature", "POST", "convention-brouillon", "444 33+3 3 44 4444"),
    ("convention-renvoi", "GET POST", "convention", CONDUITE),
    ("convention-evaluation", "GET POST", "convention", CONDUITE),
    ("convention-motifs", "GET POST", "part-brouillon", "444 33+3 3 44 4444"),
    ("convention-suivi", "GET POST", "convention", CONDUITE),
    ("convention-preuves", "GET", "convention", LUE_PAR),
    ("convention-preuve-nouvelle", "GET POST", "convention", CONDUITE),
    ("convention-preuve", "GET", "preuve", LUE_PAR),
    ("sous-traitance-nouvelle", "GET POST", "convention", CONDUITE),
    ("convention-signer", "GET POST", "signataire document=convention", "444 33+3 3 44 4444"),
    ("avenant-nouveau", "GET POST", "convention", CONDUITE),
    ("avenant", "GET", "avenant", LUE_PAR),
    ("avenant-signer", "GET POST", "avenant-signataire", CONDUITE),
    ("referent-nouveau", "GET POST", "convention", CONDUITE),
    ("referent-retrait", "GET POST", "referent", CONDUITE),
    *((f"convention-{acte}", "GET POST", "part", CONDUITE) for acte in ("denonciation", "suspension")),
    ("mise-en-demeure", "GET POST", "part", CONDUITE),
    ("convention-suspension-levee", "POST", "part", CONDUITE),
    ("mise-en-demeure-reception", "GET POST", "mise", CONDUITE),
    ("mise-en-demeure-cloture", "GET POST", "mise", CONDUITE),
    ("convention-resiliation", "GET POST", "mise", CONDUITE),
    ("code-confidentiel", "GET POST", "part", "33+ 3333 3 44 4444"),
    ("code-confidentiel-renouvele", "POST", "part", CONDUITE),
    ("partenaires", "GET", "-", "333 33+3 3 33 33+3"),
    ("partenaire", "GET", "structure", "33+ 33+3 3 44 44+4"),
    ("partenaire-arrivee", "GET", "structure", "333 33+3 3 33 33+3"),
    ("partenaire-modifier", "GET POST", "structure", "333 33+3 3 44 4434"),
    ("appelant", "GET POST", "-", "333 +++3 3 33 +++3"),
    ("caisse", "GET", "-", "333 33+3 3 33 33+3"),
    *(
        (vue, "GET" if vue == "caisse-reglages" else "GET POST", "caisse", REGLAGES)
        for vue in (
            "caisse-reglages",
            "caisse-coordonnees",
            "caisse-relances",
            "pole-nouveau",
            "vecteur-nouveau",
            "chome-nouveau",
        )
    ),
    ("motif-reglage", "GET POST", "caisse motif=saisine-mas", REGLAGES),
    ("vecteur-retrait", "GET POST", "vecteur", REGLAGES),
    ("national-caisses", "GET", "-", "333 3333 + 33 3333"),
    ("national-caisse-nouvelle", "GET POST", "-", "333 3333 + 33 3333"),
    ("national-maintenances", "GET POST", "-", "333 3333 + 33 3333"),
    ("courriels-retenus", "GET POST", "-", "333 3333 + 33 3333"),
    ("national-maintenance-annuler", "GET POST", "maintenance", "333 3333 + 33 3333"),
)

# --- Conformity.
CONFORMITE = _lignes(
    ("journal", "GET", "-", "333 33++ 3 33 33++"),
    ("conservation", "GET", "-", "333 33++ + 33 33++"),
    ("liberer-frein", "GET POST", "frein", "333 333+ 3 33 333+"),
    ("traitements", "GET", "-", "333 33++ + 33 33++"),
    ("registre", "GET", "-", "333 33++ + 33 33++"),
    ("registre-pdf", "GET", "-", "333 33++ + 33 33++"),
    ("aipd", "GET", "-", "333 33++ + 33 33++"),
    ("certificats", "GET", "-", "33+ 33++ 3 3+ 33++"),
    ("certificat-pdf", "GET", "participation", "44+ 33++ 4 44 4444"),
    ("attestation", "GET POST", "participation", "44+ 33++ 4 44 4444"),
    ("gels", "GET POST", "-", "333 333+ 3 33 333+"),
    ("gel-lever", "GET POST", "gel", "444 333+ 4 44 4444"),
    ("violation-nouvelle", "GET POST", "-", "+++ ++++ 3 ++ ++++"),
    ("violations", "GET", "-", TOUS),
    ("violation", "GET", "violation", "+44 444+ 4 44 4444"),
    (
        "violation-agir",
        "POST",
        "violation verbe=evaluer",
        "344 444+ 4 44 4444",
        {"evaluer-risque": "aucun", "evaluer-texte": ESSAI},
    ),
    ("droits", "GET", "-", "33+ 333+ 3 3+ 333+"),
    ("droits-nouvelle", "GET POST", "-", "33+ 333+ 3 3+ 333+"),
    ("droits-demande", "GET", "demande-droits", "44+ 444+ 4 44 4444"),
    ("droits-agir", "POST", "demande-droits verbe=identite", "443 444+ 4 44 4444"),
    ("droits-extraction", "GET", "demande-droits forme=json", "443 444+ 4 44 4444"),
)

# --- What the caisses publish, their sessions, the support (I-01, I-03, I-04).
SUIVIE = "+++ ++++ 4 44 4444"
INFORMATION = _lignes(
    ("statistiques", "GET", "-", "+++ 3++3 3 ++ 3++3"),
    ("informations", "GET", "-", "+++ ++++ 3 ++ ++++"),
    ("publication-nouvelle", "GET POST", "-", "333 33+3 3 33 33+3"),
    ("publication-retirer", "GET POST", "publication", "333 33+3 4 44 4444"),
    ("abonnement", "POST", "-", "+++ 3333 3 ++ 3333"),
    ("formations", "GET", "-", "+++ ++++ 3 ++ ++++"),
    ("formation-nouvelle", "GET POST", "-", "333 33+3 3 33 33+3"),
    ("formation", "GET", "formation", SUIVIE),
    ("formation-inscription", "POST", "formation", "+++ 3333 4 44 4444", {"oui": "1"}),
    ("formation-annuler", "GET POST", "formation", "333 33+3 4 44 4444"),
    ("assistance", "GET POST", "-", TOUS),
    ("assistance-fiche", "GET", "assistance", "+44 44+4 4 44 4444"),
    ("assistance-agir", "POST", "assistance verbe=repondre", "344 44+4 4 44 4444", {"texte": ESSAI}),
    ("assistance-agir", "POST", "assistance verbe=transmettre", "344 44+4 4 44 4444"),
)

# --- Exchanges of files: who deposits or reads has an authorisation by address; the others see states and dates (E-01).
SUIVI = "+++ ++++ 4 44 4444"
DEPOSANT = "+33 4444 4 44 4444"
ECHANGES = _lignes(
    ("echanges", "GET", "-", "+++ ++++ 3 ++ ++++"),
    ("echange", "GET", "echange", SUIVI),
    ("engagement", "GET POST", "echange-convention", "++3 ++33 4 44 4444"),
    ("engagement-pdf", "GET", "echange-convention", "+43 +433 4 44 4444"),
    ("flux-modele", "GET", "modele-de-flux forme=ods", SUIVI),
    ("depot-ouvrir", "GET POST", "flux-indu", "+33 3333 4 44 4444"),
    ("flux-neant", "POST", "flux-mensuel", "333 +333 4 44 4444", {"periode": "2020-01"}),
    ("depot", "GET", "depot-ouvert", "+++ 4444 4 44 4444"),
    ("depot", "GET", "depot-depose", SUIVI),
    ("depot-preuve-pdf", "GET", "depot-depose", SUIVI),
    ("depot-fichier", "GET POST", "acte-ouvert", DEPOSANT),
    ("depot-confirmation", "GET POST", "acte-a-confirmer", DEPOSANT),
    ("depot-lecture", "GET POST", "acte-depose", "333 +333 4 44 4444"),
    ("depot-retrait", "GET POST", "acte-depose", "+33 3333 4 44 4444"),
    ("inscriptions", "GET", "acte-eps", "+33 +333 4 44 4444"),
    ("inscription-noter", "POST", "acte-eps", "333 +333 4 44 4444", {"rang": "0", "suite": "inscrit"}),
    ("dossiers", "GET POST", "acte-indus", "333 +333 4 44 4444"),
    ("dossiers-recuperation", "GET", "acte-indus", "333 +333 4 44 4444"),
    ("dossier", "GET", "dossier", "333 +333 4 44 4444"),
    ("dossier-lettre-pdf", "GET", "dossier", "333 +333 4 44 4444"),
    ("dossier-agir", "POST", "dossier verbe=contester", "333 +333 4 44 4444"),
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
