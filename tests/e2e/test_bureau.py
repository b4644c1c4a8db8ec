"""The desk of an agent in a browser: what an answer costs, what a screen shows, what the keys do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models.compte import Compte
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from tests.e2e.test_accessibilite import violations
from tests.signalements.fabrique import deposer

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

LIGNES = """() => [...document.querySelectorAll(".tableau__table--dense tbody tr")].map((ligne) => {
  const boite = ligne.getBoundingClientRect();
  return [boite.top + scrollY, boite.bottom + scrollY];
})"""


@pytest.fixture
def vingt_cinq(demonstration: None) -> None:
    """At least twenty-five demandes to take, all of Metz."""
    technicien = Compte.objects.get(identifiant="technicien.metz")
    for _ in range(25):
        deposer(technicien)


def test_une_reponse_ordinaire_coute_quatre_gestes_et_une_page(
    vingt_cinq: None, ouvrir: Callable[..., Page], capsys: Any
):
    """D-08, D-20: from the list: open, model, its blank, send and go on; the next demande is the only page of the next answer."""
    page = ouvrir("agent.moselle")
    page.goto("/tri/?panier=a-prendre")
    pages: list[str] = []
    page.on("request", lambda requete: pages.append(requete.url) if requete.is_navigation_request() else None)
    gestes = 0
    page.locator("a.reference").first.click()
    gestes += 1
    for _ in range(3):
        pages.clear()
        reference = page.url.split("/")[-2]
        page.get_by_role("button", name="Droits ouverts").click()
        gestes += 1
        # The blank that the model left is selected: one types over it.
        expect(page.locator("#id_repondre-texte")).to_have_value(re.compile(r"\["))
        page.keyboard.type("1er décembre")
        page.get_by_role("button", name="Envoyer la réponse et passer à la suivante").click()
        gestes += 1
        expect(page).not_to_have_url(re.compile(reference))
        envoyee = Demande.objects.get(reference=reference)
        assert envoyee.statut == Statut.TRAITEE and envoyee.issue == "droits-ouverts"
        # The sending, the choice of the next one, and its page: one load for who waits.
        assert (
            len({url.split("?")[0] for url in pages if "/suivante/" not in url and "/repondre/" not in url})
            == 1
        )
    with capsys.disabled():
        print(f"\nUne réponse avec modèle, depuis la liste : {gestes} gestes pour 3, 1 page chacune")
    assert gestes == 7


def test_la_liste_tient_sur_un_ecran(vingt_cinq: None, ouvrir: Callable[..., Page]):
    """D-08: twenty-five rows within 1 300 px, the first within 400; at 360 px, two rows on the first screen."""
    page = ouvrir("agent.moselle")
    page.goto("/tri/?panier=ouvertes")
    lignes = page.evaluate(LIGNES)
    assert len(lignes) == 25
    assert lignes[0][0] <= 400, lignes[0]
    assert lignes[24][1] - lignes[0][0] <= 1300, lignes
    page = ouvrir("agent.moselle", largeur=360)
    page.goto("/tri/?panier=ouvertes")
    hauteur = page.evaluate("innerHeight")
    assert page.evaluate(LIGNES)[1][1] <= hauteur
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


# Whether the bar of the batch lies over what has the focus.
SOUS_LA_BARRE = """() => {
  const ici = document.activeElement, barre = document.querySelector(".barre-lot");
  if (barre.contains(ici)) return false;
  const [a, b] = [ici.getBoundingClientRect(), barre.getBoundingClientRect()];
  return a.bottom > b.top && a.top < b.bottom && a.right > b.left && a.left < b.right;
}"""


def test_m6_la_barre_du_lot_ne_cache_rien(vingt_cinq: None, ouvrir: Callable[..., Page]):
    """RGAA, WCAG 2.4.11: in sight once a box is ticked, never over what has the focus; in its place at 320 × 256."""
    page = ouvrir("agent.moselle")
    page.goto("/tri/?panier=ouvertes")
    barre = page.locator(".barre-lot")
    expect(barre).not_to_be_in_viewport()
    page.locator("input[name=references]").first.focus()
    page.keyboard.press("Space")
    expect(barre).to_be_in_viewport()
    for rang in range(55):
        page.keyboard.press("Tab")
        assert not page.evaluate(SOUS_LA_BARRE), rang
    page.set_viewport_size({"width": 320, "height": 256})
    assert barre.evaluate("e => getComputedStyle(e).position") == "static"


def test_les_touches_de_la_liste(vingt_cinq: None, ouvrir: Callable[..., Page]):
    """RGAA 12: j, k, c, r, /, on the list alone, never while one types, silent for axe."""
    page = ouvrir("agent.moselle")
    page.goto("/tri/?panier=a-prendre")
    assert violations(page, "bureau") == []
    liens = page.locator("a.reference")
    for touche, rang in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        page.keyboard.press(touche)
        expect(liens.nth(rang)).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("input[name=references]").nth(1)).to_be_checked()
    page.keyboard.press("/")
    page.keyboard.type("jcn?")
    expect(page.get_by_role("search").get_by_role("textbox")).to_have_value("jcn?")
    assert page.url.endswith("/tri/?panier=a-prendre")
    page.get_by_role("button", name="Tout cocher").click()
    assert page.locator("input[name=references]:checked").count() == 25
    liens.nth(2).focus()
    reference = liens.nth(2).inner_text()
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile(f"/tri/{reference}/#repondre$"))
    assert violations(page, "bureau") == []
