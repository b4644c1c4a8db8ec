"""Run tests of a copy of the project, many times: services, project and tests are loaded once.

    PYTHONPATH=<copy> python -m outils.mutants.serveur      (in the copy)

One order for each line of the standard input, one answer for each line of the standard output, in JSON:

    {"tests": ["tests/a.py::test_b"], "delai": 90}   →  {"code": 1, "tests": [["tests/…", "failed", 0.3, []]]}
    the same with "tous": true                       →  does not stop at the first failure
    the same with "change": ["accounts/regles.py"]   →  with the functions of these files as they stand now on the disk
    the same with "sans": "nom_de_contrainte"        →  the models forget this constraint
    the same with "froid": true                      →  in a new process, which imports everything anew
    {"retirer": "nom_de_contrainte"}                 →  {"retirees": 1}     from the template that the tests copy
    {"remettre": true}                               →  {}

An order of tests runs in a fork of this process, unless it is « froid »: half a second instead of five.
"""

import builtins
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import django
import pytest
from django.apps import apps
from psycopg import sql

from outils.mutants.choix import LENTS
from outils.services import Postgres, creer_base, dossier_ephemere, supprimer_base
from tests import greffon_postgres

MODELE = "modele"
INTACT = "modele_intact"


class Releve:
    """A pytest plugin: what became of each test and which probed guards it went through, one line each."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        self.traversees: set[str] = set()
        self.duree = 0.0
        self.issue = "passed"
        vars(builtins)["sonde"] = self.traversees.add

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the end of a test, with what was prepared for it and undone after."""
        if report.when == "setup":
            self.duree, self.issue = 0.0, "passed"
        self.duree += report.duration
        if report.outcome == "failed":
            self.issue = "failed"
        if report.when == "teardown":
            ligne = [report.nodeid, self.issue, self.duree, sorted(self.traversees)]
            with self.chemin.open("a") as fichier:
                fichier.write(json.dumps(ligne) + "\n")
            self.traversees.clear()


def jouer(ordre: dict[str, Any]) -> dict[str, Any]:
    """Run the tests of an order; `code` is « delai » when they took too long."""
    with tempfile.TemporaryDirectory() as dossier:
        releve, sortie = Path(dossier) / "releve", Path(dossier) / "sortie"
        options = ["-q", "-p", "no:cacheprovider", *([] if ordre.get("tous") else ["-x"]), *ordre["tests"]]
        limite = time.monotonic() + ordre["delai"]
        if ordre.get("froid"):
            return {"code": _a_froid(options, sortie, limite), "tests": [], "fin": _fin(sortie)}
        enfant = os.fork()
        if enfant == 0:
            _dans_la_fourche(ordre, options, releve, sortie)
        code = _attendre(enfant, limite)
        lignes = releve.read_text().splitlines() if releve.exists() else []
        return {"code": code, "tests": [json.loads(ligne) for ligne in lignes], "fin": _fin(sortie)}


def _fin(sortie: Path) -> str:
    return sortie.read_text(errors="replace")[-1500:] if sortie.exists() else ""


def _a_froid(options: list[str], sortie: Path, limite: float) -> int | str:
    with sortie.open("w") as flux:
        enfant = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options],
            stdin=subprocess.DEVNULL,
            stdout=flux,
            stderr=flux,
            start_new_session=True,
        )
    code = _attendre(enfant.pid, limite)
    enfant.returncode = 0
    return code


def _dans_la_fourche(ordre: dict[str, Any], options: list[str], releve: Path, sortie: Path) -> None:
    os.setsid()
    ecrit = os.open(sortie, os.O_WRONLY | os.O_CREAT)
    for canal in (1, 2):
        os.dup2(ecrit, canal)
    code = 3
    try:
        # The services are the server's: the end of this run does not stop them.
        greffon_postgres.oublier()
        for chemin in ordre.get("change", ()):
            relire(Path(chemin).resolve())
        for modele in apps.get_models():
            modele._meta.constraints = [c for c in modele._meta.constraints if c.name != ordre.get("sans")]
        # Imported already: their assertions are plain ones.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main(options, plugins=[Releve(releve)]))
    except BaseException as erreur:
        os.write(ecrit, f"{type(erreur).__name__} : {erreur}".encode())
        raise
    finally:
        # Without the exit hooks of the server, whose services must live on.
        os._exit(code)


def relire(chemin: Path) -> None:
    """Give the functions of this module, wherever they are held, the code that stands on the disk now."""
    nouveaux: dict[str, list[CodeType]] = defaultdict(list)
    for code in _codes(compile(chemin.read_bytes(), str(chemin), "exec")):
        nouveaux[code.co_qualname].append(code)
    siennes: dict[str, dict[int, list[FunctionType]]] = defaultdict(lambda: defaultdict(list))
    for objet in gc.get_objects():
        if isinstance(objet, FunctionType) and objet.__code__.co_filename == str(chemin):
            siennes[objet.__code__.co_qualname][objet.__code__.co_firstlineno].append(objet)
    for nom, lignes in siennes.items():
        # Namesakes (a property and its setter) keep their order.
        if len(lignes) == len(nouveaux[nom]):
            for (_, fonctions), code in zip(sorted(lignes.items()), nouveaux[nom], strict=True):
                for fonction in fonctions:
                    fonction.__code__ = code


def _codes(code: CodeType) -> Iterator[CodeType]:
    for un in code.co_consts:
        if isinstance(un, CodeType):
            yield un
            yield from _codes(un)


def _attendre(enfant: int, limite: float) -> int | str:
    while time.monotonic() < limite:
        fini, statut = os.waitpid(enfant, os.WNOHANG)
        if fini:
            return os.waitstatus_to_exitcode(statut)
        time.sleep(0.02)
    os.killpg(enfant, signal.SIGKILL)
    os.waitpid(enfant, 0)
    return "delai"


def retirer(nom: str, postgres: Postgres) -> int:
    """Drop this constraint, or the index that carries it, from the template; the first time, keep it as it was."""
    with postgres.connexion() as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [INTACT]).fetchone():
            creer_base(admin, INTACT, MODELE)
    with postgres.connexion(MODELE) as base:
        tables = base.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [nom]
        ).fetchall()
        for (table,) in tables:
            base.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {} CASCADE").format(
                    sql.Identifier(table), sql.Identifier(nom)
                )
            )
        if tables:
            return len(tables)
        index = base.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [nom]).fetchall()
        if index:
            base.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(nom)))
        return len(index)


def remettre(postgres: Postgres) -> None:
    """Give the template its constraint back."""
    with postgres.connexion() as admin:
        supprimer_base(admin, MODELE)
        creer_base(admin, MODELE, INTACT)


def charger() -> None:
    """Import the project and its quick tests, as every run does."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "espace_partenaires.settings"
    django.setup()
    importlib.import_module("espace_partenaires.urls")
    for chemin in sorted(Path("tests").rglob("*.py")):
        if chemin.name.startswith("test_") and not chemin.as_posix().startswith(LENTS):
            importlib.import_module(".".join(chemin.with_suffix("").parts))


def main() -> None:
    """Answer orders until the input ends, then stop the services."""
    reponses = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    greffon_postgres.demarrer(dossier_ephemere())
    postgres, _ = greffon_postgres.services_du_dossier(Path(os.environ[greffon_postgres.DOSSIER]))
    try:
        charger()
        for ligne in sys.stdin:
            ordre = json.loads(ligne)
            reponse: dict[str, Any] = {}
            if "tests" in ordre:
                reponse = jouer(ordre)
            elif "retirer" in ordre:
                reponse = {"retirees": retirer(ordre["retirer"], postgres)}
            else:
                remettre(postgres)
            reponses.write(json.dumps(reponse) + "\n")
            reponses.flush()
    finally:
        greffon_postgres.pytest_unconfigure()


if __name__ == "__main__":
    main()
