"""The accessibility declaration, drawn from the grid of the 106 criteria: its state is computed, never written."""

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

FICHIER = Path(__file__).with_name("accessibilite.toml")
# Number of criteria of each theme of the RGAA 4.1, in order.
THEMES = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)


@dataclass(frozen=True)
class Critere:
    """A criterion: `verdict` C, NC or NA, and what proves it (a test, a dated look) or what is wrong."""

    numero: str
    verdict: str
    preuve: str = ""
    constat: str = ""
    ecart: str = ""


@dataclass(frozen=True)
class Declaration:
    """What the body declares, and on what."""

    referentiel: str
    etablie_le: dt.date
    environnements: list[str]
    non_essayes: list[str]
    pages: list[str]
    criteres: list[Critere]

    @property
    def ecarts(self) -> list[Critere]:
        """The criteria that are not met."""
        return [critere for critere in self.criteres if critere.verdict == "NC"]

    @property
    def taux(self) -> float:
        """Share of the applicable criteria that are met, in percent, rounded down to a tenth."""
        conformes = sum(critere.verdict == "C" for critere in self.criteres)
        return 1000 * conformes // (conformes + len(self.ecarts)) / 10

    @property
    def etat(self) -> str:
        """The words of the law: all criteria, at least half of them, or less."""
        if not self.ecarts:
            return "totalement conforme"
        return "partiellement conforme" if self.taux >= 50 else "non conforme"


@functools.cache
def declaration() -> Declaration:
    """Return the declaration that the grid makes."""
    lue = tomllib.loads(FICHIER.read_text(encoding="utf-8"))
    criteres = [Critere(numero, **critere) for numero, critere in lue.pop("criteres").items()]
    return Declaration(**lue, criteres=criteres)
