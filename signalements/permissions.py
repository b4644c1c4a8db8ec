"""Who may do what with a demande that he sees. The verbs of the workflow answer from its table."""

from typing import Any

from espace_partenaires.profils import PROFILS_TRAITANTS, Profil
from signalements.models import Demande
from signalements.workflow import OUVERTS, Statut, est_permise

# What is not a transition: act -> profiles.
ROLES: dict[str, frozenset[str]] = {
    "nouvelle": frozenset({Profil.TECHNICIEN}),
    "historique": frozenset({Profil.TECHNICIEN}),
    "modifier_brouillon": frozenset({Profil.TECHNICIEN}),
    "ecrire": frozenset({Profil.TECHNICIEN}) | PROFILS_TRAITANTS,
    "noter": PROFILS_TRAITANTS,
    "tri": PROFILS_TRAITANTS,
}


def can_voir_historique(compte: Any) -> bool:
    """Whether the account has a history of demandes."""
    return compte.profil in ROLES["historique"]


def can_nouvelle(compte: Any) -> bool:
    """Whether the account may start a demande."""
    return compte.profil in ROLES["nouvelle"]


def can_trier(compte: Any) -> bool:
    """Whether the account has a triage desk."""
    return compte.profil in ROLES["tri"]


def can_modifier_brouillon(compte: Any, demande: Demande) -> bool:
    """Whether the account may change this draft: its author alone."""
    return (
        compte.profil in ROLES["modifier_brouillon"]
        and demande.statut == Statut.BROUILLON
        and demande.technicien_id == compte.pk
    )


def can_ecrire(compte: Any, demande: Demande) -> bool:
    """Whether the account may write in the thread (D-10): while the demande is open."""
    return compte.profil in ROLES["ecrire"] and demande.statut in OUVERTS


def can_noter(compte: Any, demande: Demande) -> bool:
    """Whether the account may leave an internal note, never shown to the partner."""
    return compte.profil in ROLES["noter"]


def can_transition(compte: Any, demande: Demande, verbe: str) -> bool:
    """Whether the table of transitions lets the account do `verbe` now.

    An agent acts on the demandes that he has in charge, a superviseur on all those of his caisses. The caisse closes
    only once the structure has read the answer (D-20).
    """
    if not est_permise(verbe, demande.statut, compte.profil):
        return False
    if compte.profil in PROFILS_TRAITANTS and verbe == "cloturer" and demande.lue_le is None:
        return False
    if compte.profil == Profil.AGENT and verbe not in ("prendre_en_charge", "declarer_irrecevable"):
        return demande.agent_id == compte.pk
    return True
