"""What this room keeps under the root and index keys, sealed again when the keys are changed: accounts to pay, tokens."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from echanges.actions.depots import reindexer
from echanges.actions.recuperation import rib_de, sceller_rib
from echanges.models.depots import Depot
from echanges.models.recuperation import ComptePayeur
from socle import crochets


@crochets.rescellement.inscrire("echanges")
def resceller(neuves: Callable[[], AbstractContextManager]) -> None:
    """Seal the accounts again, and compute the tokens of the rows again."""
    for compte in ComptePayeur.objects.order_by("pk"):
        rib = rib_de(compte)
        with neuves():
            compte.rib_scelle = sceller_rib(compte, rib)
        compte.save(update_fields=["rib_scelle"])
    for depot in Depot.objects.filter(lots__isnull=False).distinct().order_by("pk"):
        reindexer(depot, depot.terme_le, neuves)
