"""Who may do what on caisses: the right, and whose caisse."""

from caisses.models import Caisse
from socle.acteurs import Acteur
from socle.roles import Droit, peut


def can_creer_caisse(acteur: Acteur) -> bool:
    """Whether `acteur` creates caisses and their first administrateur (A-20)."""
    return peut(acteur, Droit.CREER_CAISSES)


def can_regler_caisse(acteur: Acteur, caisse: Caisse) -> bool:
    """Whether `acteur` sets the pôles, delays and channels of this caisse, his own."""
    return peut(acteur, Droit.REGLER_CAISSE) and acteur.agit_pour(caisse)
