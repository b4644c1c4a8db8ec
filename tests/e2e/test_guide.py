"""The pictures of the guide show the pages as they are: the words kept beside each are those of its page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from outils.captures import DOSSIER_GUIDE, GUIDE, TAILLE_GUIDE, empreinte

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


def test_les_images_sont_a_jour(demonstration: None, ouvrir: Callable[..., Page]):
    perimees = []
    for cle, (compte, adresse) in GUIDE.items():
        page = ouvrir(compte, largeur=TAILLE_GUIDE[0])
        page.goto(adresse)
        if empreinte(page) != (DOSSIER_GUIDE / f"{cle}.txt").read_text(encoding="utf-8"):
            perimees.append(f"{cle}.webp, de {adresse}")
    assert perimees == [], "À refaire, « make run » allumé : .venv/bin/python -m outils.captures --guide"
