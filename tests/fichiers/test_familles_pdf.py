"""A PDF that everybody opens is taken, shows the same, and carries nothing else (D-06)."""

import contextlib
import io
import re
import time
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont, ImageStat

from fichiers.controle import examiner
from fichiers.flux import jpeg_refait
from fichiers.images import nettoyer_image
from fichiers.pdf import nettoyer_pdf
from fichiers.refus import Refus
from fichiers.verdict import Refuse
from tests.fichiers import familles_pdf
from tests.fichiers.echantillons import gonfle
from tests.fichiers.familles_images import dessin, ecart
from tests.fichiers.familles_pdf import DITS, FAMILLES, MOT, ZIP, image, lettre, numerise

CACHES = (MOT.encode(), ZIP, b"phish.example", b"cmd.exe", b"annexe.pdf", b"JavaScript", b"/AcroForm", b"GPS")


def vues(contenu: bytes, dpi: int = 72) -> list[Image.Image]:
    """What a reader shows of each page, its fields included."""
    with pypdfium2.PdfDocument(contenu) as document:
        document.init_forms()
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def en_clair(contenu: bytes) -> bytes:
    """Every object and stream, unfolded, for what should not be there to be looked for."""
    with pikepdf.open(io.BytesIO(contenu)) as document:
        flux = [un.read_raw_bytes() for un in document.objects if isinstance(un, pikepdf.Stream)]
        for un in document.objects:
            if isinstance(un, pikepdf.Stream):
                with contextlib.suppress(pikepdf.PdfError):
                    flux.append(un.read_bytes(pikepdf.StreamDecodeLevel.specialized))
        sortie = io.BytesIO()
        document.save(sortie, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return sortie.getvalue() + b"".join(flux)


@pytest.mark.parametrize("nom", FAMILLES)
def test_se_lit_comme_avant(nom):
    """Same pages, point by point; nothing of what was hidden; what is lost is said."""
    contenu = FAMILLES[nom]()
    propre, dits = nettoyer_pdf(contenu)
    avant, apres = vues(contenu.lstrip(b"\r\n\xef\xbb\xbf")), vues(propre)
    assert len(avant) == len(apres)
    for une, autre in zip(avant, apres, strict=True):
        assert une.size == autre.size and ImageStat.Stat(une).extrema[0][0] < 128
        assert ImageStat.Stat(ImageChops.difference(une, autre)).mean[0] < 1
    assert tuple(dits) == DITS.get(nom, ())
    clair = en_clair(propre)
    assert not [mot for mot in CACHES if mot in clair]
    with pikepdf.open(io.BytesIO(propre)) as document:
        assert not document.is_encrypted and not any("/Annots" in page for page in document.pages)
        assert set(document.docinfo) <= (
            {"/Title"} if nom in ("WeasyPrint, accessible", "Chromium") else set()
        )
        assert "/Metadata" not in document.Root


@pytest.mark.parametrize("nom", ["qpdf", "qpdf sans flux d’objets", "scanner, fax", "protégé, AES 128"])
def test_une_table_dite_a_une_autre_place(nom):
    """« startxref » off by some bytes: readers look for the table, whose pages are all there."""
    faux = re.sub(rb"startxref\s+(\d+)", lambda vu: b"startxref\n%d" % (int(vu[1]) + 7), FAMILLES[nom]())
    assert nettoyer_pdf(faux) == nettoyer_pdf(FAMILLES[nom]())


def test_un_fichier_coupe_reste_refuse():
    """A damaged file that would open with pages missing is worse than a refusal."""
    contenu = lettre(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for reste in (contenu[: contenu.rfind(b"\nxref\n")], contenu[: len(contenu) // 2]):
        assert refus(reste + b"\nstartxref\n9\n%%EOF") == "abime"


def test_un_formulaire_a_remplir_n_est_pas_signe():
    """« Reader extended » (UR3) is a right to fill in: nobody signed."""

    def etendu(document: pikepdf.Pdf) -> None:
        document.Root.Perms = Dictionary(UR3=Dictionary(Type=Name.Sig, Contents=String("0" * 64)))

    assert nettoyer_pdf(lettre(etendu))[1] == []


def test_par_le_controle():
    """The same through the child: its limits, its closed world."""
    for nom in (
        "scanner, jbig2",
        "téléphone, photo",
        "téléphone, jpeg 2000",
        "imprimeur, cmjn",
        "WeasyPrint, accessible",
        "formulaire à dessiner",
    ):
        assert examiner("a.pdf", FAMILLES[nom]()).genre == "pdf", nom
    assert examiner("a.pdf", FAMILLES["signé"]()).avertissements == ("signe",)
    assert examiner("a.pdf", FAMILLES["courriel, ligne blanche avant l’en-tête"]()).genre == "pdf"


AVANT = {
    "imprimante": b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n",
    "site": b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n",
    "mille octets": b"\x01" * 1000,
}


@pytest.mark.parametrize("nom", AVANT)
def test_ce_qui_precede_l_en_tete(nom):
    """What a printer or a site put before the PDF, and readers pass over, goes; the pages are taken."""
    examine = examiner("a.pdf", AVANT[nom] + lettre() + b"\x1b%-12345X")
    assert (examine.genre, examine.nom) == ("pdf", "a.pdf")
    assert examine.contenu == examiner("a.pdf", lettre()).contenu


@pytest.mark.parametrize(
    ("debut", "code"),
    [
        (b"\x01" * 1030, "format"),
        (b"a.pdf".ljust(257, b"\0") + b"ustar" + bytes(250), "format"),
        (b"PK\x03\x04", "format"),
        (b"\xff\xd8\xff", "image-abimee"),
    ],
)
def test_un_autre_fichier_n_est_pas_un_pdf(debut, code):
    """Further down, readers do not look for it; a file that begins as another is that one."""
    with pytest.raises(Refus) as refuse:
        examiner("a.pdf", debut + lettre())
    assert refuse.value.code == code


def test_le_texte_reste_du_texte():
    """Words of an office document are still words, for a search or a screen reader; language and title are kept."""
    propre, _ = nettoyer_pdf(FAMILLES["WeasyPrint, accessible"]())
    with pypdfium2.PdfDocument(propre) as document:
        assert "œuvre" in document[0].get_textpage().get_text_range()
    with pikepdf.open(io.BytesIO(propre)) as document:
        assert document.Root.Lang == "fr" and document.Root.MarkInfo.Marked
        assert document.docinfo["/Title"] == "Avis" and document.Root.ViewerPreferences.DisplayDocTitle


def refus(contenu: bytes) -> str:
    with pytest.raises(Refuse) as refuse:
        nettoyer_pdf(contenu)
    return str(refuse.value)


def test_jbig2_de_rien():
    """Garbage said JBIG2 (or fax, or JPEG 2000) does not come through."""
    for filtre in ("JBIG2Decode", "JPXDecode", "DCTDecode"):
        garbage = image(b"\xde\xad\xbe\xef" * 500, filtre, BitsPerComponent=1)
        try:
            propre, _ = nettoyer_pdf(numerise(garbage))
        except Refuse as refuse:
            assert str(refuse) == "abime"
        else:
            assert b"\xde\xad\xbe\xef" * 8 not in en_clair(propre)


def bombe(octets: int, **cles: int) -> bytes:
    return numerise(image(gonfle(b"", octets), "FlateDecode", **cles))


@pytest.mark.parametrize("cles", [{}, {"Width": 20_000, "Height": 20_000}, {"Width": 7000, "Height": 7000}])
def test_bombe_de_800_mo(cles):
    """778 kB that unfold to 800 MB: refused in a moment, whatever size the picture claims."""
    contenu, debut = bombe(800 << 20, **cles), time.monotonic()
    with pytest.raises(Refus):
        examiner("a.pdf", contenu)
    assert time.monotonic() - debut < 10


def test_bombe_dans_le_texte():
    contenu = lettre(
        lambda d: d.pages[0].__setattr__(
            "Contents", d.make_stream(zlib.compress(b" " * (70 << 20), 9), Filter=Name.FlateDecode)
        ),
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    assert refus(contenu) == "trop-complexe"


def test_points_en_trop():
    """What follows the last point of a picture is left."""
    propre, _ = nettoyer_pdf(numerise(image(dessin().tobytes() + ZIP, "")))
    assert ZIP not in en_clair(propre)
    assert ecart(vues(propre)[0]) < 12


def _jpeg(mode: str = "RGB", **options) -> bytes:
    sortie = io.BytesIO()
    dessin().convert(mode).save(sortie, "JPEG", **options)
    return sortie.getvalue()


def test_jpeg_refait():
    """Its points as they were seen; its words gone."""
    entier = familles_pdf.jpeg_de_telephone()
    refait = jpeg_refait(entier)
    assert MOT.encode() in entier and MOT.encode() not in refait and ZIP not in refait
    assert b"Exif" not in refait and b"GPS" not in refait
    assert _ecart(entier, refait) < 1


def _ecart(un: bytes, autre: bytes) -> float:
    with Image.open(io.BytesIO(un)) as avant, Image.open(io.BytesIO(autre)) as apres:
        difference = ImageChops.difference(avant.convert("RGB"), apres.convert("RGB"))
    return max(ImageStat.Stat(difference).mean)


FINESSES = {"quality": 60}, {"quality": 85, "progressive": True}, {"quality": 80, "restart_marker_rows": 1}


@pytest.mark.parametrize("options", FINESSES)
def test_octets_caches_dans_un_jpeg(options):
    """F12: what stands among the points without being one, at their end, between two passages, in tables, stays behind."""
    entier, mots = _jpeg(**options), b"\xff\xdb\x00\x43\x03" + (ZIP * 64)[:64]
    reprises = [place for place in range(len(entier)) if entier[place : place + 2] == b"\xff\xd0"][:1]
    places = [2, len(entier) - 2, *reprises]
    places += [rang for rang in range(4, len(entier)) if entier[rang : rang + 2] == b"\xff\xda"][1:]
    for place in places:
        charge = entier[:place] + (mots if place == 2 else ZIP) + entier[place:]
        refait = jpeg_refait(charge)
        assert ZIP[:60] in charge and ZIP[:60] not in refait, place
        assert len(refait) < 1.2 * len(entier) and _ecart(entier, refait) < 1
        propre, _ = nettoyer_pdf(numerise(image(charge, "DCTDecode", ColorSpace=Name.DeviceRGB)))
        assert ZIP[:60] not in en_clair(propre) and ZIP[:60] not in nettoyer_image(charge, "jpeg")[0]


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_de_toutes_les_couleurs(mode, subsampling):
    """Colours are given back as they were written, whatever says how they were turned."""
    entier = _jpeg(mode, quality=90, subsampling=subsampling)
    for tour in (b"", *(b"\xff\xee\0\x0eAdobe\0d\0\0\0\0" + bytes([un]) for un in (0, 1, 2))):
        dit = entier[:2] + tour + entier[2:]
        assert _ecart(dit, jpeg_refait(dit)) < 1.5, tour


CANARI = b"Canari Dupont"


def _de_calques(**dits):
    """A letter with two layers: one drawn by the page, one by a form of its own."""

    def poser(document: pikepdf.Pdf) -> None:
        calques = [
            document.make_indirect(Dictionary(Type=Name.OCG, Name=CANARI.decode(), **dits.get("groupe", {})))
            for _ in range(2)
        ]
        forme = document.make_stream(
            b"1 0 0 rg 0 0 100 90 re f",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=[0, 0, 100, 90],
            OC=calques[1],
        )
        ressources = document.pages[0].Resources
        ressources.XObject = Dictionary(Forme=forme)
        un = dits["membre"](calques) if "membre" in dits else calques[0]
        ressources.Properties = Dictionary(MC0=un)
        document.pages[0].contents_add(b"/OC /MC0 BDC 0 0 1 rg 100 100 90 90 re f EMC q /Forme Do Q")
        etat = Dictionary(Order=Array(calques), **{k: v(calques) for k, v in dits.get("etat", {}).items()})
        document.Root.OCProperties = Dictionary(OCGs=Array(calques), D=etat)

    return lettre(poser)


ALLUMES = {
    "par défaut": {},
    "un à un": {"etat": {"BaseState": lambda _: Name.OFF, "ON": Array}},
    "l’un des deux": {"membre": lambda deux: Dictionary(Type=Name.OCMD, OCGs=Array(deux))},
}
ETEINTS = {
    "un seul": {"etat": {"OFF": lambda deux: Array(deux[:1])}},
    "sauf un": {"etat": {"BaseState": lambda _: Name.OFF, "ON": lambda deux: Array(deux[:1])}},
    "à l’écran": {"groupe": {"Usage": Dictionary(View=Dictionary(ViewState=Name.OFF))}},
    "si tous le sont": {"membre": lambda deux: Dictionary(Type=Name.OCMD, OCGs=Array(deux), P=Name.AllOff)},
    "sauf si": {"membre": lambda deux: Dictionary(Type=Name.OCMD, VE=Array([Name.Not, deux[0]]))},
}


@pytest.mark.parametrize("nom", ALLUMES)
def test_calques_allumes(nom):
    """F12: layers that everybody sees are drawn as before, and lose their names."""
    contenu = _de_calques(**ALLUMES[nom])
    propre, _ = nettoyer_pdf(contenu)
    assert ImageStat.Stat(ImageChops.difference(vues(contenu)[0], vues(propre)[0])).mean[0] < 0.1
    assert CANARI in en_clair(contenu) and CANARI not in en_clair(propre)


@pytest.mark.parametrize("nom", ETEINTS)
def test_calque_eteint(nom):
    """F12: what a layer hides is not taken: refused, with the way out."""
    with pytest.raises(Refus) as refuse:
        examiner("plan.pdf", _de_calques(**ETEINTS[nom]))
    assert refuse.value.code == "calques" and "Imprimer" in refuse.value.message


def _apartes(document: pikepdf.Pdf) -> None:
    """Words beside what is drawn: on the page, cut in two, in a form, a pattern, a letter, in tags."""
    en_hexa = CANARI.hex().encode()
    page, ressources = document.pages[0], document.pages[0].Resources
    dite = b"% " + CANARI + b"\n/Span <</Actual#54ext <" + en_hexa + b">>> BDC 0 0 1 rg 9 9 9 9 re f EMC"
    forme = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": [0, 0, 100, 90]}
    ressources.XObject = Dictionary(Forme=document.make_stream(dite, **forme))
    ressources.Pattern = Dictionary(
        P=document.make_stream(
            dite, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 20, 20], XStep=20, YStep=20,
            Resources=Dictionary(),
        )
    )  # fmt: skip
    ressources.Font.T3 = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1, 1], FontMatrix=[1, 0, 0, 1, 0, 0], FirstChar=97,
        LastChar=97, Widths=[20], Encoding=Dictionary(Differences=[97, Name.a]),
        CharProcs=Dictionary(a=document.make_stream(b"20 0 d0 " + dite)),
    )  # fmt: skip
    dessins = b" /Pattern cs /P scn 50 50 99 99 re f q /Forme Do Q BT /T3 1 Tf 200 200 Td (a) Tj ET"
    page.Contents = Array([page.Contents, document.make_stream(dite), document.make_stream(dessins)])
    ressources.Properties = Dictionary(MC0=Dictionary(ActualText=CANARI.decode()))
    document.Root.StructTreeRoot = Dictionary(
        Type=Name.StructTreeRoot, K=Dictionary(Type=Name.StructElem, S=Name.P, ActualText=CANARI.decode())
    )


def test_ce_qu_une_page_dit_sans_le_montrer():
    """F12: comments, and words other than those that are drawn, stay behind; what is drawn is drawn."""
    contenu = lettre(_apartes)
    propre, _ = nettoyer_pdf(contenu)
    assert ImageStat.Stat(ImageChops.difference(vues(contenu)[0], vues(propre)[0])).mean[0] < 0.1
    clair = en_clair(propre)
    assert en_clair(contenu).count(CANARI) > 5
    assert CANARI not in clair and b"ActualText" not in clair
    assert CANARI.hex().encode() not in clair.lower()


def test_un_profil_de_couleurs():
    """F12: a profile, and what it carries, becomes the plain colours: they show the same."""
    profil = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pages = numerise(
        lambda document: image(
            dessin().convert("RGB").tobytes(),
            "",
            ColorSpace=pikepdf.Array([Name.ICCBased, document.make_stream(profil + ZIP, N=3)]),
        )(document)
    )
    propre, _ = nettoyer_pdf(pages)
    clair = en_clair(propre)
    assert ZIP in en_clair(pages) and ZIP not in clair and profil[128:] not in clair
    assert ecart(vues(propre)[0]) < 12


def test_image_que_rien_ne_dessine():
    """F12: the former page of a scan, left under the new one without being drawn, is left behind."""
    canari = points_connus()

    def cacher(document: pikepdf.Pdf) -> None:
        document.pages[0].Resources.XObject = Dictionary(Cachee=document.make_stream(canari, Subtype=Name.Image,
            Type=Name.XObject, Width=40, Height=30, ColorSpace=Name.DeviceGray, BitsPerComponent=8))  # fmt: skip

    avec = lettre(cacher)
    assert canari in en_clair(avec) and canari not in en_clair(nettoyer_pdf(avec)[0])


def points_connus() -> bytes:
    """Points that no other stream has."""
    return bytes((7 * rang * rang) % 251 for rang in range(40 * 30))


def test_longueurs_de_plages():
    """F12: a filter is never a reason to refuse: run lengths are unfolded too."""
    points = dessin().tobytes()
    plages = b"".join(bytes([0, un]) for un in points) + b"\x80"
    propre, _ = nettoyer_pdf(numerise(image(plages, "RunLengthDecode")))
    assert ecart(vues(propre)[0]) < 12


@pytest.mark.parametrize("coupe", [1, 2, 3, 20, 400, -400, -2])
def test_jpeg_coupe(coupe):
    """Wherever it is cut, it ends: refused, never waited for."""
    with pytest.raises(Refus) as refuse:
        examiner("a.pdf", numerise(image(familles_pdf.jpeg_de_telephone()[: -len(ZIP)][:coupe], "DCTDecode")))
    assert refuse.value.code == "abime"


def test_page_de_vingt_metres():
    """No sheet of paper is so large; the person is told what to do."""
    immense = lettre(lambda d: d.pages[0].__setattr__("MediaBox", [0, 0, 56693, 56693]))
    assert refus(immense) == "page-immense"
    grossie = lettre(lambda d: d.pages[0].__setattr__("UserUnit", 100))
    assert refus(grossie) == "page-immense"
    affiche = lettre(lambda d: d.pages[0].__setattr__("MediaBox", [0, 0, 2384, 3370]))
    assert nettoyer_pdf(affiche)[1] == []


def test_fichier_ailleurs():
    """A stream whose content would be a file of the reader's computer loses the way to it."""
    ailleurs = image(b"", "", F=Dictionary(Type=Name.Filespec, F="/etc/passwd"))
    assert b"passwd" not in en_clair(nettoyer_pdf(numerise(ailleurs))[0])


def test_vingt_pages_numerisees(capsys):
    """A scan of twenty pages at 200 dpi, in fax and in JPEG, is read as before; its time is printed."""
    page = Image.new("L", (1654, 2339), 255)
    trait, police = ImageDraw.Draw(page), ImageFont.load_default(22)
    for rang in range(60):
        trait.text((90, 60 + rang * 37), f"Attestation de droits, article L. 161-{rang}", fill=0, font=police)
    jpeg = io.BytesIO()
    page.convert("RGB").save(jpeg, "JPEG", quality=60)
    taille = {"Width": page.width, "Height": page.height}
    faces = (
        image(jpeg.getvalue(), "DCTDecode", ColorSpace=Name.DeviceRGB, **taille),
        image(
            familles_pdf.fax(page),
            "CCITTFaxDecode",
            BitsPerComponent=1,
            DecodeParms=Dictionary(K=-1, Columns=page.width, Rows=page.height),
            **taille,
        ),
    )
    contenu, debut = numerise(*faces * 10), time.process_time()
    propre, _ = nettoyer_pdf(contenu)
    secondes = time.process_time() - debut
    with capsys.disabled():
        print(f"\n20 pages à 200 dpi : {secondes:.1f} s de calcul, {len(contenu)} -> {len(propre)} octets")
    for avant, apres in list(zip(vues(contenu, 200), vues(propre, 200), strict=True))[:4]:
        assert ImageStat.Stat(ImageChops.difference(avant, apres)).mean[0] < 0.5
    assert secondes < 5


def _feuilles(*tons: int) -> bytes:
    """A scan of sheets of one grey each."""

    def feuille(ton: int) -> bytes:
        sortie = io.BytesIO()
        Image.new("L", (600, 450), ton).save(sortie, "JPEG")
        return sortie.getvalue()

    return numerise(
        *(image(feuille(ton), "DCTDecode", ColorSpace=Name.DeviceGray, Width=600, Height=450) for ton in tons)
    )


def _blanc(pages: int) -> bytes:
    document, sortie = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize("contenu", [_blanc(1), _blanc(3), _feuilles(255), _feuilles(0, 255)])
def test_un_pdf_qui_ne_montre_rien_le_dit(contenu):
    """A sheet scanned on its wrong side: said as of a picture; a blank page among others is nobody's slip."""
    assert examiner("scan.pdf", contenu).avertissements == ("vide",)


@pytest.mark.parametrize("nom", FAMILLES)
def test_un_pdf_qui_montre_ne_le_dit_pas(nom):
    assert "vide" not in nettoyer_pdf(FAMILLES[nom]())[1]


def test_un_mot_en_bas_d_une_page_n_est_pas_rien():
    def petit(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(b"BT /F 6 Tf 60 30 Td (lu) Tj ET")

    assert examiner("a.pdf", lettre(petit)).avertissements == ()
