"""Whose turn it is: few places, several structures, none of which can take the places of another."""

import threading
from collections import Counter
from collections.abc import Hashable


class Tour:
    """`places` at once, one for a structure; the others come in the order of their arrival.

    A structure that has `PAR_STRUCTURE` at work or waiting is refused the next: its own alone are delayed.
    """

    PAR_STRUCTURE = 3

    def __init__(self, places: int) -> None:
        self._libres = places
        self._change = threading.Condition()
        self._attente: list[tuple[Hashable, object]] = []
        self._au_travail: Counter[Hashable] = Counter()

    def prendre(self, structure: Hashable, secondes: float) -> bool:
        """Wait for a place, so long at most; whether it was given. Whoever took one gives it back."""
        billet = (structure, object())
        with self._change:
            siens = sum(un == structure for un, _ in self._attente) + self._au_travail[structure]
            if siens >= self.PAR_STRUCTURE:
                return False
            self._attente.append(billet)
            pris = self._change.wait_for(lambda: self._premier() is billet, max(0.0, secondes))
            self._attente.remove(billet)
            if pris:
                self._libres -= 1
                self._au_travail[structure] += 1
            self._change.notify_all()
        return pris

    def rendre(self, structure: Hashable) -> None:
        """Give the place back."""
        with self._change:
            self._libres += 1
            self._au_travail[structure] -= 1
            self._au_travail += Counter()
            self._change.notify_all()

    def _premier(self) -> tuple[Hashable, object] | None:
        """The first that waits and whose structure has nothing at work."""
        if not self._libres:
            return None
        return next((billet for billet in self._attente if not self._au_travail[billet[0]]), None)
