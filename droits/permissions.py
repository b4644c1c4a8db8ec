"""Who may open the pages of conformity, and do what there."""

from typing import Any

from espace_partenaires.profils import Profil

ROLES: dict[str, frozenset[str]] = {
    "journal": frozenset({Profil.DPO, Profil.ADMINISTRATEUR}),
    "details_du_journal": frozenset({Profil.DPO}),
    "traitements": frozenset({Profil.DPO, Profil.ADMINISTRATEUR, Profil.NATIONAL}),
    "conservation": frozenset({Profil.DPO, Profil.ADMINISTRATEUR, Profil.NATIONAL}),
    "liberer_frein": frozenset({Profil.DPO}),
}


def can_lire_journal(compte: Any) -> bool:
    """Whether the account may search the journal of its caisses (R-04)."""
    return compte.profil in ROLES["journal"]


def can_lire_details(compte: Any) -> bool:
    """Whether the account sees what an act carries beside its reference: a motif is for the DPO alone."""
    return compte.profil in ROLES["details_du_journal"]


def can_voir_traitements(compte: Any) -> bool:
    """Whether the account may see the runs of the jobs."""
    return compte.profil in ROLES["traitements"]


def can_voir_conservation(compte: Any) -> bool:
    """Whether the account may see what is kept, and what goes when."""
    return compte.profil in ROLES["conservation"]


def can_liberer_frein(compte: Any) -> bool:
    """Whether the account may let go an abnormal volume of the purge."""
    return compte.profil in ROLES["liberer_frein"]
