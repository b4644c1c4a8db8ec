"""Accessibility of every page (RGAA 4.1 by axe and by measures), one line per page in PAGES.

At 1280 and at 320 px: axe without violation, no sideways scrolling, also with the spacing of text forced; HTML
without error; one title per page.
"""

import re
from collections import Counter
from collections.abc import Callable

import pytest
import tinyhtml5
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tinyhtml5.parser import HTMLParser

from espace_partenaires import guide
from signalements.models import Demande

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

# (account of the demonstration or "", address). {x} is filled by `objets`.
PAGES: list[tuple[str, str]] = [
    ("", "/aide/"),
    ("", "/aide/?q=fichier"),
    ("", "/aide/?q=zebre"),
    *(("", f"/aide/{article.cle}/") for article in guide.articles()),
    ("", "/accessibilite/"),
    ("", "/donnees-personnelles/"),
    ("", "/mentions-legales/"),
    ("", "/plan-du-site/"),
    ("", "/connexion/"),
    ("", "/identifiant/oublie/"),
    ("", "/mot-de-passe/oublie/"),
    ("technicien.metz", "/"),
    ("technicien.metz", "/demandes/"),
    ("technicien.metz", "/demandes/nouvelle/"),
    ("technicien.metz", "/demandes/{demande}/"),
    ("technicien.metz", "/plan-du-site/"),
    ("technicien.metz", "/aide/"),
    ("technicien.metz", "/introuvable/"),
    ("technicien.metz", "/tri/"),
    ("gestionnaire.metz", "/"),
    ("gestionnaire.metz", "/comptes/"),
    ("agent.moselle", "/"),
    ("agent.moselle", "/tri/"),
    ("agent.moselle", "/tri/{demande}/"),
    ("superviseur.moselle", "/"),
    ("superviseur.moselle", "/tri/"),
    ("administrateur.moselle", "/"),
    ("administrateur.moselle", "/habilitations/"),
    ("dpo.moselle", "/"),
    ("dpo.moselle", "/conformite/journal/"),
    ("dpo.moselle", "/conformite/conservation/"),
    ("dpo.moselle", "/conformite/traitements/"),
    ("national", "/"),
]
LARGEURS = (1280, 320)
REGLES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# WCAG 1.4.12; a constructed sheet passes the content policy.
ESPACEMENT = """() => {
  const feuille = new CSSStyleSheet();
  feuille.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [feuille];
}"""
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def objets() -> dict[str, str]:
    """Return what stands for the braces of the addresses."""
    demande = (
        Demande.objects.exclude(statut="brouillon").order_by("pk").filter(partenaire__nom__contains="Metz")[0]
    )
    return {"demande": demande.reference}


def defauts_du_html(html: str) -> list[str]:
    """Return what the parser of the HTML standard complains of, and the ids that are not unique."""
    lecteur = HTMLParser()
    lecteur.parse(html)
    defauts = [f"{ligne} : {code}" for ligne, code, *_ in lecteur.errors]
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    return defauts + [f"id répété : {nom}" for nom, nombre in ids.items() if nombre > 1]


def examiner(page: Page, ou: str) -> list[str]:
    """Return what is wrong with the page as it stands, at each width."""
    defauts = []
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        for violation in Axe().run(page, options=REGLES).response["violations"]:
            noeuds = [noeud["html"][:160] for noeud in violation["nodes"][:3]]
            defauts.append(f"{ou} à {largeur} px : {violation['id']} {noeuds}")
    if page.evaluate(DEBORDE) > 0:
        defauts.append(f"{ou} : défile de côté à 320 px")
    page.evaluate(ESPACEMENT)
    if page.evaluate(DEBORDE) > 0:
        defauts.append(f"{ou} : défile de côté avec le texte espacé")
    return defauts


def test_le_controle_du_html_voit_les_fautes():
    assert defauts_du_html("<!DOCTYPE html><html lang=fr><title>t</title><p id='a'><div></p>")
    assert defauts_du_html('<!DOCTYPE html><html lang="fr"><title>t</title><p id="a"></p><p id="a"></p>')
    assert defauts_du_html('<!DOCTYPE html><html lang="fr"><title>t</title><p id="a"></p>') == []
    assert tinyhtml5.VERSION


def test_chaque_page(demonstration: None, ouvrir: Callable[..., Page]):
    remplacer = objets()
    defauts: list[str] = []
    titres: dict[tuple[str, str], set[str]] = {}
    pages = {compte: ouvrir(compte) for compte, _ in PAGES}
    for compte, modele in PAGES:
        adresse = modele.format(**remplacer)
        page = pages[compte]
        reponse = page.goto(adresse)
        assert reponse is not None
        ou = f"{compte or 'anonyme'} {modele}"
        if reponse.status >= 500 or (reponse.status == 404 and "introuvable" not in adresse):
            defauts.append(f"{ou} : {reponse.status}")
            continue
        titres.setdefault((compte, page.title()), set()).add(modele)
        defauts += [f"{ou} : {defaut}" for defaut in defauts_du_html(reponse.text())]
        defauts += examiner(page, ou)
    defauts += [f"même titre : {titre} {sorted(ou)}" for titre, ou in titres.items() if len(ou) > 1]
    assert defauts == [], "\n".join(defauts)
