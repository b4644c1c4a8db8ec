"""Which tests are asked about a mutant: those that name its rule, and that go through the guard that it breaks."""

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from outils.mutants.gardes import Mutant, sonder
from outils.mutants.terrain import Terrain
from outils.regles import HORS_PAGE, RACINE, mentions

# Real processes and browsers: their code runs elsewhere, and they are slow. Asked when the others saw nothing.
LENTS = ("tests/pannes/", "tests/e2e/", "tests/maison/")
REPERAGE_S = 3600.0


@dataclass
class Repere:
    """One test (one line of its parameters), played without any mutant."""

    nom: str
    duree: float
    gardes: frozenset[str]

    @property
    def rang(self) -> float:
        """Quick tests of few guards first: they fail soonest."""
        return (self.duree + 0.05) * (len(self.gardes) + 1)


def tests_des_regles() -> dict[str, set[str]]:
    """Return the tests that name each rule: functions, or all those of a file when the file itself names it."""
    trouves: dict[str, set[str]] = defaultdict(set)
    for mention in mentions():
        chemin, nom = mention.lieu.chemin, mention.lieu.nom
        est_un_test = Path(chemin).name.startswith("test_") and chemin.endswith(".py")
        if est_un_test and not chemin.startswith(HORS_PAGE):
            seuls = {nom} if nom.startswith("test_") else _fonctions(chemin)
            trouves[mention.regle] |= {f"{chemin}::{un}" for un in seuls}
    return trouves


@cache
def _fonctions(chemin: str) -> frozenset[str]:
    corps = ast.parse((RACINE / chemin).read_bytes()).body
    return frozenset(
        un.name for un in corps if isinstance(un, ast.FunctionDef) and un.name.startswith("test_")
    )


@dataclass
class Choix:
    """The tests of the rules, once played without mutant."""

    regles: dict[str, set[str]]
    reperes: dict[str, list[Repere]] = field(default_factory=lambda: defaultdict(list))
    rouges: list[str] = field(default_factory=list)
    # The tests that saw a mutant of each guard, those of the runs before included.
    vus: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def a_reperer(self, tous: list[Mutant]) -> list[str]:
        """Return the files of quick tests that these mutants need, and their tests."""
        return sorted({test for un in tous for test in self._nommant(un) if not test.startswith(LENTS)})

    def reperer(self, terrain: Terrain, tous: list[Mutant], tests: list[str]) -> None:
        """Play these tests once, every guard probed: which are green, how long they take, what they go through."""
        par_fichier: dict[str, list[Mutant]] = defaultdict(list)
        for un in tous:
            if not un.contrainte:
                par_fichier[un.chemin].append(un)
        sondes = {
            chemin: sonder((RACINE / chemin).read_bytes(), gardes) for chemin, gardes in par_fichier.items()
        }
        with terrain.change(sondes):
            rendu = terrain.demander(tests=tests, delai=REPERAGE_S, tous=True, change=sorted(sondes))
        if not rendu["tests"]:
            raise EOFError(rendu["fin"])
        for nom, issue, duree, gardes in rendu["tests"]:
            if issue == "passed":
                self.reperes[nom.partition("[")[0]].append(Repere(nom, duree, frozenset(gardes)))
            else:
                self.rouges.append(nom)

    def rapides(self, mutant: Mutant) -> list[Repere]:
        """Return the quick tests that can see this mutant, the likeliest first.

        Those that saw another mutant of the same guard, then those of the same app.
        """
        utiles = (repere for test in self._nommant(mutant) for repere in self.reperes.get(test, []))
        vus, siens = self.vus.get(mutant.garde, ()), f"tests/{mutant.chemin.partition('/')[0]}/"
        return sorted(
            (un for un in utiles if mutant.contrainte or mutant.garde in un.gardes),
            key=lambda un: (un.nom not in vus, not un.nom.startswith(siens), un.rang, un.nom),
        )

    def noter(self, mutant: Mutant, test: str) -> None:
        """Remember the test that saw this mutant."""
        if test not in self.vus[mutant.garde]:
            self.vus[mutant.garde].append(test)

    def lents(self, mutant: Mutant) -> list[str]:
        """Return the tests of real processes that name the rule."""
        return sorted(test for test in self._nommant(mutant) if test.startswith(LENTS))

    def _nommant(self, mutant: Mutant) -> set[str]:
        return {test for regle in mutant.regles for test in self.regles.get(regle, ())}
