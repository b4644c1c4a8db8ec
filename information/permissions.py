"""Who may do what about information, training and support. Perimeters are in the querysets."""

from typing import Any

from accounts.models.compte import Compte
from information.models import Assistance
from socle.profils import PROFILS_CAISSE, PROFILS_PARTENAIRE, Profil


def can_consulter(compte: Compte) -> bool:
    """The people of the structures and of the caisses read what the caisses publish (I-01)."""
    return compte.profil in PROFILS_PARTENAIRE or compte.profil in PROFILS_CAISSE


def can_publier(compte: Compte) -> bool:
    """An administrateur keeps the information of his caisse up to date (I-01), and holds its sessions (I-03)."""
    return compte.profil == Profil.ADMINISTRATEUR


def can_participer(compte: Compte) -> bool:
    """The staff of the structures subscribe to the letter and to the sessions."""
    return compte.profil in PROFILS_PARTENAIRE


def can_repondre(compte: Compte, demande: Assistance) -> bool:
    """The interlocuteur of the caisse first, then the national support (I-04)."""
    if demande.repondue_le is not None:
        return False
    if demande.niveau == Assistance.Niveau.NATIONAL:
        return compte.profil == Profil.NATIONAL
    return compte.profil == Profil.ADMINISTRATEUR and _de_la_caisse(compte, demande.caisse_id)


def can_transmettre(compte: Compte, demande: Assistance) -> bool:
    """What the caisse cannot mend goes to the national support (I-04)."""
    return demande.niveau == Assistance.Niveau.LOCAL and can_repondre(compte, demande)


def _de_la_caisse(compte: Compte, caisse: Any) -> bool:
    return compte.caisses.filter(pk=caisse).exists()
