"""One line of a table of states: the rooms hold the tables, `outils/etats.py` draws them."""

from dataclasses import dataclass

from socle.acteurs import Acteur
from socle.roles import Droit, peut, profils_avec


@dataclass(frozen=True)
class Transition:
    """A verb, its words in a history, the states that it leaves, the one that it reaches, and who does it.

    `vers` None: the state stays what it is, or what something else makes it. `droits`: one of them is enough.
    """

    verbe: str
    libelle: str
    depuis: tuple[str, ...]
    vers: str | None
    droits: tuple[Droit, ...]
    # Who does it, in words, where the profiles of these rights would not say it.
    en_mots: str = ""

    def permise_a(self, acteur: Acteur) -> bool:
        """Whether the table lets `acteur` do it."""
        return peut(acteur, *self.droits)

    @property
    def qui(self) -> str:
        """Who does it, for the drawn table."""
        return self.en_mots or ", ".join(sorted(profils_avec(*self.droits)))


class TropTard(Exception):
    """The object is not in a state from which this act goes: somebody was faster, or the page was old."""
