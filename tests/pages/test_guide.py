"""The guide: its pictures are there and light, the menu of captures knows each, one PDF holds every article."""

from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from espace_partenaires import guide
from outils.captures import GUIDE, TAILLE_GUIDE
from tests.pages.test_pdf import noeuds

ILLUSTRES = [article for article in guide.articles() if article.image]


def test_chaque_image_a_sa_prise_de_vue():
    assert {article.cle for article in ILLUSTRES} == set(GUIDE)
    assert {chemin.stem for chemin in guide.IMAGES.glob("*")} == set(GUIDE)


@pytest.mark.parametrize("article", ILLUSTRES, ids=lambda article: article.cle)
def test_une_image_est_legere_et_decrite(article: guide.Article, db: None):
    fichier = guide.IMAGES / f"{article.cle}.webp"
    assert fichier.stat().st_size < 60_000
    with Image.open(fichier) as image:
        assert image.size == TAILLE_GUIDE
    html = Client().get(f"/aide/{article.cle}/").content.decode()
    # The caption describes it; an alternative with the same words would be read twice.
    assert f'<figure class="capture" role="figure" aria-label="{article.image}">' in html


@pytest.mark.lent
def test_le_mode_d_emploi_tient_tout_le_guide(db: None):
    reponse = Client().get("/aide/mode-d-emploi.pdf")
    assert len(reponse.content) < 1_000_000
    texte = " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(reponse.content)).pages
    )
    for article in guide.articles():
        assert " ".join(article.titre.split()) in texte
    with pikepdf.open(BytesIO(reponse.content)) as document:
        images = [noeud for noeud in noeuds(document.Root.StructTreeRoot) if noeud.S == "/Figure"]
        assert [str(noeud.Alt) for noeud in images] == [article.image for article in ILLUSTRES]
