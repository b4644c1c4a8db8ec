"""Who may open the pages of conformity, and do what there."""

from typing import Any

from socle.profils import Profil

ROLES: dict[str, frozenset[str]] = {
    "journal": frozenset({Profil.DPO, Profil.ADMINISTRATEUR}),
    "details_du_journal": frozenset({Profil.DPO}),
    "executions": frozenset({Profil.DPO, Profil.ADMINISTRATEUR, Profil.NATIONAL}),
    "conservation": frozenset({Profil.DPO, Profil.ADMINISTRATEUR, Profil.NATIONAL}),
    "liberer_frein": frozenset({Profil.DPO}),
    "geler": frozenset({Profil.DPO}),
    # Anyone, from any page, in one click; the national one belongs to no caisse.
    "declarer_violation": frozenset(Profil) - {Profil.NATIONAL},
    "traiter_violation": frozenset({Profil.DPO}),
    "transmettre_droits": frozenset({Profil.GESTIONNAIRE, Profil.DPO}),
    "traiter_droits": frozenset({Profil.DPO}),
    "certificats": frozenset({Profil.GESTIONNAIRE, Profil.DPO, Profil.ADMINISTRATEUR}),
    # The gestionnaire attests; the caisse writes down the letter of a structure that has no account any more.
    "attester": frozenset({Profil.GESTIONNAIRE, Profil.DPO, Profil.ADMINISTRATEUR}),
    "registre": frozenset({Profil.DPO, Profil.ADMINISTRATEUR, Profil.NATIONAL}),
}


def can_lire_journal(compte: Any) -> bool:
    """Whether the account may search the journal of its caisses (R-04)."""
    return compte.profil in ROLES["journal"]


def can_lire_details(compte: Any) -> bool:
    """Whether the account sees what an act carries beside its reference: a motif is for the DPO alone."""
    return compte.profil in ROLES["details_du_journal"]


def can_voir_executions(compte: Any) -> bool:
    """Whether the account may see the runs of the jobs."""
    return compte.profil in ROLES["executions"]


def can_voir_conservation(compte: Any) -> bool:
    """Whether the account may see what is kept, and what goes when."""
    return compte.profil in ROLES["conservation"]


def can_liberer_frein(compte: Any) -> bool:
    """Whether the account may let go an abnormal volume of the purge."""
    return compte.profil in ROLES["liberer_frein"]


def can_geler(compte: Any) -> bool:
    """Whether the account may hold a demande past its term, and lift the hold."""
    return compte.profil in ROLES["geler"]


def can_declarer_violation(compte: Any) -> bool:
    """Whether the account may declare a violation (R-02)."""
    return compte.profil in ROLES["declarer_violation"]


def can_traiter_violation(compte: Any) -> bool:
    """Whether the account assesses and notifies violations (R-02)."""
    return compte.profil in ROLES["traiter_violation"]


def can_transmettre_droits(compte: Any) -> bool:
    """Whether the account may record a person's request (R-03)."""
    return compte.profil in ROLES["transmettre_droits"]


def can_traiter_droits(compte: Any) -> bool:
    """Whether the account searches, extracts and answers (R-03)."""
    return compte.profil in ROLES["traiter_droits"]


def can_voir_registre(compte: Any) -> bool:
    """Whether the account may read the register of processings (R-01)."""
    return compte.profil in ROLES["registre"]


def can_voir_certificats(compte: Any) -> bool:
    """Whether the account may take the certificates of destruction of its partnerships (R-05)."""
    return compte.profil in ROLES["certificats"]


def can_attester(compte: Any) -> bool:
    """Whether the account may attest a destruction, or write down the attestation received (R-05)."""
    return compte.profil in ROLES["attester"]
