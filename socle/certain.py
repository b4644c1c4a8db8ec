"""What a state promises: the columns that only some rows fill."""

from typing import TypeVar

T = TypeVar("T")


def certain(valeur: T | None) -> T:
    """Return a value that the state of its row promises. Raise TypeError when it is missing: a fault of ours."""
    if valeur is None:
        raise TypeError("une valeur que l’état de la ligne promet manque")
    return valeur
