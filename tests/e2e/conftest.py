"""A real browser on the portal served in this process, with real commits.

`portail` is the address of the site, `demonstration` fills it, `ouvrir(identifiant)` gives a page signed in as an
account ("" for nobody). What the browser complains of (console, policy, other hosts) makes the test fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from accounts.models.compte import Compte
from outils.services import Postgres, creer_base, supprimer_base
from socle import horloge
from tests.distribution import connecte
from tests.e2e.personnes import Plaintes, Theatre
from tests.pannes.scene import MODELE, Scene

# Playwright keeps an event loop in this thread; nothing asynchronous touches the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
OPTIONS_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# No name but the portal's is asked of a network: asked for the key of another site, Chromium looks for that site first.
OPTIONS_CHROMIUM += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
# How long a page has to show what is expected of it, in every test of a browser: the machine works at something else too.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Use the Chromium of the system (pytest-playwright's own hook)."""
    return {"executable_path": "/usr/bin/chromium", "args": OPTIONS_CHROMIUM}


@pytest.fixture
def demonstration(
    base_reelle: str, modele_demonstration: Path, postgres: Postgres, settings, tmp_path: Path
) -> None:
    """Give a copy of the demonstration and of its keys: every profile, demandes in every state."""
    settings.DEMO = True
    settings.DOSSIER_CLES = Path(shutil.copytree(modele_demonstration, tmp_path / "cles"))
    connections.close_all()
    with postgres.connexion() as admin:
        supprimer_base(admin, base_reelle)
        creer_base(admin, base_reelle, MODELE)
    # The shift that this process read last is another story's.
    horloge.relire()


@pytest.fixture
def portail(base_reelle: str, settings: Settings) -> Iterator[str]:
    """Serve the portal on a free port, without TLS; return its address."""
    # What a browser takes over TLS only.
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "session", "csrf"
    serveur = LiveServerThread("localhost", _StaticFilesHandler, port=0)
    serveur.daemon = True
    serveur.start()
    serveur.is_ready.wait()
    if serveur.error:
        raise serveur.error
    yield f"http://localhost:{serveur.port}"
    serveur.terminate()


@pytest.fixture
def plaintes(portail: str) -> Iterator[Plaintes]:
    """Collect the complaints of every page opened by `ouvrir`; fail at the end when there are some."""
    recueil = Plaintes(portail)
    yield recueil
    assert recueil.lues == []


@pytest.fixture
def ouvrir(browser: Browser, portail: str, plaintes: Plaintes) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page signed in as an account; `javascript=False` switches scripts off."""
    contextes = []

    def _ouvrir(identifiant: str = "", *, javascript: bool = True, largeur: int = 1280) -> Page:
        contexte = browser.new_context(
            base_url=portail,
            java_script_enabled=javascript,
            locale="fr-FR",
            viewport={"width": largeur, "height": 900},
        )
        contextes.append(contexte)
        if identifiant:
            session = connecte(Compte.objects.get(identifiant=identifiant)).cookies["session"]
            contexte.add_cookies([{"name": "session", "value": session.value, "url": portail}])
        page = contexte.new_page()
        plaintes.ecouter(page)
        return page

    yield _ouvrir
    for contexte in contextes:
        contexte.close()


# --- The portal of real processes


@pytest.fixture(scope="module")
def theatre_du_module(browser: Browser, scene_du_module: Scene) -> Theatre:
    scene_du_module.lancer("web", "worker")
    return Theatre(browser, scene_du_module, Plaintes(scene_du_module.portail.adresse))


@pytest.fixture
def theatre(theatre_du_module: Theatre) -> Iterator[Theatre]:
    """Return the portal of the file; at the end nobody was refused anything and no browser complained."""
    yield theatre_du_module
    theatre_du_module.baisser_le_rideau()
