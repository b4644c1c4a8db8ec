"""`make mutants`: break each guard that names a rule; print the rules whose tests stayed green.

    make mutants                        every rule: tens of minutes
    REGLES=C-05,Q-01 make mutants       some rules only

Everything happens in copies of the tree. The tests of a mutant are those that name one of its rules. A test that fails
must pass without the mutant, or it proves nothing: it is said, and left out. A mutant that could not be played is said
too. `var/mutants.json` keeps the whole.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, cast

from outils.mutants.gardes import Mutant, mutants
from outils.regles import HORS_PAGE, RACINE, mentions

JSON = RACINE / "var/mutants.json"
PROCESSUS = 2
DELAI_S = 120.0
DELAI_LENT_S = 600.0
# Real processes and browsers: asked only when the others saw nothing.
LENTS = ("tests/pannes/", "tests/e2e/", "tests/maison/")
# Exit codes of pytest: every test passed, one failed.
VERT, ROUGE = 0, 1


@dataclass
class Bilan:
    """What became of the mutants."""

    tues: list[Mutant] = field(default_factory=list)
    delais: list[Mutant] = field(default_factory=list)
    survivants: list[Mutant] = field(default_factory=list)
    sans_test: list[Mutant] = field(default_factory=list)
    non_joues: list[tuple[Mutant, str]] = field(default_factory=list)


class Terrain:
    """A copy of the tree, and the server that plays tests in it."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        liste = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=RACINE,
            capture_output=True,
            check=True,
        )
        for nom in liste.stdout.decode().split("\0"):
            if nom and (RACINE / nom).is_file():
                (dossier / nom).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(RACINE / nom, dossier / nom)
        self._instant = 1_000_000_000
        self.serveur = subprocess.Popen(
            [sys.executable, "-m", "outils.mutants.serveur"],
            cwd=dossier,
            env=os.environ | {"PYTHONPATH": str(dossier)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ordres = cast("IO[str]", self.serveur.stdin)
        self.reponses = cast("IO[str]", self.serveur.stdout)

    def demander(self, **ordre: Any) -> dict[str, Any]:
        """Send one order to the server; raise EOFError when it is dead."""
        self.ordres.write(json.dumps(ordre) + "\n")
        self.ordres.flush()
        reponse = self.reponses.readline()
        if not reponse:
            raise EOFError("le serveur de tests s’est arrêté")
        return json.loads(reponse)

    def ecrire(self, chemin: str, octets: bytes) -> None:
        """Write a source file with a date of its own: compiled code is recognised by date and size."""
        (self.dossier / chemin).write_bytes(octets)
        self._instant += 10
        os.utime(self.dossier / chemin, (self._instant, self._instant))

    def jouer(self, mutant: Mutant, tests: list[str], delai: float) -> dict[str, Any]:
        """Play these tests with the mutant, until one fails, and mend the tree."""
        origine = self.lire(mutant.chemin)
        self.ecrire(mutant.chemin, origine[: mutant.debut] + mutant.par + origine[mutant.fin :])
        retiree = False
        try:
            if mutant.contrainte:
                retiree = self.demander(retirer=mutant.contrainte)["retirees"] == 1
                if not retiree:
                    return {"code": "absente", "fin": "la contrainte n’est pas dans la base", "tests": []}
            return self.demander(tests=tests, delai=delai)
        finally:
            self.ecrire(mutant.chemin, origine)
            if retiree:
                self.demander(remettre=True)

    def lire(self, chemin: str) -> bytes:
        """Return a source file of the copy."""
        return (self.dossier / chemin).read_bytes()

    def arreter(self) -> None:
        """Stop the server and its services."""
        self.ordres.close()
        self.serveur.wait(60)


def tests_des_regles() -> dict[str, set[str]]:
    """Return the tests that name each rule: functions, or all those of a file when the file itself names it."""
    trouves: dict[str, set[str]] = defaultdict(set)
    for mention in mentions():
        chemin, nom = mention.lieu.chemin, mention.lieu.nom
        est_un_test = Path(chemin).name.startswith("test_") and chemin.endswith(".py")
        if est_un_test and not chemin.startswith(HORS_PAGE):
            seuls = {nom} if nom.startswith("test_") else fonctions(chemin)
            trouves[mention.regle] |= {f"{chemin}::{un}" for un in seuls}
    return trouves


@cache
def fonctions(chemin: str) -> frozenset[str]:
    """Return the names of the tests of a file."""
    corps = ast.parse((RACINE / chemin).read_bytes()).body
    return frozenset(
        un.name for un in corps if isinstance(un, ast.FunctionDef) and un.name.startswith("test_")
    )


class Arbitre:
    """What is known of the tests without any mutant: which are green, and how long they take."""

    def __init__(self, regles: dict[str, set[str]]) -> None:
        self.regles = regles
        self.durees: dict[str, float] = {}
        self.verts: dict[str, bool] = {}

    def juger(self, terrain: Terrain, mutant: Mutant) -> tuple[str, str]:
        """Return what becomes of a mutant, and why when it could not be played."""
        tests = {test for regle in mutant.regles for test in self.regles[regle]}
        if not tests:
            return "sans test", ""
        rapides = {test for test in tests if not test.startswith(LENTS)}
        for ceux_ci, delai in ((rapides, DELAI_S), (tests - rapides, DELAI_LENT_S)):
            verdict = self._verdict(terrain, mutant, ceux_ci, delai)
            if verdict[0] != "survivant":
                return verdict
        return "survivant", ""

    def _verdict(self, terrain: Terrain, mutant: Mutant, tests: set[str], delai: float) -> tuple[str, str]:
        while utiles := [test for test in tests if self.verts.get(test, True)]:
            utiles.sort(key=lambda test: (self.durees.get(test, 1.0), test))
            rendu = terrain.jouer(mutant, utiles, delai)
            self._retenir(rendu)
            if rendu["code"] == "delai":
                return "délai", ""
            if rendu["code"] == VERT:
                return "survivant", ""
            if rendu["code"] != ROUGE:
                return "non joué", f"code {rendu['code']} : {' '.join(rendu['fin'][-300:].split())}"
            rates = {nom.partition("[")[0] for nom, issue, _ in rendu["tests"] if issue == "failed"}
            if any(self._vert(terrain, test, delai) for test in rates):
                return "tué", ""
        return "survivant", ""

    def _vert(self, terrain: Terrain, test: str, delai: float) -> bool:
        """Whether this test passes when nothing is broken; asked once."""
        if test not in self.verts:
            self.verts[test] = terrain.demander(tests=[test], delai=delai)["code"] == VERT
        return self.verts[test]

    def _retenir(self, rendu: dict[str, Any]) -> None:
        durees: dict[str, float] = defaultdict(float)
        for nom, _, duree in rendu["tests"]:
            durees[nom.partition("[")[0]] += duree
        self.durees |= durees


def jouer_tous(terrains: list[Terrain], tous: list[Mutant], arbitre: Arbitre) -> Bilan:
    """Play every mutant, one terrain beside the other."""
    file: Queue[Mutant] = Queue()
    for mutant in tous:
        file.put(mutant)
    bilan, verrou = Bilan(), threading.Lock()

    def travailler(terrain: Terrain) -> None:
        while True:
            try:
                mutant = file.get_nowait()
            except Empty:
                return
            try:
                issue, raison = arbitre.juger(terrain, mutant)
            except (EOFError, OSError) as erreur:
                with verrou:
                    bilan.non_joues.append((mutant, str(erreur)))
                return
            with verrou:
                _ranger(bilan, mutant, issue, raison)
                if issue not in ("tué", "délai"):
                    print(f"• {issue} : {mutant} [{', '.join(mutant.regles)}] {raison}", flush=True)

    fils = [threading.Thread(target=travailler, args=(terrain,)) for terrain in terrains]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    while not file.empty():
        bilan.non_joues.append((file.get(), "plus de serveur de tests"))
    return bilan


def _ranger(bilan: Bilan, mutant: Mutant, issue: str, raison: str) -> None:
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


def montrer(bilan: Bilan, rouges: list[str]) -> None:
    """Print the result, and keep it."""
    verts = sorted({regle for un in [*bilan.survivants, *bilan.sans_test] for regle in un.regles})
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
    print(f"Règles dont les tests sont restés verts : {', '.join(verts) or 'aucune'}")
    JSON.parent.mkdir(exist_ok=True)
    contenu = {
        "regles_vertes": verts,
        "tests_en_echec": rouges,
        "survivants": [f"{un} [{', '.join(un.regles)}]" for un in bilan.survivants],
        "sans_test": [f"{un} [{', '.join(un.regles)}]" for un in bilan.sans_test],
        "non_joues": [f"{un} : {raison}" for un, raison in bilan.non_joues],
        "par_delai": [str(un) for un in bilan.delais],
        "tues": [str(un) for un in bilan.tues],
    }
    JSON.write_text(json.dumps(contenu, ensure_ascii=False, indent=1) + "\n")


def main() -> int:
    """Play the mutants; return 0 when each one was played and seen."""
    voulues = {nom for nom in os.environ.get("REGLES", "").replace(" ", "").split(",") if nom}
    tous = [un for un in mutants(RACINE) if not voulues or voulues & set(un.regles)]
    arbitre = Arbitre(tests_des_regles())
    print(f"{len(tous)} mutants.", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as dossier:
        terrains = []
        try:
            for rang in range(PROCESSUS):
                terrains.append(Terrain(Path(dossier) / str(rang)))
            bilan = jouer_tous(terrains, tous, arbitre)
        finally:
            for terrain in terrains:
                terrain.arreter()
    rouges = sorted(test for test, vert in arbitre.verts.items() if not vert)
    montrer(bilan, rouges)
    return 1 if bilan.survivants or bilan.sans_test or bilan.non_joues or rouges else 0


if __name__ == "__main__":
    sys.exit(main())
