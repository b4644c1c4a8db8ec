"""R-09: hold back an account that is shown too much, and tell who watches over it."""

from django.db import transaction

from accounts.actions.places import verrouiller_compte
from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite import volumes
from conformite.journal import Acte, consigner
from droits.notifications import volume_inhabituel


@transaction.atomic
def retenir(compte: Compte, refus: volumes.VolumeInhabituel) -> None:
    """Write that the account waits or is stopped; tell DPO and superviseurs the first time, of each. Twice is once."""
    constat = volumes.constater(verrouiller_compte(compte))
    if constat.arrete:
        return
    arrete = not refus.attente
    lues = Caisse.objects.filter(pk__in=volumes.caisses_lues(compte))
    acte = Acte.VOLUME_ARRETER if arrete else Acte.VOLUME_RALENTIR
    consigner(acte, par=compte, objet=compte, montrees=refus.volume)
    if arrete or not constat.ralenti:
        volume_inhabituel(compte, lues, montrees=refus.volume, arrete=arrete)


@transaction.atomic
def reprendre(compte: Compte) -> None:
    """Write that the account typed its code: what it is shown is counted afresh."""
    consigner(Acte.VOLUME_REPRENDRE, par=compte, objet=compte)
