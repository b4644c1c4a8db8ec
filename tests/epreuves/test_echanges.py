"""A year of exchanges of files in browsers, by the clock: from the engagement to the day when only counters remain."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator

from accounts.models.compte import Compte
from tests.distribution import connecte
from tests.e2e.personnes import Plaintes
from tests.echanges.conftest import stockage_a_soi
from tests.echanges.histoire import Annee

__all__ = ["stockage_a_soi"]

PATIENCE = 60_000


class EcranDuNavigateur:
    """The screen of somebody in Chromium: one context for each, forms filled by their fields, buttons pressed."""

    def __init__(self, contexte: Any, portail: str, plaintes: Plaintes) -> None:
        self.portail, self.contexte = portail, contexte
        self.page = contexte.new_page()
        plaintes.ecouter(self.page)

    def texte(self, adresse: str) -> str:
        self.page.goto(f"{self.portail}{adresse}")
        return str(self.page.locator("body").inner_text())

    def octets(self, adresse: str) -> bytes:
        return bytes(self.contexte.request.get(f"{self.portail}{adresse}").body())

    def _remplir(self, adresse: str, page: str, champs: dict[str, Any]) -> Locator:
        self.page.goto(f"{self.portail}{page or adresse}")
        formulaire = self.page.locator(f"main form[action='{adresse}'], main form:not([action])").first
        for nom, valeur in champs.items():
            champ = formulaire.locator(f"[name='{nom}']")
            if isinstance(valeur, bytes):
                champ.set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": valeur})
            elif champ.first.get_attribute("type") == "checkbox":
                for une in valeur:
                    formulaire.locator(f"[name='{nom}'][value='{une}']").check(force=True)
            elif champ.evaluate("un => un.tagName") == "SELECT":
                champ.select_option(valeur)
            else:
                champ.fill(valeur)
        return formulaire.get_by_role("button").last

    def envoyer(self, adresse: str, page: str = "", fichier: bytes = b"", **champs: Any) -> str:
        bouton = self._remplir(adresse, page, champs | ({"fichiers": fichier} if fichier else {}))
        with self.page.expect_navigation() as parti:
            bouton.click()
        assert parti.value is not None and parti.value.status < 400, self.page.locator("main").inner_text()
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def recevoir(self, adresse: str, **champs: Any) -> bytes:
        bouton = self._remplir(adresse, "", champs)
        with self.page.expect_download() as recu:
            bouton.click()
        return Path(recu.value.path()).read_bytes()


@pytest.fixture
def ecran(
    browser: Browser, portail: str, plaintes: Plaintes
) -> Iterator[Callable[[Compte], EcranDuNavigateur]]:
    """Return what opens a screen for an account, signed in at the hour that it is there."""
    contextes = []

    def ouvrir(compte: Compte) -> EcranDuNavigateur:
        contexte = browser.new_context(
            base_url=portail, locale="fr-FR", viewport={"width": 1280, "height": 900}
        )
        contexte.set_default_timeout(PATIENCE)
        contextes.append(contexte)
        session = connecte(compte).cookies["session"]
        contexte.add_cookies([{"name": "session", "value": session.value, "url": portail}])
        return EcranDuNavigateur(contexte, portail, plaintes)

    yield ouvrir
    for contexte in contextes:
        contexte.close()


def test_a_year_of_exchanges_in_browsers(
    ecran, base_reelle: str, stockage_a_soi: Path, tmp_path: Path, settings
):
    Annee(ecran, tmp_path / "cles", settings).vivre()
