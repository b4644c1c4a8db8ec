"""Words of the house on the pages that the portal serves: initials spelt out, the notice in plain French."""

import re

import pytest

from socle.templatetags.sigles import SIGLES
from tests.pages.conftest import Pages
from tests.pages.test_rgaa import mots

pytestmark = pytest.mark.lent


def test_mots_un_sigle_est_dit_en_toutes_lettres(pages: Pages):
    """AME, C2S, PUMa…: each page that reads initials of the house spells them out."""
    seuls, lus = [], set()
    for nom, page in pages.items():
        texte = mots(page.find(".//main"))
        trouves = {un for un in SIGLES if re.search(rf"\b{un}\b", texte)}
        lus |= trouves
        seuls += [f"{nom} : {un}" for un in trouves if SIGLES[un].lower() not in texte.lower()]
    assert seuls == []
    assert {"AME", "C2S", "DPO"} <= lus


def test_mots_la_notice_des_personnes_se_lit_facilement(pages: Pages):
    """The notice begins with short sentences, in plain words, before its articles."""
    [page] = [page for nom, page in pages.items() if nom.startswith("notice ")]
    [facile] = page.xpath("//main//ul[@data-facile]")
    phrases = [phrase for li in facile for phrase in re.split(r"[.:] ?", mots(li)) if phrase]
    assert len(phrases) >= 10 and max(len(phrase.split()) for phrase in phrases) <= 14
    assert facile.xpath("preceding::h2[1]")[0] is page.xpath("//main//h2")[0]
