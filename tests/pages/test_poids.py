"""What a page weighs on the wire, the scripts that it loads, and how long it is for who has a keyboard alone."""

import functools
import gzip
from pathlib import Path

import pytest
from django.conf import settings
from lxml.html import tostring

from tests.pages.conftest import Pages

pytestmark = pytest.mark.lent

# What each script serves: loaded on another page, it would be carried for nothing.
SERVENT = {
    "portail.js": "//body",
    "envoi.js": "//form[@data-envoi]",
    "brouillon.js": "//form[@data-brouillon]",
    "bureau.js": "//*[@data-presences]",
    "liste.js": "//form[@data-liste]",
    "mot_de_passe.js": "//*[@data-juge]",
    "cle.js": "//form[@data-cle]",
    "garde.js": "//*[@data-garde-texte]",
    "garde_formes.js": "//*[@data-garde-texte]",
}
# Fetched with the page: the others wait until their part of it is unfolded.
IMAGES = (
    "//img[starts-with(@src, '/static/') and not(ancestor::details[not(@open)] and @loading='lazy')]/@src"
)
PREMIERE_VISITE = 130_000
PAGE_SUIVANTE = 10_000
PAS_MAX = 250


def _sur_le_fil(contenu: bytes) -> int:
    return len(gzip.compress(contenu, 6))


@functools.cache
def _pese(adresse: str) -> int:
    return _sur_le_fil((Path(settings.BASE_DIR) / adresse.lstrip("/")).read_bytes())


def test_rien_ne_pese_pour_rien(pages: Pages):
    """On the wire: 130 kB at most for a first visit, 10 for each page after and the scripts of its own; scripts only where they serve."""
    defauts = []
    for nom, page in pages.items():
        fichiers = page.xpath("//script/@src|//link[@rel='stylesheet' or @rel='icon']/@href")
        fichiers += {adresse.split("#")[0] for adresse in page.xpath("//*[local-name()='use']/@href")}
        tardifs = " ".join(page.xpath("//meta[@name='scripts-a-la-saisie']/@content")).split()
        defauts += [
            f"{nom} : {script} ne sert à rien"
            for script in (Path(f).name for f in [*fichiers, *tardifs] if f.endswith(".js"))
            if not page.xpath(SERVENT[script])
        ]
        propres = {f for f in fichiers if f.endswith(".js") and not f.endswith("/portail.js")}
        corps = _sur_le_fil(tostring(page)) + sum(map(_pese, [*page.xpath(IMAGES), *propres]))
        if corps > PAGE_SUIVANTE:
            defauts.append(f"{nom} : {corps} octets")
        premiere = corps + sum(map(_pese, set(fichiers) - propres))
        if premiere > PREMIERE_VISITE:
            defauts.append(f"{nom} : {premiere} octets à la première visite")
    assert defauts == []


def test_le_dernier_acte_est_a_portee_de_clavier(pages: Pages):
    """From the top of a page to its end: tests/epreuves/test_clavier_partout.py walks them, and says as much."""
    arrets = "//a[@href]|//button|//input[not(@type='hidden')]|//select|//textarea|//summary"
    assert {nom: pas for nom, page in pages.items() if (pas := len(page.xpath(arrets))) > PAS_MAX} == {}
