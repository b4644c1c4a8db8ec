"""One line of a table of states: the rooms hold the tables, `outils/etats.py` draws them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Transition:
    """A verb, its words in a history, the states that it leaves, the one that it reaches, and who does it.

    `vers` None: the state stays what it is, or what something else makes it. `qui`: profiles, or the machine.
    """

    verbe: str
    libelle: str
    depuis: tuple[str, ...]
    vers: str | None
    qui: frozenset[str]
