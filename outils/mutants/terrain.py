"""A copy of the tree where the code can be broken, and the server that plays tests in it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from outils.mutants.gardes import Mutant
from outils.regles import RACINE


class Terrain:
    """One copy and its server."""

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

    @contextmanager
    def change(self, fichiers: dict[str, bytes]) -> Iterator[None]:
        """Change these source files, and give them back."""
        origines = {chemin: (self.dossier / chemin).read_bytes() for chemin in fichiers}
        try:
            self._ecrire(fichiers)
            yield
        finally:
            self._ecrire(origines)

    def _ecrire(self, fichiers: dict[str, bytes]) -> None:
        """Each with a date of its own: compiled code is recognised by date and size."""
        for chemin, octets in fichiers.items():
            (self.dossier / chemin).write_bytes(octets)
            self._instant += 10
            os.utime(self.dossier / chemin, (self._instant, self._instant))

    def jouer(self, mutant: Mutant, tests: list[str], delai: float, *, froid: bool = False) -> dict[str, Any]:
        """Play these tests with the mutant, until one fails, and mend the tree.

        `froid`: everything is imported anew, for what was computed on import and for tests that start processes.
        """
        origine = (self.dossier / mutant.chemin).read_bytes()
        casse = origine[: mutant.debut] + mutant.par + origine[mutant.fin :]
        change = [] if mutant.contrainte else [mutant.chemin]
        retiree = False
        with self.change({mutant.chemin: casse}):
            try:
                if mutant.contrainte:
                    retiree = self.demander(retirer=mutant.contrainte)["retirees"] == 1
                    if not retiree:
                        return {"code": "absente", "fin": "la contrainte n’est pas dans la base", "tests": []}
                return self.demander(
                    tests=tests, delai=delai, froid=froid, change=change, sans=mutant.contrainte
                )
            finally:
                if retiree:
                    self.demander(remettre=True)

    def arreter(self) -> None:
        """Stop the server and its services."""
        self.ordres.close()
        self.serveur.wait(60)
