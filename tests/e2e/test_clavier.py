"""What a person does with the keyboard alone, with scripts off, or when the session ends."""

import re
from collections.abc import Callable

import pytest
from django.test import override_settings
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


def au_clavier_jusqu_a(page: Page, selecteur: str, limite: int = 60) -> None:
    """Press Tab until the focus is on what `selecteur` names."""
    for _ in range(limite):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selecteur):
            return
    raise AssertionError(f"{selecteur} ne reçoit jamais le focus")


class AuClavier:
    """Somebody who has no mouse: what Tab does not reach does not exist."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def atteindre(self, cible: Locator, limite: int = 80) -> None:
        """Press Tab until the focus is on `cible`, and check that it can be seen there."""
        expect(cible).to_have_count(1)
        for _ in range(limite):
            if cible.evaluate("e => document.activeElement === e"):
                expect(cible).to_be_in_viewport()
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{cible} ne reçoit jamais le focus")

    def suivre(self, nom: str | re.Pattern[str], role: str = "link") -> None:
        self.atteindre(self.page.get_by_role(role, name=nom, exact=True))
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def ecrire(self, label: str, texte: str) -> None:
        self.atteindre(self.page.get_by_role("textbox", name=re.compile(f"^{label}")))
        self.page.keyboard.type(texte)

    def choisir_bouton_radio(self, label: str) -> None:
        """Enter the group where Tab leads, then move with the arrows, as every browser does."""
        cible = self.page.get_by_label(label)
        groupe = cible.get_attribute("name")
        for _ in range(80):
            if self.page.evaluate("n => document.activeElement.name === n", groupe):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _ in range(40):
            if cible.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} ne se choisit pas au clavier")

    def cocher(self, label: str) -> None:
        self.atteindre(self.page.get_by_label(label))
        self.page.keyboard.press("Space")
        expect(self.page.get_by_label(label)).to_be_checked()


def test_deposer_une_demande_sans_souris(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir("technicien.metz")
    moi = AuClavier(page)
    page.goto("/")
    moi.atteindre(
        page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Nouvelle demande")
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/demandes/nouvelle/")
    moi.suivre(re.compile("^Signaler une situation de difficultés d’accès aux droits et aux soins CPAM"))
    moi.suivre("Saisine Mission accompagnement santé", "button")
    moi.choisir_bouton_radio("Madame")
    moi.ecrire("Nom de naissance", "Larivandière")
    moi.ecrire("Prénom", "Élodie")
    moi.ecrire("Date de naissance", "27/03/1985")
    moi.atteindre(page.get_by_label("Département de résidence"))
    page.keyboard.type("57")
    moi.cocher("Accès aux droits")
    moi.cocher("Complexité des démarches")
    moi.cocher("Par courrier, ou dossier déposé")
    moi.cocher("Un rendez-vous avec un conseiller")
    moi.suivre("Relire avant l’envoi", "button")
    for attestation in ("La personne a été informée", "La personne accepte"):
        moi.cocher(attestation)
    moi.suivre("Envoyer la demande", "button")
    expect(page.get_by_text("Votre demande est envoyée.").first).to_be_visible()


def test_le_premier_lien_mene_au_contenu(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir("technicien.metz")
    page.goto("/demandes/")
    page.keyboard.press("Tab")
    lien = page.locator(":focus")
    expect(lien).to_have_text("Aller au contenu")
    expect(lien).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_le_menu_du_compte_au_clavier(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir("agent.moselle")
    page.goto("/tri/")
    au_clavier_jusqu_a(page, ".compte summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_hidden()
    expect(page.locator(".compte summary")).to_be_focused()
    page.keyboard.press("Enter")
    au_clavier_jusqu_a(page, ".compte button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/connexion/**")


def test_le_menu_se_deplie_sur_petit_ecran(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir("technicien.metz", largeur=360)
    page.goto("/")
    lien = page.get_by_role("link", name="Demandes de la structure")
    expect(lien).to_be_hidden()
    bascule = page.get_by_role("button", name="Menu")
    au_clavier_jusqu_a(page, ".entete__bascule")
    page.keyboard.press("Enter")
    expect(bascule).to_have_attribute("aria-expanded", "true")
    expect(lien).to_be_visible()


def test_sans_script_tout_est_la(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir("technicien.metz", javascript=False, largeur=360)
    page.goto("/")
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    page.get_by_role("navigation", name="Menu principal").get_by_role(
        "link", name="Demandes de la structure"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes de la structure")
    page.locator(".compte summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion/**")


def test_le_focus_se_voit(demonstration, ouvrir: Callable[..., Page], tmp_path):
    page = ouvrir("technicien.metz")
    page.goto("/demandes/")
    sans, avec = tmp_path / "sans.png", tmp_path / "avec.png"
    for selecteur in (
        ".navigation__lien",
        "main .fr-btn",
        "main input:not([type=hidden])",
        "main table a",
        ".pied a",
        ".compte summary",
    ):
        cible = page.locator(selecteur).first
        page.evaluate("document.activeElement.blur()")
        cible.scroll_into_view_if_needed()
        page.screenshot(path=sans)
        # From a script, only a keyboard origin shows the ring: step in with Tab from the element before.
        cible.evaluate("e => e.focus({focusVisible: true})")
        page.screenshot(path=avec)
        difference = ImageChops.difference(Image.open(sans).convert("L"), Image.open(avec).convert("L"))
        changes = sum(difference.histogram()[40:])
        assert changes > 100, f"{selecteur} : {changes} pixels changent"


def test_les_erreurs_prennent_le_focus_et_menent_aux_champs(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir()
    page.goto("/connexion/")
    page.locator("main form").first.evaluate("f => f.noValidate = true")
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_title("Erreur : Connexion – Espace Partenaires")
    resume = page.locator("#erreurs")
    expect(resume).to_be_focused()
    resume.get_by_role("link").first.press("Enter")
    expect(page.locator("main input:not([type=hidden])").first).to_be_focused()


@override_settings(SESSION_INACTIVITE=8)
def test_la_fin_de_session_previent_et_garde_la_saisie(demonstration, ouvrir: Callable[..., Page]):
    page = ouvrir("technicien.metz")
    page.goto("/demandes/")
    champ = page.locator("main input:not([type=hidden])").first
    champ.fill("Texte en cours")
    dialogue = page.get_by_role("dialog")
    expect(dialogue).to_contain_text("va bientôt se terminer", timeout=9000)
    dialogue.get_by_role("button", name="Rester connecté").press("Enter")
    expect(dialogue).to_be_hidden()
    expect(dialogue).to_contain_text("est terminée", timeout=15000)
    dialogue.get_by_role("button", name="Revenir à ma saisie").click()
    expect(champ).to_have_value("Texte en cours")
