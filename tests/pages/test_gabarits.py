"""Every template of a whole page is drawn by a page that the tests look at."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.pages.conftest import Servie

pytestmark = pytest.mark.lent

ETATS, PORTES, PAGES = (
    f"tests/e2e/test_accessibilite.py::{un}" for un in ("test_les_etats", "test_les_portes", "PAGES")
)
# Templates that no address of the matrix opens, and what opens them.
AILLEURS = {
    "accounts/activation_code.html": ETATS,
    "accounts/cgu.html": ETATS,
    "accounts/code.html": ETATS,
    "accounts/compte_ferme.html": ETATS,
    "accounts/lien_refuse.html": ETATS,
    "caisses/caisses.html": ETATS,
    "conventions/code.html": "tests/conventions/test_pages.py",
    "400.html": PAGES,
    "403.html": PAGES,
    "403_csrf.html": PAGES,
    "404.html": PAGES,
    "405.html": "tests/signalements/test_tete.py",
    "500.html": PAGES,
    "503.html": PAGES,
    "pages/galerie.html": PAGES,
    "demonstration/courriels.html": PAGES,
    "demonstration/demonstration.html": PAGES,
    "demonstration/horloge.html": PAGES,
    "demonstration/parcours.html": PAGES,
    "accounts/verrouille.html": PORTES,
    "accounts/confirmer.html": PORTES,
    "pages/volume.html": PORTES,
    "pages/document.html": PORTES,
    "accounts/cle_ajouter.html": PORTES,
    "droits/attestation.html": "tests/droits/test_registre.py",
}


def pages_entieres() -> set[str]:
    """Return the templates that are whole pages."""
    racine = Path(settings.BASE_DIR) / "templates"
    return {
        str(chemin.relative_to(racine))
        for chemin in racine.rglob("*.html")
        if re.search(r'{% extends "(base|signalements/page_demande)\.html"', chemin.read_text())
    }


def test_chaque_gabarit_est_ouvert(servies: dict[str, Servie]):
    jamais = pages_entieres() - set(AILLEURS).union(*(servie.gabarits for servie in servies.values()))
    assert jamais == set(), sorted(jamais)
