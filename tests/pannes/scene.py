"""A portal of real processes on a copy of the demonstration, for one test (`scene`) or one file (`scene_du_module`).

The demonstration is loaded once per run into a template of the private server; a `Scene` clones it, with its key
store, a broker and a mail server of its own. The ORM of the test reads and writes the same database.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from kombu import Connection
from pytest_django import DjangoDbBlocker

from conformite.models.travaux import Execution
from espace_partenaires.celery import app
from outils.portail import RACINE, Portail, developper, port_libre, procfile
from outils.processus import lancer
from outils.services import PROPRIETAIRE, Postgres, creer_base, supprimer_base
from socle.courriels import envoyer_courriels
from tests.greffon_postgres import DOSSIER
from tests.pannes.puits import Puits

MODELE = "modele_de_scene"
_MODELE_VIDE = "modele"
_VERROU = 3
DELAI = 120


def attendre(condition: Callable[[], Any], quoi: str, delai: float = DELAI) -> Any:
    """Ask until the answer is true, and return it; the machine may be slow, so never a fixed pause."""
    limite = time.monotonic() + delai
    while not (reponse := condition()):
        assert time.monotonic() < limite, f"toujours pas, après {delai} s : {quoi}"
        time.sleep(0.1)
    return reponse


class Scene:
    """The processes, the mail server, and the few gestures of a fault."""

    def __init__(self, portail: Portail, puits: Puits, postgres: Postgres, base: str) -> None:
        self.portail = portail
        self.puits = puits
        self.postgres = postgres
        self.base = base

    def lancer(self, *noms: str) -> None:
        """Start processes of the Procfile that do not run yet; return once the web one answers."""
        for nom in noms:
            deja = self.portail.processus.get(nom)
            if deja is None or deja.poll() is not None:
                self.portail.lancer(nom)
        if "web" in noms:
            self.portail.attendre(DELAI)

    def lancer_ouvrier(self, nom: str, dossier_temporaire: Path, *options: str, **reglages: str) -> None:
        """Start one more worker as on a machine of its own: its name, its temporary folder, its log."""
        dossier_temporaire.mkdir()
        env = self.portail.environnement() | {"TMPDIR": str(dossier_temporaire)} | reglages
        _, *mots = shlex.split(procfile()["worker"])
        self.portail.processus[nom] = lancer(
            [sys.executable, *(developper(mot, env) for mot in mots), "--hostname", nom, *options],
            journal=self.portail.journaux / f"{nom}.log",
            env=env,
            dossier=RACINE,
        )

    def reveiller(self, fois: int = 1) -> None:
        """Publish the waking of the mail sender, as an act does after its commit."""
        with Connection(self.portail.valkey.url) as courtier:
            for _ in range(fois):
                envoyer_courriels.apply_async(connection=courtier, retry=False)

    def publier(self, entree: str) -> str:
        """Send the task that beat's table has under this name; return the task's name."""
        tache = settings.CELERY_BEAT_SCHEDULE[entree]["task"]
        with Connection(self.portail.valkey.url) as courtier:
            app.send_task(tache, connection=courtier, retry=False)
        return tache

    def executer(self, entree: str) -> Counter:
        """Have the worker run a task of beat's table; return its counts. A run with nothing to do is folded."""

        def passees() -> set:
            faites = Execution.objects.filter(nom=tache, fin__isnull=False)
            return set(faites.values_list("pk", "repetitions", "fin"))

        tache = settings.CELERY_BEAT_SCHEDULE[entree]["task"]
        avant = passees()
        self.publier(entree)
        attendre(lambda: passees() - avant, tache)
        (nouvelle,) = passees() - avant
        faite = Execution.objects.get(pk=nouvelle[0])
        assert not faite.erreur, faite.erreur
        return Counter(faite.compteurs)

    def journal(self, nom: str) -> str:
        """Return what a process wrote so far."""
        fichier = self.portail.journaux / f"{nom}.log"
        return fichier.read_text(errors="replace") if fichier.exists() else ""


def _en_base(nom: str) -> None:
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = nom


@pytest.fixture(scope="session")
def modele_demonstration(django_db_setup: None, postgres: Postgres) -> Path:
    """Load the demonstration once per run; return the folder of its keys."""
    cles = Path(os.environ[DOSSIER]) / "cles-demonstration"
    connections.close_all()
    with postgres.connexion() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_VERROU])
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MODELE]).fetchone():
            provisoire = f"{MODELE}_en_cours"
            supprimer_base(admin, provisoire)
            creer_base(admin, provisoire, _MODELE_VIDE)
            if (Path(os.environ[DOSSIER]) / "cles").exists():
                shutil.copytree(Path(os.environ[DOSSIER]) / "cles", cles, dirs_exist_ok=True)
            _charger(postgres, provisoire, cles)
            admin.execute(f"ALTER DATABASE {provisoire} RENAME TO {MODELE}")
        admin.execute("SELECT pg_advisory_unlock(%s)", [_VERROU])
    return cles


def _charger(postgres: Postgres, base: str, cles: Path) -> None:
    env = os.environ | {
        "DATABASE_URL": postgres.url(base=base),
        "DATABASE_URL_PROPRIETAIRE": postgres.url(PROPRIETAIRE, base),
        "DOSSIER_CLES": str(cles),
        "DEMO": "1",
    }
    fait = subprocess.run(
        [sys.executable, "-m", "outils.preparer"], cwd=RACINE, env=env, capture_output=True, text=True
    )
    assert fait.returncode == 0, fait.stdout + fait.stderr


@contextmanager
def ouvrir_scene(
    cles_du_modele: Path, postgres: Postgres, bloqueur: DjangoDbBlocker, dossier: Path, modele: str = MODELE
) -> Iterator[Scene]:
    """Clone the demonstration, or another model, and start its broker; give everything back at the end."""
    base = f"scene_{uuid.uuid4().hex[:12]}"
    avant = connections["default"].settings_dict["NAME"]
    connections.close_all()
    with postgres.connexion() as admin:
        creer_base(admin, base, modele)
    cles = dossier / "cles-de-la-scene"
    shutil.copytree(cles_du_modele, cles)
    env = {
        "DATABASE_URL": postgres.url(base=base),
        "DATABASE_POOL": "1",
        "SECRET_KEY": os.environ["SECRET_KEY"],
        "CLES_MAITRES": os.environ["CLES_MAITRES"],
        "DOSSIER_CLES": str(cles),
        "COURRIEL_BAIL_SECONDES": "3",
    }
    _en_base(base)
    with pytest.MonkeyPatch.context() as reglages, Puits() as puits:
        reglages.setattr(settings, "DOSSIER_CLES", cles)
        portail = Portail(dossier / "etat", port_libre(), rapide=True, env=env | {"EMAIL_URL": puits.url})
        try:
            portail.demarrer_services()
            with bloqueur.unblock():
                yield Scene(portail, puits, postgres, base)
        finally:
            portail.arreter()
            _en_base(avant)
            with postgres.connexion() as admin:
                supprimer_base(admin, base)


@pytest.fixture
def scene(
    modele_demonstration: Path, postgres: Postgres, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[Scene]:
    """Return a scene whose broker runs; `scene.lancer("web", "worker", "beat")` starts the rest."""
    with ouvrir_scene(modele_demonstration, postgres, django_db_blocker, tmp_path) as ouverte:
        yield ouverte


@pytest.fixture(scope="module")
def scene_du_module(
    modele_demonstration: Path,
    postgres: Postgres,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """Return one scene for all the tests of a file that leave each other alone."""
    with ouvrir_scene(
        modele_demonstration, postgres, django_db_blocker, tmp_path_factory.mktemp("scene")
    ) as ouverte:
        yield ouverte


@pytest.fixture(scope="module")
def scene_vide_du_module(
    django_db_setup: None,
    postgres: Postgres,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """Return the same without the demonstration, for those who bring their own people: jobs have nobody else's to do."""
    cles = Path(os.environ[DOSSIER]) / "cles"
    with ouvrir_scene(
        cles, postgres, django_db_blocker, tmp_path_factory.mktemp("scene"), _MODELE_VIDE
    ) as ouverte:
        yield ouverte
