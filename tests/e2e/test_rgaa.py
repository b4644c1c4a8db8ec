"""Criteria of the RGAA that only a browser sees; docs/accessibilite.toml names these tests as its evidence."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings
from PIL import Image
from playwright.sync_api import Page, expect

from signalements.models.demandes import Demande
from tests.e2e.test_accessibilite import violations

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

# What a screen reader would say of the changes: the words of the live regions, each time they are written.
ECOUTER = """() => {
  window.dites = [];
  new MutationObserver((changements) => changements.forEach(({ target }) => {
    const e = target.nodeType === 1 ? target : target.parentElement;
    const region = e && e.closest("[role=status], [role=alert]");
    if (region) window.dites.push(region.textContent.trim());
  })).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@override_settings(SESSION_INACTIVITE=8)
def test_7_5_la_fin_de_session_est_dite(demonstration: None, ouvrir: Callable[..., Page]):
    """The focus never falls out of the dialog, and the end is written where it is heard."""
    page = ouvrir("technicien.metz")
    page.goto("/demandes/")
    dialogue = page.get_by_role("dialog")
    expect(dialogue.get_by_role("button", name="Rester connecté")).to_be_focused(timeout=9000)
    page.evaluate(ECOUTER)
    expect(page.get_by_role("heading", name="Votre session est terminée")).to_be_focused(timeout=15000)
    assert any(
        "Votre session est terminée. Votre saisie est toujours là." in mots for mots in page.evaluate("dites")
    )


@override_settings(SESSION_INACTIVITE=24)
def test_7_5_l_avertissement_ecarte_revient_avant_la_fin(demonstration: None, ouvrir: Callable[..., Page]):
    page = ouvrir("technicien.metz")
    page.goto("/demandes/")
    dialogue = page.get_by_role("dialog")
    expect(dialogue).to_be_visible(timeout=20000)
    page.keyboard.press("Escape")
    expect(dialogue).to_be_hidden()
    expect(dialogue.get_by_role("button", name="Rester connecté")).to_be_focused(timeout=12000)


@override_settings(SESSION_COOKIE_AGE=16)
def test_13_1_la_duree_maximale_previent(demonstration: None, ouvrir: Callable[..., Page]):
    """The absolute end cannot be put off: the warning says so, and offers no button that would lie."""
    page = ouvrir("technicien.metz")
    page.goto("/demandes/")
    dialogue = page.get_by_role("dialog")
    expect(dialogue).to_contain_text("durée maximale", timeout=15000)
    expect(dialogue.get_by_role("button", name="Rester connecté")).to_be_hidden()
    expect(page.get_by_role("heading", name="Votre session est terminée")).to_be_focused(timeout=20000)


def test_7_5_la_presence_n_est_dite_qu_une_fois(demonstration: None, ouvrir: Callable[..., Page]):
    """A poll that changes nothing writes nothing, and a hidden tab does not poll."""
    demande = Demande.objects.filter(statut="en_cours", caisse__code="moselle").order_by("pk")[0]
    autre = ouvrir("superviseur.moselle")
    autre.goto(f"/tri/{demande.reference}/")
    autre.wait_for_timeout(2500)
    page = ouvrir("agent.moselle")
    page.clock.install()
    page.goto(f"/tri/{demande.reference}/")
    page.evaluate(ECOUTER)
    demandes: list[str] = []
    page.on("request", lambda requete: demandes.append(requete.url) if "/presence/" in requete.url else None)
    for _ in range(3):
        with page.expect_response("**/presence/"):
            page.clock.fast_forward(20000)
    assert len(page.evaluate("dites")) <= 1
    demandes.clear()
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    page.clock.fast_forward(60000)
    assert demandes == []


def test_7_1_le_resume_du_bureau_mene_aux_cases(demonstration: None, ouvrir: Callable[..., Page]):
    page = ouvrir("superviseur.moselle")
    page.goto("/tri/?panier=ouvertes&pole=tous")
    page.get_by_role("button", name="Appliquer aux demandes cochées").click()
    page.locator("#erreurs").get_by_role("link", name="Choix des demandes").press("Enter")
    expect(page.locator("input[name=references]").first).to_be_focused()


def test_7_1_ce_qui_a_ete_fait_prend_le_focus(demonstration: None, ouvrir: Callable[..., Page]):
    page = ouvrir("superviseur.moselle")
    page.goto("/tri/?panier=a-prendre&pole=tous")
    page.locator("input[name=references]").first.check()
    page.get_by_label("Pour les demandes cochées").select_option("prendre")
    page.get_by_role("button", name="Appliquer aux demandes cochées").click()
    expect(page.locator("#resultats")).to_be_focused()


def test_12_8_le_menu_deplie_vient_apres_son_bouton(demonstration: None, ouvrir: Callable[..., Page]):
    """At 360 px: Tab enters the menu that was just unfolded, Escape folds it and gives the focus back."""
    page = ouvrir("technicien.metz", largeur=360)
    page.goto("/")
    bascule = page.get_by_role("button", name="Menu")
    bascule.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#navigation a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#navigation")).to_be_hidden()
    expect(bascule).to_be_focused()


@pytest.mark.parametrize("theme", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_3_les_themes_se_lisent(
    demonstration: None, ouvrir: Callable[..., Page], settings: Any, theme: dict[str, Any]
):
    """Every component, a list and a form refused, in the dark and in the colours of the system."""
    settings.ROOT_URLCONF = "tests.e2e.adresses"
    page = ouvrir("superviseur.moselle")
    page.emulate_media(**theme)
    defauts = []
    for adresse in ("/demo/composants/", "/tri/", "/tri/equipe/"):
        page.goto(adresse)
        defauts += violations(page, adresse)
    assert defauts == [], "\n".join(defauts)
    if "color_scheme" in theme:
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    contours = page.goto("/tri/") and page.locator(".onglets a").evaluate_all(
        "liens => liens.map((a) => [a.hasAttribute('aria-current'), getComputedStyle(a).outlineStyle])"
    )
    if "forced_colors" in theme:
        assert {contour for courant, contour in contours if courant} == {"solid"}
        assert {contour for courant, contour in contours if not courant} == {"none"}
    page.emulate_media(reduced_motion="reduce")
    mouvements = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s').length"
    assert page.evaluate(mouvements) == 0


def test_11_10_les_regles_du_mot_de_passe_sont_liees_a_leur_champ(
    demonstration: None, ouvrir: Callable[..., Page]
):
    """Heard with the field; what is left to mend is said in its words, not only counted."""
    page = ouvrir("technicien.metz")
    page.goto("/mot-de-passe/changer/")
    champ = page.locator("input[data-juge]")
    regles = page.locator("#regles-du-mot-de-passe li")
    assert "regles-du-mot-de-passe" in (champ.get_attribute("aria-describedby") or "").split()
    champ.fill("court")
    bilan = page.locator("[data-regles-bilan]")
    expect(bilan).to_contain_text("à revoir")
    manque = page.locator("[data-etat=manque]").first.evaluate("ligne => ligne.firstChild.textContent.trim()")
    expect(bilan).to_contain_text(manque.rstrip(" ;.")[:30])
    expect(regles.first).to_be_visible()


# What a reader who needs air sets (RGAA 10.12).
ESPACER = """() => {
  const feuille = new CSSStyleSheet();
  feuille.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }");
  document.adoptedStyleSheets = [feuille];
}"""
COUPES = """() => [...document.querySelectorAll("main :is(th, td, a, .fr-badge, button)")]
  .filter((e) => e.checkVisibility() && !e.closest(".invisible, .fr-sr-only") && getComputedStyle(e).overflowX !== "visible"
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map((e) => e.innerText.slice(0, 60))"""


def test_10_12_aucune_liste_ne_coupe_son_texte(demonstration: None, ouvrir: Callable[..., Page]):
    """Nothing is cut in a list: as it stands, with letters twice as large (10.4), with the spacing of a reader."""
    for compte, adresse in (
        ("agent.moselle", "/tri/?panier=ouvertes"),
        ("technicien.metz", "/demandes/?qui=structure"),
    ):
        page = ouvrir(compte)
        for largeur in (1280, 1100, 360):
            page.set_viewport_size({"width": largeur, "height": 900})
            page.goto(adresse)
            assert page.evaluate(COUPES) == [], (adresse, largeur)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate(COUPES) == [], (adresse, largeur, "agrandi")
            page.evaluate("document.documentElement.style.fontSize = ''")
            page.evaluate(ESPACER)
            assert page.evaluate(COUPES) == [], (adresse, largeur, "espacé")


@pytest.mark.parametrize("media", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_3_3_le_calendrier_d_une_date_se_voit(
    demonstration: None, ouvrir: Callable[..., Page], media: dict[str, Any]
):
    """The button that opens the calendar stands out of its field, three to one, in each scheme."""
    page = ouvrir("administrateur.moselle")
    page.emulate_media(**media)
    page.goto("/statistiques/")
    champ = page.locator("input[type=date]").first
    image = Image.open(io.BytesIO(champ.screenshot())).convert("L")
    # Its end, inside the border: where nothing but the button stands.
    bout = image.crop((image.width - 36, 6, image.width - 6, image.height - 6))
    clair, fonce = (((un / 255 + 0.055) / 1.055) ** 2.4 for un in reversed(bout.getextrema()))
    assert (clair + 0.05) / (fonce + 0.05) >= 3


# A table may need both directions; nothing else of a page.
DEFILE = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && !e.matches("textarea, .tableau")
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)).map((e) => e.outerHTML.slice(0, 80))"""


def test_10_11_a_320_pixels_rien_ne_defile_de_cote(demonstration: None, ouvrir: Callable[..., Page]):
    """Nor a part of the page in itself; what a column is called stays beside what it says."""
    page = ouvrir("superviseur.moselle", largeur=320)
    for adresse in ("/tri/?panier=ouvertes&pole=tous", "/tri/equipe/", "/tri/semaine/", "/statistiques/"):
        page.goto(adresse)
        assert page.evaluate(DEFILE) == [], adresse
    page.goto("/tri/?panier=ouvertes&pole=tous")
    for nom in ("Réponse promise", "Agent"):
        case = page.locator(f"tbody td[data-libelle='{nom}']").first
        assert nom in case.evaluate("e => getComputedStyle(e, '::before').content"), nom
