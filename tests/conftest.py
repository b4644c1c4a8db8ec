"""The hostile house of the tests: real services, the application's role, no mercy for what is left unsaid.

- The database is migrated as the owner, and kept between runs (tests/base_gardee.py); a copy gets the referentials and
  the keys of the day, and is the template of which each worker gets its clone.
- Tests run as the application's role. `base_reelle` is for threads and real commits.
- No network but loopback and unix sockets; warnings and undefined template variables are errors (pyproject.toml);
  rows that nobody ordered come shuffled; hooks left for after the commit run at the end of each test.
"""

import io
import ipaddress
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock
from zlib import crc32

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, connections
from django.forms import BaseForm
from django.test import Client, TestCase
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadFileScheduling

from conformite import scellement
from outils.services import BASE, Postgres, creer_base, supprimer_base
from socle.perimetre import MACHINE, PERSONNE, au_nom_de, devenir
from socle.templatetags.portail import marque
from tests.greffon_postgres import DOSSIER, services_du_dossier
from tests.pages_lues import lire_plie

# The cast (caisses, structures, one account for each profile), the portal of real processes, a folder elsewhere.
pytest_plugins = ["tests.distribution", "tests.pannes.scene", "tests.maison.course"]

MODELE = "modele"
# Commands that fill the template after the migrations.
REFERENTIELS = ("charger_referentiels", "creer_cles")
_VERROU_MODELE = 1
_LOCAUX = {"localhost", "", None}
LOURDS = ("navigateur", "pannes", "lent")
# A file stays on one worker, for its scene; this one, long and made of equal lines, is shared out in four.
PARTAGE, PARTS = "tests/matrice/test_matrice.py", 4
# These read the same pages, that their worker asks once.
DES_PAGES = {f"tests/pages/test_{nom}.py" for nom in ("gabarits", "html", "poids", "rgaa")}


def _refuser_le_reseau(evenement: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: a connection that would leave the machine is an error."""
    if evenement == "socket.connect" and isinstance(arguments[1], tuple):
        hote = arguments[1][0]
    elif evenement == "socket.getaddrinfo":
        hote = arguments[0]
    else:
        return
    hote = hote.decode() if isinstance(hote, bytes) else hote
    if hote not in _LOCAUX and not _est_local(str(hote)):
        raise OSError(f"Les tests ne sortent pas de la machine : {hote}")


def _est_local(hote: str) -> bool:
    try:
        return ipaddress.ip_address(hote).is_loopback or hote in {"0.0.0.0", "::"}  # noqa: S104
    except ValueError:
        return False


sys.addaudithook(_refuser_le_reseau)


class ArgonRapide(Argon2PasswordHasher):
    """The hasher of the portal at its lowest cost: each test makes several accounts."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def pytest_configure() -> None:
    """Hash passwords quickly, look for a static file when it is asked for; real processes keep the real cost."""
    settings.PASSWORD_HASHERS = [f"{__name__}.ArgonRapide"]
    # Each client of a test would list them all.
    settings.WHITENOISE_AUTOREFRESH = True
    Client.request = au_nom_de(PERSONNE)(lire_plie(Client.request))
    # What a test does itself is the machine's; what it asks of a page is the account's.
    devenir(MACHINE)


# --- The database


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """Return the private server of the run."""
    return services_du_dossier(Path(os.environ[DOSSIER]))[0]


@pytest.fixture(scope="session")
def django_db_setup(postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replace pytest-django's: the application's role may not create a database."""
    nom = f"essai_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}"
    with postgres.connexion() as admin:
        # The first worker builds the template, the others wait for it.
        admin.execute("SELECT pg_advisory_lock(%s)", [_VERROU_MODELE])
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MODELE]).fetchone():
            with django_db_blocker.unblock():
                _construire_le_modele(admin)
        admin.execute("SELECT pg_advisory_unlock(%s)", [_VERROU_MODELE])
    _recloner(postgres, nom)
    _copier_les_cles(nom)
    yield
    _brancher(nom)


def _copier_les_cles(nom: str) -> None:
    """Give this worker its own key store: a test that destroys keys disturbs no other."""
    copie = Path(os.environ[DOSSIER]) / f"cles-{nom}"
    if settings.DOSSIER_CLES.exists():
        # A key that another worker is writing has the name of a hidden file.
        shutil.copytree(settings.DOSSIER_CLES, copie, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    settings.DOSSIER_CLES = copie
    os.environ["DOSSIER_CLES"] = str(copie)


@pytest.fixture(autouse=True)
def _cles_rendues(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give back the keys that a purge destroyed: a test that moves the clock takes nothing from the next one."""
    yield
    origine = Path(os.environ[DOSSIER]) / "cles"
    manquantes = _noms_des_cles(origine) - _noms_des_cles(Path(os.environ["DOSSIER_CLES"]))
    for nom in manquantes:
        shutil.copy2(origine / nom, Path(os.environ["DOSSIER_CLES"]) / nom)
    if manquantes:
        scellement.vider_le_cache()


def _noms_des_cles(dossier: Path) -> set[str]:
    return {
        f"{famille}/{nom}"
        for famille in ("termes", "index")
        if (dossier / famille).exists()
        for nom in os.listdir(dossier / famille)
        # What another worker is writing has a hidden name until it is whole.
        if not nom.startswith(".")
    }


def _construire_le_modele(admin: Any) -> None:
    """Load the referentials and make the keys under a provisional name: a half-built template is never cloned."""
    provisoire = f"{MODELE}_en_cours"
    supprimer_base(admin, provisoire)
    creer_base(admin, provisoire, BASE)
    _brancher(provisoire)
    for commande in REFERENTIELS:
        call_command(commande, verbosity=0, stdout=io.StringIO())
    _brancher(provisoire)
    admin.execute(f"ALTER DATABASE {provisoire} RENAME TO {MODELE}")


def _recloner(postgres: Postgres, nom: str) -> None:
    """Give this process a fresh copy of the template and turn its connections to it."""
    _brancher(nom)
    with postgres.connexion() as admin:
        supprimer_base(admin, nom)
        creer_base(admin, nom, MODELE)


def _brancher(nom: str) -> None:
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = nom


@pytest.fixture
def base_reelle(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: Postgres,
) -> Iterator[str]:
    """Open the database with real commits, for threads and processes; the copy is thrown away after the test.

    Return its name: `postgres.url(base=base_reelle)` is its address for another process.
    """
    nom = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        yield nom
        _recloner(postgres, nom)


def _touche_la_base(request: pytest.FixtureRequest) -> bool:
    return "db" in request.fixturenames or request.node.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session", autouse=True)
def _rien_de_facultatif_n_est_exige() -> Iterator[None]:
    """RGAA 11.10, over the whole suite: what is refused empty is not labelled « facultatif »; `marques` says when it is due.

    « … ou … » says that either of two is enough.
    """
    ajouter = BaseForm.add_error

    def add_error(form: BaseForm, nom: str | None, erreur: Any) -> None:
        # What the field itself took, and the form or the act refuses.
        pris = nom in form.fields and nom in getattr(form, "cleaned_data", {})
        if pris and form[nom].data in (None, "", []) and marque(form[nom]) == "facultatif":
            phrases = " ".join(ValidationError(erreur).messages)
            assert " ou " in phrases, f"{type(form).__name__}.{nom} : dit facultatif, refusé vide ({phrases})"
        ajouter(form, nom, erreur)

    with mock.patch.object(BaseForm, "add_error", add_error):
        yield


@pytest.fixture(autouse=True)
def _base_hostile(request: pytest.FixtureRequest) -> Iterator[None]:
    """Shuffle what has no order; run at the end what the code left for after the commit."""
    if not _touche_la_base(request):
        yield
        return
    request.getfixturevalue("db")
    with TestCase.captureOnCommitCallbacks(execute=True), connection.execute_wrapper(_brouiller):
        yield


_LISTE = re.compile(r"SELECT (?!COUNT\(|.*\b(ORDER BY|GROUP BY|LIMIT|FOR UPDATE|FOR NO KEY)\b)", re.DOTALL)


def _brouiller(
    executer: Callable[..., Any], sql: str, params: Any, many: bool, contexte: dict[str, Any]
) -> Any:
    if isinstance(sql, str) and _LISTE.match(sql):
        sql = f"SELECT * FROM ({sql}) AS brouille ORDER BY random()"  # noqa: S608 (our own tests' query)
    return executer(sql, params, many, contexte)


# --- What a test may not do, and when it runs


class ParFichier(LoadFileScheduling):
    """One file after the other, but the one that is shared out, and those that share."""

    def _split_scope(self, nodeid: str) -> str:
        fichier = super()._split_scope(nodeid)
        if fichier == PARTAGE:
            return f"{fichier} {crc32(nodeid.encode()) % PARTS}"
        return "tests/pages" if fichier in DES_PAGES else fichier


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Share files out whatever `--dist` says: what is left to do, and to undo, is a file's."""
    return ParFichier(config, log)


def _rang(item: pytest.Item) -> int:
    """Return 0 for what waits for processes, 1 for what is shared out, 2 for the rest: nothing long comes last."""
    if any(item.get_closest_marker(marque) for marque in LOURDS):
        return 0
    return 1 if item.nodeid.startswith(PARTAGE) else 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse the tests that would empty tables by TRUNCATE, which the journal forbids; share the heavy ones out first."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rang)
    for item in items:
        marque = item.get_closest_marker("django_db")
        noms = set(getattr(item, "fixturenames", ()))
        if (marque and marque.kwargs.get("transaction")) or noms & {"transactional_db", "live_server"}:
            raise pytest.UsageError(f"{item.nodeid}: use the fixture base_reelle")
        if "base_reelle" in noms and (marque or "db" in noms):
            raise pytest.UsageError(f"{item.nodeid}: base_reelle opens the database by itself")
