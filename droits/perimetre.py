"""What of the floor's tables belongs to an account: its own caisses, and the structures in convention with them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from conventions.models.conventions import Participation
from droits.permissions import can_lire_journal


def caisses_de(compte: Any) -> QuerySet[Caisse]:
    """Return the caisses whose figures the account may see: its own, all for the national one."""
    return compte.caisses.all() if compte.cote_caisse else Caisse.objects.all()


def comptes_du_perimetre(compte: Any) -> QuerySet[Compte]:
    """Return the accounts of the caisses of `compte`, and of the structures in convention with them."""
    caisses = compte.caisses.all()
    liees = Participation.objects.filter(caisse__in=caisses, partenaire=OuterRef("partenaire"))
    return Compte.objects.filter(
        Q(pk__in=Compte.caisses.through.objects.filter(caisse__in=caisses).values("compte")) | Exists(liees)
    )


def lignes_visibles_par(compte: Any) -> QuerySet[LigneJournal]:
    """Return the lines of the journal that `compte` may read (R-04).

    Those of its caisses; and those of no caisse, by accounts of its perimeter or about its structures. What a shared
    structure does with another caisse carries that caisse, and is not seen.
    """
    if not can_lire_journal(compte):
        return LigneJournal.objects.none()
    caisses = compte.caisses.values_list("pk", flat=True)
    partenaires = Participation.objects.filter(caisse__in=caisses).values("partenaire")
    sans_caisse = Q(caisse=None) & (
        Q(partenaire__in=partenaires)
        | Q(partenaire=None, compte__in=comptes_du_perimetre(compte).values("pk"))
    )
    return LigneJournal.objects.filter(Q(caisse__in=caisses) | sans_caisse)
