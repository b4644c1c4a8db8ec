"""What people do with a demande: one function per act, atomic, with its history, its journal and its mails."""

from signalements.actions.commun import deplacer_terme
from signalements.actions.depot import commencer, deposer, enregistrer_brouillon, supprimer_brouillon
from signalements.actions.orientation import attribuer, rediriger, transferer
from signalements.actions.rendez_vous import (
    accepter_creneau,
    annuler_rendez_vous,
    noter_venue,
    proposer_creneaux,
    refuser_creneaux,
)
from signalements.actions.vie import (
    annuler,
    clore_sans_reponse,
    cloturer,
    completer,
    declarer_irrecevable,
    demander_complement,
    ecrire,
    journaliser_lecture,
    noter,
    noter_etape,
    prendre_en_charge,
    prolonger,
    relancer,
    repondre,
    rouvrir,
)

__all__ = [
    "accepter_creneau",
    "annuler",
    "annuler_rendez_vous",
    "attribuer",
    "clore_sans_reponse",
    "cloturer",
    "commencer",
    "completer",
    "declarer_irrecevable",
    "demander_complement",
    "deplacer_terme",
    "deposer",
    "ecrire",
    "enregistrer_brouillon",
    "journaliser_lecture",
    "noter",
    "noter_etape",
    "noter_venue",
    "prendre_en_charge",
    "prolonger",
    "proposer_creneaux",
    "rediriger",
    "refuser_creneaux",
    "relancer",
    "repondre",
    "rouvrir",
    "supprimer_brouillon",
    "transferer",
]
