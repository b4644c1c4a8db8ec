"""What of the floor's tables belongs to an account: its own caisses, and the structures in convention with them."""

from django.db.models import Q, QuerySet

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from conventions.models.conventions import Participation
from droits.permissions import can_lire_journal
from socle.acteurs import Acteur
from socle.roles import Droit


def caisses_de(compte: Acteur) -> QuerySet[Caisse]:
    """Return the caisses whose figures the account may see: its own, all for the national one."""
    return compte.caisses.all() if compte.cote_caisse else Caisse.objects.all()


def comptes_du_perimetre(compte: Acteur) -> QuerySet[Compte]:
    """Return the accounts of the caisses of `compte`, and of the structures in convention with them."""
    parts = Participation.objects.actuelles(compte)
    return Compte.objects.filter(Q(pk__in=_collegues(compte)) | Q(partenaire__in=parts.values("partenaire")))


def _collegues(compte: Acteur) -> QuerySet:
    liens = Compte.caisses.through.objects.filter(caisse__in=compte.caisses.all())
    return liens.values("compte")


def lignes_visibles_par(compte: Acteur) -> QuerySet[LigneJournal]:
    """Return the lines of the journal that `compte` may read (R-04).

    Those of its caisses; and those of no caisse, by its colleagues, about the structures that a convention binds to it
    today, or by their accounts. What a shared structure does with another caisse carries that caisse, and is not seen.
    """
    if not can_lire_journal(compte):
        return LigneJournal.objects.none()
    caisses = compte.caisses.values_list("pk", flat=True)
    parts = Participation.objects.donnant(Droit.LIRE_JOURNAL, compte)
    sans_caisse = Q(caisse=None) & (
        Q(partenaire__in=parts.values("partenaire"))
        | Q(compte__in=_collegues(compte))
        | Q(partenaire=None, compte__in=comptes_du_perimetre(compte).values("pk"))
    )
    return LigneJournal.objects.filter(Q(caisse__in=caisses) | sans_caisse)
