"""People in front of a screen: what a test of a whole story does and sees, by labels and roles only."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from accounts.models.compte import Compte
from outils.visiteur import MOT_DE_PASSE, code_unique
from tests.pannes.puits import Recu
from tests.pannes.scene import Scene, attendre

PATIENCE = 60_000
REFERENCE = re.compile(r"D\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass
class Plaintes:
    """What the browser refused or met; must stay empty."""

    portail: str
    lues: list[str] = field(default_factory=list)

    def ecouter(self, page: Page) -> None:
        """Note errors of the console, of scripts, and requests to another host."""
        page.on("console", self._console)
        page.on("pageerror", lambda erreur: self.lues.append(f"script : {erreur}"))
        page.on("request", self._requete)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 403, 404 or 422 on purpose is not a complaint.
        if (
            message.type in {"error", "warning"}
            and "the server responded with a status of 4" not in message.text
        ):
            self.lues.append(f"console : {message.text} ({message.location.get('url', '')})")

    def _requete(self, requete: Request) -> None:
        if not requete.url.startswith((self.portail, "data:", "blob:")):
            self.lues.append(f"autre hôte : {requete.url}")


class Personne:
    """Somebody in front of a screen; `session` is the one of somebody who signed in before."""

    def __init__(
        self,
        browser: Browser,
        scene: Scene,
        plaintes: Plaintes,
        *,
        javascript: bool = True,
        largeur: int = 1280,
        session: Any = None,
    ) -> None:
        self.contexte = browser.new_context(
            base_url=scene.portail.adresse,
            java_script_enabled=javascript,
            locale="fr-FR",
            viewport={"width": largeur, "height": 900},
            storage_state=session,
        )
        self.contexte.set_default_timeout(PATIENCE)
        self.page: Page = self.contexte.new_page()
        self.refus: list[str] = []
        plaintes.ecouter(self.page)
        self.page.on("response", self._noter)
        self.page.on("requestfailed", self._noter_l_echec)

    def _noter(self, reponse) -> None:
        if reponse.status >= 400:
            self.refus.append(f"{reponse.status} {reponse.request.method} {reponse.url}")

    def _noter_l_echec(self, requete) -> None:
        # A page that is left drops what its script was asking.
        if requete.resource_type not in {"fetch", "xhr"} or requete.failure != "net::ERR_ABORTED":
            self.refus.append(f"échec : {requete.url} {requete.failure}")

    def se_connecter(self, identifiant: str) -> None:
        self.page.goto("/")
        self.remplir(self.page, "Identifiant", identifiant)
        self.remplir(self.page, "Mot de passe", MOT_DE_PASSE)
        self.cliquer("button", "Se connecter")
        self.page.get_by_label("Code").first.fill(code_unique())
        self.cliquer("button", "Valider le code")
        expect(self.page.get_by_role("navigation", name="Menu principal")).to_be_visible()

    def cliquer(self, role: str, nom: str | re.Pattern[str], dans: Locator | Page | None = None) -> None:
        (dans or self.page).get_by_role(role, name=nom, exact=True).click()

    def menu(self, nom: str) -> None:
        """Follow a link of the menu, unfolded first on a small screen."""
        lien = self.page.get_by_role("navigation", name="Menu principal").get_by_role(
            "link", name=nom, exact=True
        )
        bascule = self.page.get_by_role("button", name="Menu", exact=True)
        if bascule.is_visible():
            bascule.click()
        lien.click()

    def remplir(self, dans: Locator | Page, label: str, valeur: str) -> None:
        champ = dans.get_by_role("textbox", name=re.compile(f"^{re.escape(label)}"))
        champ.fill(valeur)

    def cocher(self, label: str, dans: Locator | Page | None = None) -> None:
        # The label covers its box: a click there ticks it, which Playwright takes for an obstacle.
        (dans or self.page).get_by_label(label).check(force=True)

    def choisir(self, label: str, option: str) -> None:
        """Choose in the list of that name."""
        self.page.get_by_role("combobox", name=re.compile(f"^{re.escape(label)}")).select_option(label=option)

    def deplier(self, titre: str) -> Locator:
        """Open an act of the page; return its form."""
        acte = self.page.get_by_role("group").filter(has=self.page.get_by_text(titre, exact=True))
        if acte.get_attribute("open") is None:
            acte.get_by_text(titre, exact=True).click()
        return acte

    def voit(self, texte: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(texte).first).to_be_visible()

    def historique(self) -> list[str]:
        """Return the titles of the timeline, latest first."""
        repere = self.page.get_by_role("complementary", name="Repères")
        return [
            point.inner_text().splitlines()[0]
            for point in repere.get_by_role("list").get_by_role("listitem").all()
        ]


@dataclass
class Theatre:
    """One portal for the stories of a file, and the session of each person who signed in."""

    browser: Browser
    scene: Scene
    plaintes: Plaintes
    sessions: dict[str, Any] = field(default_factory=dict)
    presents: list[Personne] = field(default_factory=list)

    def entrer(self, identifiant: str = "", *, javascript: bool = True, largeur: int = 1280) -> Personne:
        """Open a browser where this person is signed in, on the home page; nobody: on no page yet.

        Whoever comes for the first time signs in, on a wide screen.
        """
        if identifiant and identifiant not in self.sessions:
            arrivant = Personne(self.browser, self.scene, self.plaintes, javascript=javascript)
            arrivant.se_connecter(identifiant)
            self.sessions[identifiant] = arrivant.contexte.storage_state()
            arrivant.contexte.close()
        personne = Personne(
            self.browser,
            self.scene,
            self.plaintes,
            javascript=javascript,
            largeur=largeur,
            session=self.sessions.get(identifiant),
        )
        self.presents.append(personne)
        if identifiant:
            personne.page.goto("/")
        return personne

    def baisser_le_rideau(self) -> None:
        """Close the browsers; nobody was refused anything, and none complained."""
        refus = [refus for personne in self.presents for refus in personne.refus]
        for personne in self.presents:
            personne.contexte.close()
        self.presents.clear()
        assert refus == []
        assert self.plaintes.lues == []


def courriels(scene: Scene, identifiant: str, sujet: str, reference: str) -> list[Recu]:
    """Wait for a mail to an account; return those received."""
    adresse = Compte.objects.get(identifiant=identifiant).email

    def recus() -> list[Recu]:
        return [r for r in scene.puits.pour(adresse) if r.sujet.startswith(sujet) and reference in r.texte]

    return attendre(recus, f"le courriel « {sujet} » pour {identifiant}")
