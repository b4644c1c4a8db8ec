"""Every colour model, depth, transparency and orientation gives a page that a person can read (D-06)."""

import base64
import io

import pikepdf
import pytest
from PIL import Image

from fichiers.controle import examiner, reunir
from fichiers.images import a_plat, juger, nettoyer_image, unie
from tests.fichiers.echantillons import jpeg_de_telephone
from tests.fichiers.familles_images import (
    DEUX_TONS,
    FAMILLES,
    MODES,
    MODES_SEIZE,
    TAILLE,
    dessin,
    ecart,
    en_mode,
)

# Mean difference that compression and rounding leave, on 255.
JUSTE = 4
SEUIL = [255 * (valeur > 127) for valeur in range(256)]
TOUTES = FAMILLES | DEUX_TONS


def attendu(nom: str) -> Image.Image:
    return dessin().point(SEUIL) if nom in DEUX_TONS else dessin()


def genre(octets: bytes) -> str:
    return "png" if octets.startswith(b"\x89PNG") else "jpeg"


@pytest.mark.parametrize("nom", TOUTES)
def test_ce_qui_est_garde_se_voit(nom):
    """What is stored shows the picture, opaque: whatever opens it shows the same."""
    octets = TOUTES[nom]()
    propre, avertissements = nettoyer_image(octets, genre(octets))
    image = Image.open(io.BytesIO(propre))
    image.load()
    assert not image.has_transparency_data and not image.getexif()
    assert ecart(image, attendu(nom)) < JUSTE
    assert avertissements == ["petite"]


@pytest.mark.parametrize("debut", range(0, len(TOUTES), 10))
def test_ce_qui_est_reuni_se_voit(debut):
    """The page shows the picture, and so does its preview; nothing is called empty."""
    noms = list(TOUTES)[debut : debut + 10]
    examine, pages = reunir("a.pdf", [(TOUTES[nom](), 0) for nom in noms])
    with pikepdf.open(io.BytesIO(examine.contenu)) as document:
        for nom, page, vue in zip(noms, document.pages, pages, strict=True):
            image = pikepdf.PdfImage(page.Resources.XObject["/Image"]).as_pil_image()
            assert ecart(image, attendu(nom)) < JUSTE, nom
            assert vue.avertissements == (), nom


@pytest.mark.parametrize("mode", MODES + MODES_SEIZE)
def test_tous_les_modeles(mode):
    """Whatever model a decoder hands over."""
    voulu = dessin().point(SEUIL) if mode == "1" else dessin()
    page = a_plat(en_mode(mode))
    assert page.mode in ("L", "RGB") and ecart(page, voulu) < JUSTE


def transparent(encre: tuple[int, int, int]) -> bytes:
    """« Text » of one colour on a transparent background, 1200 × 900."""
    image = Image.new("RGBA", (1200, 900), (0, 0, 0, 0))
    for rang in range(8):
        image.paste((*encre, 255), (100, 80 + rang * 90, 1000 - rang * 60, 110 + rang * 90))
    sortie = io.BytesIO()
    image.save(sortie, "PNG")
    return sortie.getvalue()


def test_texte_noir_sur_rien():
    """The case of the field: black text on transparent. White page, black text, nothing to say."""
    examine = examiner("a.png", transparent((0, 0, 0)))
    image = Image.open(io.BytesIO(examine.contenu)).convert("L")
    assert image.getpixel((5, 5)) == 255 and image.getpixel((200, 90)) == 0
    assert examine.avertissements == ()


def test_encre_blanche_sur_rien():
    """A screen in dark colours: its white letters are laid on black, where they can be read."""
    image = a_plat(Image.open(io.BytesIO(transparent((255, 255, 255)))))
    assert image.getpixel((5, 5)) == (0, 0, 0) and image.getpixel((200, 90)) == (255, 255, 255)


@pytest.mark.parametrize("ton", [0, 4, 251, 255])
def test_page_vide_dite(ton):
    """A page all black or all white is named, before anything is joined."""
    image = Image.new("L", (1200, 900), ton)
    sortie = io.BytesIO()
    image.save(sortie, "PNG")
    _, [page] = reunir("a.pdf", [(sortie.getvalue(), 0)])
    assert page.vide and "rien ne s’y lit" in page.conseils[0]
    assert juger(Image.new("RGB", TAILLE, (128, 128, 128))) == ["petite"]


def test_un_mot_n_est_pas_rien():
    """One short line on a large page is something."""
    page = Image.new("L", (2400, 3300), 255)
    page.paste(0, (300, 300, 340, 310))
    assert not unie(page)


def test_photo_en_deux_images():
    """The photograph of a telephone that keeps a second picture behind: the first alone, upright, through the child."""
    octets = jpeg_de_telephone()
    assert Image.open(io.BytesIO(octets)).n_frames == 2
    examine = examiner("a.jpg", octets)
    gardee = Image.open(io.BytesIO(examine.contenu))
    assert gardee.format == "JPEG" and gardee.size == (900, 1200) and examine.avertissements == ()
    assert gardee.getpixel((800, 100))[0] < 60 and gardee.getpixel((100, 100))[0] > 180
    # So is it when the pictures that are kept were put together.
    _, [page] = reunir("a.pdf", [(octets, 0)])
    vue = Image.open(io.BytesIO(base64.b64decode(page.apercu)))
    assert vue.height > vue.width and page.avertissements == ()
