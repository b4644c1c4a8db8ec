"""Run tests of a copy of the project, many times: services, and the libraries that never change, are loaded once.

    PYTHONPATH=<copy> python -m outils.mutants.serveur      (in the copy)

One order for each line of the standard input, one answer for each line of the standard output, in JSON:

    {"tests": ["tests/a.py::test_b"], "delai": 90}   →  {"code": 1, "secondes": 2.1, "tests": [["tests/…", "failed", 0.3]]}
    {"retirer": "nom_de_contrainte"}                 →  {"retirees": 1}     from the template that the tests copy
    {"remettre": true}                               →  {}

Each order of tests runs in a fork of this process: it imports the project anew, as a first run would.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from outils.services import Postgres, creer_base, dossier_ephemere, supprimer_base
from tests import greffon_postgres

MODELE = "modele"
INTACT = "modele_intact"
# Heavy, and the same for every mutant; what needs the settings is left to each run.
_LOURDS = (
    "django.db.models",
    "django.core.management",
    "django.test",
    "django.template.defaulttags",
    "celery",
    "kombu",
    "psycopg",
    "cryptography.hazmat.primitives.ciphers.aead",
    "PIL.Image",
    "pikepdf",
    "weasyprint",
    "redis",
    "structlog",
    "argon2",
    "zxcvbn",
    "holidays",
    "stdnum",
    "qrcode",
    "icalendar",
)
# Forgotten in each fork: these read the folder or the state of a run.
_A_RELIRE = ("outils", "tests")


class Releve:
    """A pytest plugin: what became of each test, one line each."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the end of a test, and what fails around it."""
        if report.when == "call" or report.outcome == "failed":
            with self.chemin.open("a") as fichier:
                fichier.write(json.dumps([report.nodeid, report.outcome, report.duration]) + "\n")


def jouer(tests: list[str], delai: float) -> dict[str, Any]:
    """Run these tests in a fork, until the first failure; `code` is « delai » when it took too long."""
    debut = time.monotonic()
    with tempfile.TemporaryDirectory() as dossier:
        releve, sortie = Path(dossier) / "releve", Path(dossier) / "sortie"
        enfant = os.fork()
        if enfant == 0:
            _dans_la_fourche(tests, releve, sortie)
        code = _attendre(enfant, debut + delai)
        lignes = releve.read_text().splitlines() if releve.exists() else []
        return {
            "code": code,
            "secondes": time.monotonic() - debut,
            "tests": [json.loads(ligne) for ligne in lignes],
            "fin": sortie.read_text(errors="replace")[-1500:] if sortie.exists() else "",
        }


def _dans_la_fourche(tests: list[str], releve: Path, sortie: Path) -> None:
    os.setsid()
    ecrit = os.open(sortie, os.O_WRONLY | os.O_CREAT)
    for canal in (1, 2):
        os.dup2(ecrit, canal)
    for nom in [nom for nom in sys.modules if nom.split(".")[0] in _A_RELIRE]:
        del sys.modules[nom]
    code = 3
    try:
        code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests], plugins=[Releve(releve)]))
    finally:
        # Without the exit hooks of the server, whose services must live on.
        os._exit(code)


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


def main() -> None:
    """Answer orders until the input ends, then stop the services."""
    reponses = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    greffon_postgres.demarrer(dossier_ephemere())
    postgres, _ = greffon_postgres.services_du_dossier(Path(os.environ[greffon_postgres.DOSSIER]))
    for nom in _LOURDS:
        importlib.import_module(nom)
    try:
        for ligne in sys.stdin:
            ordre = json.loads(ligne)
            reponse: dict[str, Any] = {}
            if "tests" in ordre:
                reponse = jouer(ordre["tests"], ordre["delai"])
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
