"""What this room keeps under the index keys, computed again when the keys are changed: the tokens of the persons."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from conformite.scellement import Illisible
from signalements.actions.ecritures import jetons_de
from signalements.models.demandes import Demande
from socle import crochets
from socle.perimetre import par_lots


@crochets.rescellement.inscrire("signalements")
def resceller(neuves: Callable[[], AbstractContextManager]) -> None:
    """Compute the tokens again; a demande that opens no more waits for the purge as it is."""
    for demande in par_lots(Demande.objects.exclude(jetons=[])):
        try:
            contenu = demande.contenu
        except Illisible:
            continue
        with neuves():
            demande.jetons = jetons_de(demande, contenu)
        demande.save(update_fields=["jetons"])
