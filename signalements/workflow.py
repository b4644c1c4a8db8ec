"""The life of a demande, as one table: verb, from, to, who (D-19, D-20, D-21).

`docs/etats/demande.md` is drawn from it.
"""

from django.db.models import TextChoices

from socle.acteurs import Acteur
from socle.roles import Droit
from socle.transitions import Transition, TropTard


class Statut(TextChoices):
    """States of a demande; participles that agree."""

    BROUILLON = "brouillon", "Brouillon"
    DEPOSEE = "deposee", "Déposée"
    EN_COURS = "en_cours", "En cours de traitement"
    EN_ATTENTE = "en_attente", "Complément demandé"
    TRAITEE = "traitee", "Réponse donnée"
    CLOTUREE = "cloturee", "Close"
    ANNULEE = "annulee", "Annulée par la structure"
    IRRECEVABLE = "irrecevable", "Non recevable"


OUVERTS = (Statut.DEPOSEE, Statut.EN_COURS, Statut.EN_ATTENTE, Statut.TRAITEE)
FINIS = (Statut.CLOTUREE, Statut.ANNULEE, Statut.IRRECEVABLE)

# Whose turn it is, the level of the badge, and one plain sentence per state for each side.
A_QUI_DE_JOUER = {
    Statut.BROUILLON: "partenaire",
    Statut.DEPOSEE: "caisse",
    Statut.EN_COURS: "caisse",
    Statut.EN_ATTENTE: "partenaire",
    Statut.TRAITEE: "partenaire",
}
NIVEAUX = {
    Statut.DEPOSEE: "info",
    Statut.EN_COURS: "info",
    Statut.EN_ATTENTE: "avertissement",
    Statut.TRAITEE: "avertissement",
    Statut.CLOTUREE: "succes",
    Statut.IRRECEVABLE: "erreur",
}
PHRASES: dict[str, dict[str, str]] = {
    "partenaire": {
        Statut.BROUILLON: "Cette demande n’est pas encore envoyée. Complétez-la puis envoyez-la.",
        Statut.DEPOSEE: "La caisse a reçu votre demande. Un agent va la prendre en charge.",
        Statut.EN_COURS: "Un agent de la caisse traite votre demande. Vous n’avez rien à faire.",
        Statut.EN_ATTENTE: "La caisse attend un complément de votre part. Le délai est suspendu jusqu’à votre réponse.",
        Statut.TRAITEE: "La caisse a répondu. Lisez la réponse : s’il reste une question, dites-le ici.",
        Statut.CLOTUREE: "Cette demande est close. Elle reste lisible jusqu’à la date d’effacement.",
        Statut.ANNULEE: "Votre structure a annulé cette demande. La caisse ne la traite plus.",
        Statut.IRRECEVABLE: "La caisse ne peut pas traiter cette demande. La raison est indiquée ci-dessous.",
    },
    "caisse": {
        Statut.DEPOSEE: "Personne n’a encore pris cette demande en charge.",
        Statut.EN_COURS: "La demande est prise en charge. La structure attend votre réponse.",
        Statut.EN_ATTENTE: "La structure doit répondre à votre demande de complément. Le délai est suspendu.",
        Statut.TRAITEE: "La réponse est donnée. La demande sera close 15 jours après sa lecture par la structure.",
        Statut.CLOTUREE: "Cette demande est close. Elle reste lisible jusqu’à la date d’effacement.",
        Statut.ANNULEE: "La structure a annulé cette demande. Il n’y a plus rien à faire.",
        Statut.IRRECEVABLE: "La demande a été déclarée non recevable. La structure en connaît la raison.",
    },
}


_PARTENAIRE = (Droit.DEPOSER_DEMANDES,)
_CAISSE = (Droit.TRAITER_DEMANDES,)

TRANSITIONS: dict[str, Transition] = {
    t.verbe: t
    for t in (
        Transition("deposer", "Demande déposée", (Statut.BROUILLON,), Statut.DEPOSEE, _PARTENAIRE),
        Transition("prendre_en_charge", "Prise en charge", (Statut.DEPOSEE,), Statut.EN_COURS, _CAISSE),
        Transition(
            "demander_complement",
            "Complément demandé",
            (Statut.DEPOSEE, Statut.EN_COURS),
            Statut.EN_ATTENTE,
            _CAISSE,
        ),
        Transition("completer", "Complément apporté", (Statut.EN_ATTENTE,), Statut.EN_COURS, _PARTENAIRE),
        Transition(
            "proposer_creneaux",
            "Rendez-vous proposé",
            (Statut.DEPOSEE, Statut.EN_COURS),
            Statut.EN_ATTENTE,
            _CAISSE,
        ),
        Transition(
            "accepter_creneau", "Rendez-vous accepté", (Statut.EN_ATTENTE,), Statut.EN_COURS, _PARTENAIRE
        ),
        Transition(
            "refuser_creneaux",
            "Autres créneaux demandés",
            (Statut.EN_ATTENTE,),
            Statut.EN_COURS,
            _PARTENAIRE,
        ),
        Transition(
            "transferer",
            "Transférée à une autre caisse",
            (Statut.DEPOSEE, Statut.EN_COURS),
            Statut.DEPOSEE,
            _CAISSE,
        ),
        Transition(
            "rediriger",
            "Orientée vers un autre pôle",
            (Statut.DEPOSEE, Statut.EN_COURS),
            Statut.DEPOSEE,
            _CAISSE,
        ),
        Transition(
            "repondre",
            "Réponse donnée",
            (Statut.DEPOSEE, Statut.EN_COURS, Statut.EN_ATTENTE),
            Statut.TRAITEE,
            _CAISSE,
        ),
        # The answer, or what was asked, was a mistake that nobody read (D-24).
        Transition(
            "retirer_envoi",
            "Envoi retiré avant lecture",
            (Statut.EN_ATTENTE, Statut.TRAITEE),
            Statut.EN_COURS,
            _CAISSE,
        ),
        Transition("relancer", "Il reste une question", (Statut.TRAITEE,), Statut.EN_COURS, _PARTENAIRE),
        Transition(
            "cloturer",
            "Demande close",
            (Statut.TRAITEE,),
            Statut.CLOTUREE,
            (*_PARTENAIRE, *_CAISSE, Droit.CLORE_AU_TERME),
        ),
        Transition(
            "clore_sans_reponse",
            "Close sans réponse de la structure",
            (Statut.EN_ATTENTE,),
            Statut.CLOTUREE,
            (Droit.CLORE_AU_TERME,),
        ),
        Transition(
            "annuler",
            "Annulée par la structure",
            (Statut.DEPOSEE, Statut.EN_COURS, Statut.EN_ATTENTE),
            Statut.ANNULEE,
            _PARTENAIRE,
        ),
        Transition(
            "declarer_irrecevable",
            "Déclarée non recevable",
            (Statut.DEPOSEE, Statut.EN_COURS, Statut.EN_ATTENTE),
            Statut.IRRECEVABLE,
            _CAISSE,
        ),
        Transition(
            "rouvrir",
            "Rouverte",
            (Statut.CLOTUREE, Statut.IRRECEVABLE),
            Statut.EN_COURS,
            (Droit.ENCADRER_DEMANDES,),
        ),
    )
}


# What is told in the history without moving the demande.
ACTES_SANS_ETAT = {
    "attribuer": "Confiée à un agent",
    "annuler_rendez_vous": "Rendez-vous annulé",
    "noter_venue": "Rendez-vous passé",
    "prolonger": "Conservation prolongée",
    "saisir": "Enregistrée par la caisse",
    "suivre": "Prise en suivi par un technicien",
    "requalifier": "Urgence requalifiée",
    "reprendre": "Suivie par un autre technicien",
    "retirer_message": "Message retiré avant lecture",
    "retirer_piece": "Pièce retirée avant lecture",
    "demander_destruction": "Destruction demandée",
    "detruire": "Détruit à la demande de qui l’avait envoyé",
    "noter_etape": "Étape de l’accompagnement",
}


class TransitionImpossible(TropTard):
    """The demande is not in a state from which this verb goes: somebody was faster, or the page was old."""

    def __init__(self, verbe: str, statut: str) -> None:
        super().__init__(f"{verbe} depuis {statut}")
        self.verbe = verbe
        self.statut = Statut(statut)


def est_permise(verbe: str, statut: str, acteur: Acteur) -> bool:
    """Return whether the table lets `acteur` do `verbe` in `statut`."""
    transition = TRANSITIONS[verbe]
    return statut in transition.depuis and transition.permise_a(acteur)
