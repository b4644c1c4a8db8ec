"""What this room keeps under the root key, sealed again when the keys are changed: the seeds of the second factors."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from accounts.models.acces import LienPersonnel
from accounts.models.facteurs import AppareilTOTP
from socle import crochets, horloge


@crochets.rescellement.inscrire("accounts")
def resceller(neuves: Callable[[], AbstractContextManager]) -> None:
    """Seal the seeds again; the personal links that wait, made under the former root key, are void."""
    for appareil in AppareilTOTP.objects.order_by("pk"):
        graine = appareil.graine
        with neuves():
            appareil.fixer_graine(graine)
        appareil.save(update_fields=["graine_scellee"])
    LienPersonnel.objects.filter(consomme_le=None).update(consomme_le=horloge.maintenant())
    LienPersonnel.objects.update(graine_scellee=None)
