"""Every colour model, depth, transparency and orientation gives a page that a person can read (D-06)."""

import base64
import io
import struct
from functools import cache

import pikepdf
import pytest
from PIL import Image

from fichiers.controle import _genre, examiner, reunir
from fichiers.images import a_plat, juger, nettoyer_image, unie
from fichiers.refus import Refus
from tests.fichiers.echantillons import jpeg_de_telephone
from tests.fichiers.familles_images import (
    A_CONVERTIR,
    DEUX_TONS,
    DEUX_TONS_A_CONVERTIR,
    FAMILLES,
    MODES,
    MODES_SEIZE,
    TAILLE,
    dessin,
    ecart,
    en_mode,
    tiff_de_pages,
)
from tests.fichiers.heic import photo_d_iphone

# Mean difference that compression and rounding leave, on 255.
JUSTE = 4
SEUIL = [255 * (valeur > 127) for valeur in range(256)]
TOUTES = FAMILLES | DEUX_TONS


def attendu(nom: str) -> Image.Image:
    return dessin().point(SEUIL) if nom in DEUX_TONS | DEUX_TONS_A_CONVERTIR else dessin()


@pytest.mark.parametrize("nom", TOUTES | A_CONVERTIR | DEUX_TONS_A_CONVERTIR)
def test_ce_qui_est_garde_se_voit(nom):
    """What is stored shows the picture, opaque: whatever opens it shows the same."""
    octets = (TOUTES | A_CONVERTIR | DEUX_TONS_A_CONVERTIR)[nom]()
    propre, genre, avertissements = nettoyer_image(octets, _genre("a", octets[:4096]))
    image = Image.open(io.BytesIO(propre), formats=[genre.upper()])
    image.load()
    assert not image.has_transparency_data and not image.getexif()
    assert ecart(image, attendu(nom)) < JUSTE
    assert avertissements == ["animee"] * ("bouge" in nom) + ["petite"]


def test_une_copie_d_ecran_dont_l_alpha_est_vide_se_voit():
    """Windows writes BMPs with a fourth byte that says nothing: what its owner sees is kept, never a white page."""
    image = dessin().convert("RGBA")
    image.putalpha(0)
    points = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes("raw", "BGRA")
    entete = struct.pack("<IiiHHIIiiII", 124, *image.size, 1, 32, 3, len(points), 2835, 2835, 0, 0)
    entete += struct.pack("<IIIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000, 0x73524742) + bytes(64)
    bmp = (
        struct.pack("<2sIHHI", b"BM", 14 + len(entete) + len(points), 0, 0, 14 + len(entete))
        + entete
        + points
    )
    propre, genre, _ = nettoyer_image(bmp, "bmp")
    assert ecart(Image.open(io.BytesIO(propre), formats=[genre.upper()]), dessin()) < JUSTE


@pytest.mark.parametrize("rotation", [0, 90])
def test_une_image_longue_prend_autant_de_feuilles(rotation):
    """A screen that was scrolled stays legible: whole, on sheets of A4, each line whole on one of them; also turned."""
    longue = Image.new("RGB", (380, 6000), "white")
    for rang in range(50):
        longue.paste((0, 0, 0), (20, rang * 120 + 20, 360, rang * 120 + 38))
    sortie = io.BytesIO()
    longue.rotate(rotation, expand=True).save(sortie, "JPEG")
    examine, vues = reunir("a.pdf", [(sortie.getvalue(), rotation)])
    with pikepdf.open(io.BytesIO(examine.contenu)) as document:
        images = [
            pikepdf.PdfImage(page.Resources.XObject["/Image"]).as_pil_image() for page in document.pages
        ]
        boites = {tuple(round(float(bord)) for bord in page.MediaBox[2:]) for page in document.pages[:-1]}
    assert boites == {(596, 842)} and len(images) == len(vues) == 12
    assert all(
        image.width == 380 and vue.avertissements == () for image, vue in zip(images, vues, strict=True)
    )
    # The black lines that are whole on a sheet.
    noires = [
        image.convert("L").resize((1, image.height)).point(SEUIL).tobytes().count(0) for image in images
    ]
    assert sum(noires) >= 50 * 18


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


def _pages(contenu: bytes) -> list[Image.Image]:
    with pikepdf.open(io.BytesIO(contenu)) as document:
        return [pikepdf.PdfImage(page.Resources.XObject["/Image"]).as_pil_image() for page in document.pages]


@pytest.mark.parametrize(
    ("options", "mode"),
    [({"compression": "group4"}, "1"), ({"compression": "tiff_lzw"}, "RGB"), ({"compression": "jpeg"}, "L")],
)
def test_un_tiff_de_plusieurs_pages_devient_un_pdf(options, mode):
    """The feeder of a scanner: each page, in its order, through the cage, under a name that says what it became."""
    une, autre = dessin().point(SEUIL), dessin().point(SEUIL).rotate(180)
    octets = tiff_de_pages([page.convert(mode) for page in (une, autre, une)], **options)
    examine = examiner("scan.TIF", octets)
    assert (examine.nom, examine.genre, examine.avertissements) == ("scan.pdf", "pdf", ())
    pages = _pages(examine.contenu)
    assert [ecart(page, voulue) < JUSTE for page, voulue in zip(pages, (une, autre, une), strict=True)] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("nom", "devient"), [("tiff RGB raw", "jpeg"), ("GIF P", "png"), ("WEBP RGBA", "jpeg")]
)
def test_une_image_d_un_autre_genre_est_convertie(nom, devient):
    """Through the cage; whatever extension its name bears."""
    octets = A_CONVERTIR[nom]()
    for donne in ("page", "page.tif", "page.jpg", "page.webp"):
        examine = examiner(donne, octets)
        assert (examine.genre, examine.nom) == (devient, "page.jpg" if devient == "jpeg" else "page.png")
    assert ecart(Image.open(io.BytesIO(examine.contenu))) < JUSTE


@pytest.mark.parametrize("quarts", range(4))
def test_la_photo_d_un_iphone_est_convertie(quarts):
    """The commonest picture of a social worker, a grid of tiles: through the cage, upright, under a name that says what it became."""
    grande = dessin().resize((1280, 960)).rotate(-90 * quarts, expand=True).convert("RGB")
    examine = examiner("IMG_0001.HEIC", photo_d_iphone(grande, quarts))
    assert (examine.genre, examine.nom, examine.avertissements) == ("jpeg", "IMG_0001.jpg", ())
    assert ecart(Image.open(io.BytesIO(examine.contenu))) < JUSTE


def test_plusieurs_photos_dans_un_heic():
    """Each is a page, in its order."""
    autre = dessin().rotate(180)
    octets = io.BytesIO()
    dessin().convert("RGB").save(octets, "HEIF", save_all=True, append_images=[autre.convert("RGB")])
    examine = examiner("vues.heic", octets.getvalue())
    assert (examine.genre, examine.nom) == ("pdf", "vues.pdf")
    assert [
        ecart(page, vue) < JUSTE for page, vue in zip(_pages(examine.contenu), (dessin(), autre), strict=True)
    ] == [
        True,
        True,
    ]


@cache
def photo_chargee() -> bytes:
    """A photograph with something in every tile: the coder takes seconds over it."""
    return photo_d_iphone(Image.effect_noise((1280, 960), 60).convert("RGB"))


@pytest.mark.parametrize("perdus", [1, 400, 9000, 60_000])
def test_une_photo_d_iphone_qui_a_perdu_sa_fin(perdus):
    """The decoder makes up the tiles that are missing: a page with a hole would be kept without a word."""
    octets = photo_chargee()
    assert len(octets) > 2 * perdus
    with pytest.raises(Refus) as refus:
        examiner("vues.heic", octets[:-perdus])
    assert refus.value.code == "heic" and "Le plus compatible" in refus.value.message


@pytest.mark.parametrize(
    ("forme", "donne"), [("BMP", "page.bmp"), ("JPEG2000", "page.jp2"), ("AVIF", "page.avif")]
)
def test_une_image_d_ecran_ou_de_scanner_est_convertie(forme, donne):
    """What old screens and scanners make, through the cage."""
    octets = io.BytesIO()
    dessin().convert("RGB").save(octets, forme)
    examine = examiner(donne, octets.getvalue())
    assert (examine.genre, examine.nom) == ("jpeg", "page.jpg")
    assert ecart(Image.open(io.BytesIO(examine.contenu))) < JUSTE


@pytest.mark.parametrize(
    ("mode", "etendue", "bas"), [("I", 2147483520, 0), ("I", 4000, -2000), ("F", 1, 0), ("F", 25500, -12000)]
)
def test_un_gris_profond_garde_ses_tons(mode, etendue, bas):
    """Thirty-two bits and floats, as software of measure writes them: scaled by their range."""
    octets, gris = io.BytesIO(), dessin().convert("F").point(lambda valeur: valeur * (etendue / 255) + bas)
    gris.convert(mode).save(octets, "TIFF")
    page, _, dits = nettoyer_image(octets.getvalue(), "tiff")
    assert ecart(Image.open(io.BytesIO(page))) < JUSTE and "vide" not in dits


def test_un_gris_de_trente_deux_bits_sans_signe():
    """Half of its tones are negative numbers for who reads a sign there: the page was grey, with broken outlines."""
    points = b"".join(struct.pack("<I", ton * 0x01010101) for ton in dessin().tobytes())
    octets, signe = io.BytesIO(), struct.pack("<HHIH", 339, 3, 1, 2)
    Image.frombytes("I", TAILLE, points).save(octets, "TIFF")
    assert octets.getvalue().count(signe) == 1
    page, _, _ = nettoyer_image(octets.getvalue().replace(signe, signe[:-2] + b"\1\0"), "tiff")
    assert ecart(Image.open(io.BytesIO(page))) < JUSTE


def test_un_fax_garde_la_forme_de_sa_page():
    """A fax has 204 points across for 98 down: the page is not crushed."""
    ecrase = (
        dessin()
        .point(SEUIL)
        .resize((TAILLE[0], TAILLE[1] * 98 // 204))
        .convert("1", dither=Image.Dither.NONE)
    )
    for pages in ([ecrase], [ecrase, ecrase]):
        examine = examiner("fax.tif", tiff_de_pages(pages, compression="group3", dpi=(204, 98)))
        page = _pages(examine.contenu)[1] if len(pages) > 1 else Image.open(io.BytesIO(examine.contenu))
        assert ecart(page, dessin().point(SEUIL)) < 12


def test_une_vignette_de_tiff_n_est_pas_une_page():
    """A small copy behind the page is left; forty pages are the most."""
    petite = dessin().resize((80, 60))
    petite.encoderinfo = {"tiffinfo": {254: 1}}
    examine = examiner("a.tif", tiff_de_pages([dessin(), petite]))
    assert examine.genre == "jpeg" and ecart(Image.open(io.BytesIO(examine.contenu))) < JUSTE
    assert len(_pages(examiner("a.tif", tiff_de_pages([petite.convert("1")] * 40)).contenu)) == 40
    with pytest.raises(Refus) as refus:
        examiner("a.tif", tiff_de_pages([petite.convert("1")] * 41))
    assert refus.value.code == "trop-de-pages"


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


@pytest.mark.parametrize("forme", ["GIF", "WEBP", "PNG"])
def test_une_image_animee_le_dit(forme):
    """Its first picture is kept: it is said, with what to do; a still one, or a JPEG of two pictures, says nothing."""
    sortie, vues = io.BytesIO(), [dessin().convert("RGB"), dessin().rotate(180).convert("RGB")]
    vues[0].save(sortie, forme, save_all=True, append_images=vues[1:], duration=100)
    assert examiner(f"a.{forme.lower()}", sortie.getvalue()).avertissements[:1] == ("animee",)
    for autre, options in ((forme, {}), ("MPO", {"save_all": True, "append_images": vues[1:]})):
        sortie = io.BytesIO()
        vues[0].save(sortie, autre, **options)
        assert "animee" not in examiner("a.jpg", sortie.getvalue()).avertissements
