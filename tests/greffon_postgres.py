"""Start private services before the settings load (`-p tests.greffon_postgres`), once per run.

The controller of xdist (or the only process) starts them and removes them; the workers reuse them through the
environment. Nothing here is ever shared with `make run`.
"""

import base64
import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from outils.services import BASE, PROPRIETAIRE, Postgres, Valkey, dossier_ephemere
from tests.base_gardee import poser

DOSSIER = "ESSAI_DOSSIER"
# Compiled once for all runs, workers and processes of the tests, whatever the shell says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
_en_marche: list[Postgres | Valkey] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Run before pytest-django reads the settings."""
    if DOSSIER not in os.environ:
        demarrer(dossier_ephemere())
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    if _en_marche:
        for service in _en_marche:
            service.arreter()
        _en_marche.clear()
        shutil.rmtree(os.environ.pop(DOSSIER), ignore_errors=True)


def oublier() -> None:
    """Leave the services running at the end of this process: another one started them."""
    _en_marche.clear()


def services_du_dossier(dossier: Path) -> tuple[Postgres, Valkey]:
    """Return the two services of a test folder, started or not."""
    return Postgres(dossier / "pg", dossier, rapide=True), Valkey(dossier / "vk", dossier, rapide=True)


def demarrer(dossier: Path) -> None:
    """Start the services in this folder, and put in the environment what the settings read."""
    postgres, valkey = services_du_dossier(dossier)
    # whitenoise warns when its folder is missing.
    (dossier / "static").mkdir(exist_ok=True)
    os.environ.update(
        {
            DOSSIER: str(dossier),
            "DATABASE_URL": postgres.url(),
            "DATABASE_URL_PROPRIETAIRE": postgres.url(PROPRIETAIRE, BASE),
            "DATABASE_POOL": "0",
            "DEBUG": "0",
            "DEMO": "0",
            "REPETITION": "1",
            "CLAMD_URL": "",
            "STATIC_MANIFEST": "0",
            "NIVEAU_JOURNAUX": "INFO",
            "COURRIEL_BAIL_SECONDES": "120",
            "REDIS_URL": valkey.url,
            "SECRET_KEY": "secret-des-essais-" * 4,
            "CLES_MAITRES": base64.b64encode(bytes(range(32))).decode(),
            "DOSSIER_CLES": str(dossier / "cles"),
            "DOSSIER_FICHIERS": str(dossier / "fichiers"),
            "STATIC_ROOT": str(dossier / "static"),
            "EMAIL_URL": "memorymail://",
            "ADRESSE_DU_PORTAIL": "https://portail.example",
            "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
            "REDIRIGER_VERS_HTTPS": "0",
        }
    )
    poser(postgres)
    for service in (postgres, valkey):
        service.demarrer()
        _en_marche.append(service)
