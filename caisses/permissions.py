"""Who may do what on caisses. A predicate says yes or no; `exiger` refuses."""

from typing import Any

from django.core.exceptions import PermissionDenied

from caisses.models import Caisse
from socle.profils import PROFILS_CAISSE, Profil


def exiger(permis: bool) -> None:
    """Raise PermissionDenied unless `permis`."""
    if not permis:
        raise PermissionDenied


def de_la_caisse(compte: Any, caisse: Caisse) -> bool:
    """Whether `compte` is one of this caisse's people."""
    return compte.profil in PROFILS_CAISSE and compte.caisses.filter(pk=caisse.pk).exists()


def can_creer_caisse(compte: Any) -> bool:
    """The national administrateur creates caisses and their first administrateur (A-20)."""
    return compte is not None and compte.profil == Profil.NATIONAL


def can_regler_caisse(compte: Any, caisse: Caisse) -> bool:
    """An administrateur sets the pôles, delays and channels of his own caisse."""
    return compte is not None and compte.profil == Profil.ADMINISTRATEUR and de_la_caisse(compte, caisse)
