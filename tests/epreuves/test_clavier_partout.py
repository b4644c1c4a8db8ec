"""Every page of every profile with Tab alone: each act is reached in counted steps, nothing holds the focus, and it is seen.

What changes on the screen is looked at, point by point, with and without the focus; what several profiles have on one page,
for the first of them. The steps of each act are left in var/clavier/, one file a profile.
"""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import CDPSession, Error, Page

from outils.portail import RACINE
from socle.profils import Profil
from tests.e2e.test_accessibilite import LISIBLES, PAS_UNE_PAGE, est_une_page
from tests.matrice.monde import creer_monde
from tests.matrice.table import Ligne
from tests.matrice.test_matrice import adresse, servis

# Points that change at least, where the focus is: a ring of three points around the smallest target has far more.
POINTS = 60
# The stops inside a field of a moment: day, month, year, hour, minute, calendar.
PARTIES = 6
# From the top of a page to its last act.
PAS_MAX = 250
# What is folded is an act too, one press further.
NUMEROTER = """() => {
  const plies = [...document.querySelectorAll("main details:not([open])")];
  plies.forEach((e) => { e.open = true; });
  const vus = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((e) => !e.disabled && e.type !== "hidden" && e.checkVisibility({ visibilityProperty: true }));
  vus.forEach((e, rang) => { e.dataset.rang = rang; });
  plies.forEach((e) => { e.open = false; });
  return vus.filter((e) => e.closest("main") && (e.matches("button, summary, a") || e.type === "submit"))
    .map((e) => [e.dataset.rang, e.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)]);
}"""
OU = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const { x, y, width, height } = e.getBoundingClientRect();
  return { rang: e.dataset.rang ?? e.id, contenu: Boolean(e.closest("main")), x, y, width, height, scrollX, scrollY,
    quoi: [e.tagName, e.name, e.className, e.textContent.trim().slice(0, 60)].join(" "),
    parties: e.matches("input[type=date], input[type=time], input[type=datetime-local]"),
    plie: e.matches("main details:not([open]) > summary"),
    dedans: y + height > 0 && y < innerHeight && x + width > 0 && x < innerWidth };
}"""
# A caret is no ring.
SANS_CURSEUR = """() => {
  const feuille = new CSSStyleSheet();
  feuille.replaceSync("* { caret-color: transparent !important; }");
  document.adoptedStyleSheets = [feuille];
}"""
# (address, target) that were looked at.
REGARDEES: set[tuple[str, str]] = set()


def vue(cdp: CDPSession, ou: dict[str, Any]) -> Image.Image:
    """Return what the screen shows around a target."""
    x, y = max(ou["x"] - 8, 0), max(ou["y"] - 8, 0)
    bout_x, bout_y = min(ou["x"] + ou["width"] + 8, 1280), min(ou["y"] + ou["height"] + 8, 900)
    boite = {"x": x + ou["scrollX"], "y": y + ou["scrollY"], "scale": 1}
    boite |= {"width": max(bout_x - x, 1), "height": max(bout_y - y, 1)}
    prise = cdp.send("Page.captureScreenshot", {"format": "png", "clip": boite})
    return Image.open(io.BytesIO(base64.b64decode(prise["data"]))).convert("L")


def se_voit(page: Page, cdp: CDPSession, ou: dict[str, Any]) -> bool:
    """Whether enough points change when the focus leaves; Tab goes on from there."""
    avec = vue(cdp, ou)
    page.evaluate("document.activeElement.blur()")
    return sum(ImageChops.difference(avec, vue(cdp, ou)).histogram()[40:]) >= POINTS


def a_regarder(ligne: Ligne, ou: dict[str, Any], entete: bool) -> bool:
    """Whether the focus of this target was not looked at yet."""
    cle = (ligne.vue, ou["quoi"])
    if not (entete or ou["contenu"]) or cle in REGARDEES:
        return False
    REGARDEES.add(cle)
    return True


def parcourir(page: Page, cdp: CDPSession, ligne: Ligne, entete: bool) -> tuple[list[str], dict[str, int]]:
    """Press Tab through the page; return what is wrong, and the steps to each act."""
    page.evaluate(SANS_CURSEUR)
    actes = dict(page.evaluate(NUMEROTER))
    defauts, pas, avant, presses = [], {}, None, 0
    while presses < PAS_MAX:
        page.keyboard.press("Tab")
        presses += 1
        ou = page.evaluate(OU)
        if ou and ou["parties"] and ou["rang"] == avant and presses - pas[avant] <= PARTIES:
            continue
        if ou is None or ou["rang"] in pas:
            # Past the last target: the browser begins again. Before it, the focus would be held.
            if ou is not None and ou["rang"] == avant:
                defauts.append(f"le focus reste sur {avant}")
            break
        avant, pas[ou["rang"]] = ou["rang"], presses
        if ou["plie"]:
            page.keyboard.press("Enter")
            presses += 1
        if not ou["dedans"]:
            defauts.append(f"focus hors de l’écran, {actes.get(avant, avant)}")
        elif a_regarder(ligne, ou, entete) and not se_voit(page, cdp, ou):
            defauts.append(f"focus invisible, {actes.get(avant, ou['quoi'])}")
    defauts += [f"« {dit} » ne reçoit jamais le focus" for un, dit in actes.items() if un not in pas]
    return defauts, {f"{dit} [{un}]": pas[un] for un, dit in actes.items() if un in pas}


def servies(colonne: str) -> list[Ligne]:
    return [
        ligne for ligne in LISIBLES if ligne.servis not in ("public", "porte") and colonne in servis(ligne)
    ]


@pytest.mark.parametrize("colonne", Profil.values)
def test_every_act_of_a_profile(base_reelle: str, ouvrir: Callable[..., Page], colonne: str):
    monde = creer_monde()
    page = ouvrir(monde.comptes[colonne].identifiant)
    cdp = page.context.new_cdp_session(page)
    defauts: list[str] = []
    lignes: list[str] = []
    for ligne in servies(colonne):
        chemin = adresse(monde, ligne)
        if PAS_UNE_PAGE.search(chemin):
            continue
        try:
            reponse = page.goto(chemin)
        except Error as erreur:
            assert "Download is starting" in str(erreur), chemin
            continue
        if not est_une_page(reponse):
            continue
        vus, actes = parcourir(page, cdp, ligne, entete=not lignes)
        defauts += [f"{colonne} {ligne} : {vu}" for vu in vus]
        lignes += [f"{pas}\t{chemin}\t{acte}" for acte, pas in actes.items()]
    dossier = RACINE / "var/clavier"
    dossier.mkdir(parents=True, exist_ok=True)
    (dossier / f"{colonne}.tsv").write_text("\n".join(lignes) + "\n")
    assert lignes
    assert defauts == [], "\n".join(defauts)
