"""`make mutants`: break each guard that names a rule; print the rules whose tests stayed green.

    make mutants                        every rule: about an hour
    REGLES=C-05,Q-01 make mutants       some rules only

Everything happens in copies of the tree. The tests of a mutant are those that name one of its rules and go through the
guard that it breaks: they are all played once without mutant, probes in the guards. A test that fails then proves
nothing: it is said, and left out. A mutant that could not be played is said too. `var/mutants.json` keeps the whole.
"""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from outils.mutants.choix import Choix, tests_des_regles
from outils.mutants.gardes import Mutant, mutants
from outils.mutants.terrain import Terrain
from outils.regles import RACINE

JSON = RACINE / "var/mutants.json"
PROCESSUS = 2
# To start pytest on a busy machine; then three times what the tests take without mutant.
DEPART_S = 60.0
DELAI_LENT_S = 900.0
# Exit codes of pytest: every test passed, one failed.
VERT, ROUGE = 0, 1


@dataclass
class Decompte:
    """What became of the mutants."""

    tues: list[Mutant] = field(default_factory=list)
    delais: list[Mutant] = field(default_factory=list)
    survivants: list[Mutant] = field(default_factory=list)
    sans_test: list[Mutant] = field(default_factory=list)
    non_joues: list[tuple[Mutant, str]] = field(default_factory=list)

    @property
    def regles_vertes(self) -> list[str]:
        """The rules of the mutants that no test saw."""
        return sorted({regle for un in [*self.survivants, *self.sans_test] for regle in un.regles})


def juger(terrain: Terrain, choix: Choix, mutant: Mutant) -> tuple[str, str]:
    """Return what becomes of a mutant, and why when it could not be played."""
    rapides, lents = choix.rapides(mutant), choix.lents(mutant)
    if not rapides and not lents:
        return "sans test", ""
    noms, delai = [un.nom for un in rapides], DEPART_S + 3 * sum(un.duree for un in rapides)
    for tests, duree, froid in ((noms, delai, False), (noms, delai, True), (lents, DELAI_LENT_S, True)):
        if not tests:
            continue
        rendu = terrain.jouer(mutant, tests, duree, froid=froid)
        if rendu["code"] == ROUGE:
            for nom, sort, *_ in rendu["tests"]:
                if sort == "failed":
                    choix.noter(mutant, nom)
            return "tué", ""
        if rendu["code"] == "delai":
            return "délai", ""
        if rendu["code"] != VERT:
            return "non joué", f"code {rendu['code']} : {' '.join(rendu['fin'][-300:].split())}"
    return "survivant", ""


def ensemble(terrains: list[Terrain], faire: Callable[[Terrain], None]) -> None:
    """Do this on each terrain at the same time."""
    with ThreadPoolExecutor(len(terrains)) as fils:
        list(fils.map(faire, terrains))


def reperer(terrains: list[Terrain], tous: list[Mutant], choix: Choix) -> None:
    """Play the tests once, a half of them on each terrain."""
    tests = choix.a_reperer(tous)
    parts = {id(terrain): tests[rang :: len(terrains)] for rang, terrain in enumerate(terrains)}
    ensemble(terrains, lambda terrain: choix.reperer(terrain, tous, parts[id(terrain)]))


def jouer_tous(terrains: list[Terrain], tous: list[Mutant], choix: Choix) -> Decompte:
    """Play every mutant, one terrain beside the other."""
    file: Queue[Mutant] = Queue()
    for mutant in tous:
        file.put(mutant)
    bilan, verrou = Decompte(), threading.Lock()

    def travailler(terrain: Terrain) -> None:
        while True:
            try:
                mutant = file.get_nowait()
            except Empty:
                return
            try:
                issue, raison = juger(terrain, choix, mutant)
            except (EOFError, OSError) as erreur:
                with verrou:
                    bilan.non_joues.append((mutant, str(erreur)))
                return
            with verrou:
                _ranger(bilan, mutant, issue, raison)
                joues = sum(len(v) for v in vars(bilan).values())
                if joues % 50 == 0:
                    garder(bilan, choix)
                    print(f"{joues} joués…", flush=True)
                if issue not in ("tué", "délai"):
                    print(f"• {issue} : {mutant} [{', '.join(mutant.regles)}] {raison}", flush=True)

    ensemble(terrains, travailler)
    while not file.empty():
        bilan.non_joues.append((file.get(), "plus de serveur de tests"))
    return bilan


def _ranger(bilan: Decompte, mutant: Mutant, issue: str, raison: str) -> None:
    if issue == "non joué":
        bilan.non_joues.append((mutant, raison))
        return
    rangs = {
        "tué": bilan.tues,
        "délai": bilan.delais,
        "survivant": bilan.survivants,
        "sans test": bilan.sans_test,
    }
    rangs[issue].append(mutant)


def montrer(bilan: Decompte, rouges: list[str]) -> None:
    """Print the result."""
    total = sum(len(v) for v in vars(bilan).values())
    print(
        f"\n{total} mutants : {len(bilan.tues)} vus par un test, {len(bilan.delais)} par le délai, ", end=""
    )
    print(f"{len(bilan.survivants)} non vus, {len(bilan.sans_test)} sans test qui nomme leur règle,", end=" ")
    print(f"{len(bilan.non_joues)} non joués.")
    if rouges:
        print(f"Tests en échec sans mutant, laissés de côté : {', '.join(rouges)}")
    for mutant, raison in bilan.non_joues:
        print(f"Non joué : {mutant} ({raison})")
    print(f"Règles dont les tests sont restés verts : {', '.join(bilan.regles_vertes) or 'aucune'}")


def garder(bilan: Decompte, choix: Choix) -> None:
    """Keep the result, and which test saw what: the next run asks that one first."""
    JSON.parent.mkdir(exist_ok=True)
    contenu = {
        "regles_vertes": bilan.regles_vertes,
        "tests_en_echec": sorted(choix.rouges),
        "survivants": [f"{un} [{', '.join(un.regles)}]" for un in bilan.survivants],
        "sans_test": [f"{un} [{', '.join(un.regles)}]" for un in bilan.sans_test],
        "non_joues": [f"{un} : {raison}" for un, raison in bilan.non_joues],
        "par_delai": [str(un) for un in bilan.delais],
        "tues": [str(un) for un in bilan.tues],
        "vus": dict(choix.vus),
    }
    JSON.write_text(json.dumps(contenu, ensure_ascii=False, indent=1) + "\n")


def main() -> int:
    """Play the mutants; return 0 when each one was played and seen."""
    voulues = {nom for nom in os.environ.get("REGLES", "").replace(" ", "").split(",") if nom}
    tous = [un for un in mutants(RACINE) if not voulues or voulues & set(un.regles)]
    choix = Choix(tests_des_regles())
    if JSON.exists():
        choix.vus.update(json.loads(JSON.read_text()).get("vus", {}))
    print(f"{len(tous)} mutants.", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as dossier:
        terrains = []
        try:
            for rang in range(PROCESSUS):
                terrains.append(Terrain(Path(dossier) / str(rang)))
            reperer(terrains, tous, choix)
            reperes = sum(len(un) for un in choix.reperes.values())
            print(f"{reperes} tests verts sans mutant, {len(choix.rouges)} rouges.", flush=True)
            bilan = jouer_tous(terrains, tous, choix)
        finally:
            for terrain in terrains:
                terrain.arreter()
    garder(bilan, choix)
    montrer(bilan, sorted(choix.rouges))
    return 1 if bilan.survivants or bilan.sans_test or bilan.non_joues or choix.rouges else 0


if __name__ == "__main__":
    sys.exit(main())
