"""What this room keeps under the root key, sealed again when the keys are changed: the codes confidentiels (C-12)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from conventions.actions.fiches import ouvrir_code, sceller_code
from conventions.models.conventions import Participation
from socle import crochets


@crochets.rescellement.inscrire("conventions")
def resceller(neuves: Callable[[], AbstractContextManager]) -> None:
    """Seal the codes again."""
    for part in Participation.objects.exclude(code_scelle=None).order_by("pk"):
        code = ouvrir_code(part)
        with neuves():
            part.code_scelle = sceller_code(part, code)
        part.save(update_fields=["code_scelle"])
