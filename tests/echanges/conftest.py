"""The Haut-Rhin, its département and its MDPH, ready to exchange; a storage for each test."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings

from caisses.models import Caisse
from conventions.models.partenaires import Partenaire
from echanges import coffre
from tests import distribution
from tests.echanges import fabrique
from tests.fichiers.conftest import clamd, clamd_partage

__all__ = ["clamd", "clamd_partage"]


@pytest.fixture(autouse=True)
def stockage_a_soi(settings: LazySettings, tmp_path: Path) -> Path:
    """A storage for each test, and files that pass unscanned unless the test asks for the antivirus."""
    dossier = tmp_path / "fichiers"
    options = settings.STORAGES["fichiers"]["OPTIONS"] | {"location": dossier}
    settings.STORAGES = settings.STORAGES | {"fichiers": settings.STORAGES["fichiers"] | {"OPTIONS": options}}
    settings.DOSSIER_FICHIERS, settings.DEMO = dossier, True
    yield dossier
    shutil.rmtree(dossier, ignore_errors=True)


@pytest.fixture(autouse=True)
def argon_rapide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest cost: each test opens several locks."""
    monkeypatch.setattr(coffre, "PASSES", 1)
    monkeypatch.setattr(coffre, "MEMOIRE", 8)


@pytest.fixture
def hautrhin(db: None) -> Caisse:
    return distribution.creer_caisse("hautrhin", "CPAM du Haut-Rhin", "68")


@pytest.fixture
def departement(db: None) -> Partenaire:
    return distribution.creer_partenaire(
        "90068001800018",
        "Département du Haut-Rhin (MDPH)",
        30,
        type="departement",
        domaines=["hautrhin.example"],
    )


@pytest.fixture
def scene(hautrhin: Caisse, departement: Partenaire) -> fabrique.Scene:
    return fabrique.scene(hautrhin, departement)


@pytest.fixture
def time_machine_(monkeypatch: pytest.MonkeyPatch):
    """Return what moves the real time and the portal's clock on together."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as voyage:
        yield lambda **duree: voyage.shift(dt.timedelta(**duree))
