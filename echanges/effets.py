"""What the end of a caisse's part would change of the exchanges (C-16)."""

from typing import Any

from conventions.models.conventions import Participation
from echanges.models.depots import Depot
from socle import crochets


@crochets.effets.inscrire("echanges")
def effets(cible: Any, *, suspension: bool = False) -> list[str]:
    """Say how many files the other side has not read yet: they go with their term, not with the convention."""
    if not isinstance(cible, Participation):
        return []
    nombre = Depot.objects.non_lus().filter(participation=cible).count()
    if not nombre:
        return []
    quoi = "1 fichier échangé n’est pas lu" if nombre == 1 else f"{nombre} fichiers échangés ne sont pas lus"
    if suspension:
        return [f"{quoi} : jusqu’à la levée, personne de la structure ne pourra le faire."]
    return [f"{quoi} : après la fin, plus personne ne pourra le faire."]
