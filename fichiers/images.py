"""Pictures, inside the child process: laid flat on white paper, judged, drawn anew, put together into one document.

A picture that comes here may have any colour model, depth, transparency and orientation; what leaves shows what a
person sees on a white page, in grey or in RGB, upright, eight bits a point, and nothing else.
"""

import base64
import io
import json
from typing import Any, cast

import pi_heif
import pikepdf
from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, ImageStat

from fichiers.verdict import Refuse

# An A4 at 600 dpi has 35 million points, the largest ordinary telephone 50.
POINTS_MAX = 51_000_000
# An A4 page legible at 100 dpi; below, small print is lost.
PETITE = (800, 600)
SOMBRE, CLAIRE = 60, 250
# Compression of one colour moves a point by less than this.
UNIE = 16
# A page put together has its long side in 2 400 points: 205 dpi on an A4, whose height is 842 typographic points.
PAGE_POINTS = 2400
LECTURE_POINTS = 1900
A4_HAUTEUR = 842
A4_FORME = 1.414
# Longer than so many times its width, a picture is cut into sheets.
LONGUE, FEUILLES_MAX = 2.5, 40
APERCU_POINTS = 600
# Under the limit of one file, whatever the number of pages.
DOCUMENT_OCTETS = 9_500_000
QUALITES = (80, 60, 40)
TIFF_PAGES_MAX = 40
# What the points of a TIFF measure across for one down: a fax, what needs no change.
FAX, CARRES = (1 / 3, 3), (0.9, 1.1)
# Of a page of a TIFF: a small copy of another, or a mask (tag NewSubfileType).
_SOUS_FICHIER, _PAS_UNE_PAGE = 254, 1 | 4
# Whether the numbers of a TIFF have a sign (tag SampleFormat); without the tag they have none.
_SIGNES, _SANS_SIGNE = 339, (1,)
# Greys of less than eight bits, as the decoder names them -> what one step of theirs is worth in eight.
_PAS = {"L;2": 85, "L;4": 17}
# Greys of twelve bits, as scanners make them, are written in sixteen too.
_DOUZE_BITS = [min(valeur >> 4, 255) for valeur in range(1 << 16)]
_SEIZE_BITS = [valeur >> 8 for valeur in range(1 << 16)]
ILLISIBLE = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, Image.DecompressionBombError)
# What one does with a picture that cannot be read depends on who made it; usually it is taken again.
_SENS_DE_L_ECHEC = {"heif": "heic", "avif": "avif"}
# One thread, or none beside the one that a decoder asks for: the cage has no more.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pi_heif.register_heif_opener(decode_threads=0)


def se_preparer() -> None:
    """Do once, on a picture of ours, what will be done in the cage: no file of a library can be opened there."""
    exif = Image.Exif()
    exif[0x0112] = 6
    # Telephones keep a second picture behind a JPEG: Pillow has a decoder apart for those, and gives the first.
    for mode, forme, genre in (
        *(("RGB", "TIFF", "tiff"), ("RGB", "GIF", "gif"), ("RGB", "WEBP", "webp")),
        *(("RGB", "BMP", "bmp"), ("RGB", "JPEG2000", "jpeg2000")),
        *(("RGB", "MPO", "jpeg"), ("RGB", "JPEG", "jpeg"), ("RGBA", "PNG", "png")),
    ):
        essai, image = io.BytesIO(), Image.new(mode, (2, 2))
        autres: dict[str, Any] = {"append_images": [image], "save_all": True} if forme == "MPO" else {}
        image.save(essai, forme, exif=exif, **autres)
        nettoyer_image(essai.getvalue(), genre)
    ordres = json.dumps({"titre": "-", "images": [{"taille": essai.tell(), "rotation": 90}]}).encode()
    reunir(ordres + b"\n" + essai.getvalue())


def ouvrir(octets: bytes, formats: tuple[str, ...] = ("JPEG", "PNG")) -> Image.Image:
    """Return the picture, not decoded yet. Raise Refuse when it has too many points, one of ILLISIBLE."""
    Image.MAX_IMAGE_PIXELS = None  # the limit is checked here, before anything is decoded
    image = Image.open(io.BytesIO(octets), formats=formats)
    _mesurer(image)
    brut = image.tile[0][3] if image.tile else None
    pas = _PAS.get(brut) if isinstance(brut, str) else None
    if pas and "transparency" in image.info:
        # The decoder scales the points, and leaves the transparent one as it was written.
        image.info["transparency"] *= pas
    etiquettes = getattr(image, "tag_v2", {})
    image.info["sans_signe"] = bool(etiquettes) and etiquettes.get(_SIGNES, _SANS_SIGNE) == _SANS_SIGNE
    return image


def _mesurer(image: Image.Image) -> None:
    if image.width * image.height > POINTS_MAX:
        raise Refuse("trop-grande")


def a_plat(image: Image.Image) -> Image.Image:
    """Turn `image` upright, and return what a person sees of it on white paper: opaque, in mode L or RGB.

    Light ink on nothing, as a dark screen has it, would be lost on white: it is laid on black.
    """
    ImageOps.exif_transpose(image, in_place=True)
    if not image.has_transparency_data:
        return _huit_bits(image)
    alpha, encre = _alpha(image), _huit_bits(image)
    if image.format == "BMP" and not alpha.getbbox():
        # A copy of the screen of Windows leaves the fourth byte of its points empty: it says nothing of them.
        return encre
    page = _poser(encre, alpha, "white")
    if unie(page) and not unie(_poser(encre, alpha, "black")):
        return _poser(encre, alpha, "black")
    return page


def _points_carres(page: Image.Image, image: Image.Image) -> Image.Image:
    """A fax has twice as many points across as down: the page of such an `image` in its true shape."""
    large, haut = map(float, image.info.get("dpi") or (1, 1))
    forme = large / haut if large > 0 and haut > 0 else 1
    if not FAX[0] < forme < FAX[1] or CARRES[0] < forme < CARRES[1]:
        return page
    return page.resize((page.width, round(page.height * forme)))


def _alpha(image: Image.Image) -> Image.Image:
    """How opaque each point is, in mode L."""
    if image.mode.startswith("I;16"):
        transparent = image.info["transparency"]
        return image.convert("I").point([255 * (valeur != transparent) for valeur in range(1 << 16)], "L")
    return image.convert("LA" if image.mode == "La" else "RGBA").getchannel("A")


def _poser(encre: Image.Image, alpha: Image.Image, fond: str) -> Image.Image:
    page = Image.new(encre.mode, encre.size, fond)
    page.paste(encre, mask=alpha)
    return page


def _huit_bits(image: Image.Image) -> Image.Image:
    """The colours alone, in L or RGB: deep greys scaled, never cut."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode.startswith("I;16"):
        profonde = image.convert("I")
        en_douze = _extremes(profonde)[0][1] < 1 << 12
        return profonde.point(_DOUZE_BITS if en_douze else _SEIZE_BITS, "L")
    if image.mode in ("I", "F"):
        bas, haut = _extremes(image)[0]
        if image.mode == "I" and bas < 0 and image.info.get("sans_signe"):
            # Pillow reads thirty-two bits with a sign: their first eight are the tone.
            return Image.frombytes("RGBA", image.size, image.tobytes()).getchannel("A")
        # Measured as floats: a point that passes the last whole number of 32 bits comes back from the other end.
        zero = min(bas, 0)
        etendue = 255 if image.mode == "I" and bas >= 0 and haut <= 255 else (haut - zero) or 1
        return (
            image.convert("F")
            .point(lambda valeur: valeur * (255 / etendue) - zero * 255 / etendue)
            .convert("L")
        )
    if image.mode == "LAB":
        profils = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return cast(Image.Image, ImageCms.profileToProfile(image, *profils, outputMode="RGB"))
    if image.mode in ("La", "RGBa"):
        return _huit_bits(image.convert(image.mode.upper()))
    if image.mode in ("P", "PA"):
        # Through RGBA: the colours of a palette stay what they are under what is transparent.
        return image.convert("RGBA").convert("RGB")
    return image.convert("L" if image.mode in ("1", "LA") else "RGB")


def unie(image: Image.Image) -> bool:
    """Whether all its points have one colour, but for what compression moves."""
    return all(haut - bas < UNIE for bas, haut in _extremes(image))


def _extremes(image: Image.Image) -> list[tuple[float, float]]:
    """The least and the greatest value of each band; Pillow gives the pair itself when there is one band."""
    lus: Any = image.getextrema()
    return [lus] if len(image.getbands()) == 1 else list(lus)


def juger(image: Image.Image) -> list[str]:
    """Say what may make a picture, laid flat, hard to read: size, light (D-06)."""
    petite = max(image.size) < PETITE[0] or min(image.size) < PETITE[1]
    return ["petite"] * petite + lumiere(image)


def lumiere(image: Image.Image) -> list[str]:
    """Say whether a page is too dark or too light to be read, or shows nothing at all."""
    vignette = image.convert("L").reduce(max(1, max(image.size) // 400))
    moyenne = ImageStat.Stat(vignette).mean[0]
    if SOMBRE <= moyenne <= CLAIRE:
        return []
    return ["vide" if unie(image) else "sombre" if moyenne < SOMBRE else "claire"]


def nettoyer_image(contenu: bytes, genre: str) -> tuple[bytes, str, list[str]]:
    """Return the picture drawn anew, flat and upright, with its points and nothing else; its kind; what it lacks.

    Every other kind becomes one of those that are kept: a PDF when it has several pages. What moves is stopped at its first
    picture, and it is said. Raise Refuse.
    """
    try:
        if genre in _SENS_DE_L_ECHEC:
            _verifier_la_fin(contenu)
        with ouvrir(contenu, (genre.upper(),)) as image:
            if genre in ("tiff", "heif") and len(rangs := _pages(image)) > 1:
                return _relier(image, rangs)
            image.load()
            page = a_plat(image)
            if genre == "tiff":
                page = _points_carres(page, image)
            # A telephone keeps a second picture behind a JPEG: it does not move.
            bouge = genre not in ("jpeg", "tiff") and bool(getattr(image, "is_animated", False))
            avertissements = ["animee"] * bouge + juger(page)
            deux_tons = image.mode in ("1", "P") and not image.has_transparency_data
            if genre not in ("jpeg", "png"):
                genre = "png" if genre == "gif" or deux_tons else "jpeg"
            if deux_tons and page.size == image.size:
                # Two colours, or a palette: as they are, ten times smaller.
                page = image
            propre = _redessiner(page, genre)
            if genre == "jpeg" and len(contenu) < DOCUMENT_OCTETS < len(propre):
                # What was coded more tightly is no heavier for its owner than what he sent.
                propre = compresser(page, DOCUMENT_OCTETS)
            return propre, genre, avertissements
    except ILLISIBLE as erreur:
        raise Refuse(_SENS_DE_L_ECHEC.get(genre, "image-abimee")) from erreur


def _verifier_la_fin(contenu: bytes) -> None:
    """Raise EOFError when the last box of a HEIC, or of an AVIF, is cut: its decoder would make up the tiles that are missing."""
    place = 0
    while 0 <= place < len(contenu):
        taille = int.from_bytes(contenu[place : place + 4])
        if taille == 1:
            taille = int.from_bytes(contenu[place + 8 : place + 16])
        # None: up to the end.
        place += max(taille, 8) if taille else len(contenu) - place
    if place > len(contenu):
        raise EOFError


def _pages(image: Image.Image) -> list[int]:
    """The ranks of the pages, left at the first: a small copy or a mask is none. Raise Refuse when they are too many."""
    rangs = []
    for rang in range(getattr(image, "n_frames", 1)):
        image.seek(rang)
        if not image.getexif().get(_SOUS_FICHIER, 0) & _PAS_UNE_PAGE:
            rangs.append(rang)
    if len(rangs) > TIFF_PAGES_MAX:
        raise Refuse("trop-de-pages")
    image.seek(rangs[0] if rangs else 0)
    return rangs


def _relier(image: Image.Image, rangs: list[int]) -> tuple[bytes, str, list[str]]:
    """Put the pages of a TIFF, or the pictures of a HEIC, into one PDF."""
    document, dits = pikepdf.new(), []
    for rang in rangs:
        image.seek(rang)
        _mesurer(image)
        page = _points_carres(a_plat(image.copy()), image)
        page.thumbnail((PAGE_POINTS, PAGE_POINTS), Image.Resampling.BILINEAR)
        dits += _ajouter_page(document, page, compresser(page, DOCUMENT_OCTETS // len(rangs)))[
            "avertissements"
        ]
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue(), "pdf", list(dict.fromkeys(dits))


def _redessiner(image: Image.Image, genre: str) -> bytes:
    """The same points without any of the words that came with them (EXIF, GPS, comments, profiles)."""
    image.info.clear()
    image.getexif().clear()
    sortie = io.BytesIO()
    options = {"quality": 88} if genre == "jpeg" else {"compress_level": 4}
    image.save(sortie, genre.upper(), **options)
    return sortie.getvalue()


# --- Several pictures, one document


def reunir(contenu: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    """Return a PDF of one picture a page, or of several pages when it is long, turned as asked; what each shows. Raise Refuse.

    The input is one line of JSON, `{"titre": …, "images": [{"taille": bytes, "rotation": degrees clockwise}]}`, then
    the pictures end to end.
    """
    ordres, _, reste = contenu.partition(b"\n")
    document, pages = pikepdf.new(), []
    try:
        dit = json.loads(ordres)
        liste = dit["images"]
        for ordre in liste:
            octets, reste = reste[: ordre["taille"]], reste[ordre["taille"] :]
            feuilles = _feuilles(octets, ordre["rotation"])
            part = DOCUMENT_OCTETS // len(liste) // len(feuilles)
            pages += [_ajouter_page(document, une, compresser(une, part)) for une in feuilles]
    except ILLISIBLE as erreur:
        raise Refuse("image-abimee") from erreur
    _baliser(document, dit["titre"])
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue(), pages


def _feuilles(octets: bytes, rotation: int) -> list[Image.Image]:
    """A picture as it is laid on paper; a screen that was scrolled, or a till receipt, on as many sheets as it is long."""
    with ouvrir(octets) as image:
        longue = max(image.size) > LONGUE * min(image.size)
        if not longue:
            # A JPEG is read at the size that is needed, not at its own: half of a telephone's 4 000 points, in no time.
            image.draft("RGB", _au_plus(image.size, LECTURE_POINTS))
        page = a_plat(image)
    if not longue:
        page.thumbnail((PAGE_POINTS, PAGE_POINTS), Image.Resampling.BILINEAR)
    page = page.rotate(-rotation, expand=True)
    haut = max(round(page.width * A4_FORME), -(-page.height // FEUILLES_MAX)) if longue else page.height
    # A line that is cut at the foot of a sheet stands whole at the head of the next one.
    reprise = haut // 20
    hauts = range(0, max(1, page.height - reprise), haut - reprise)
    feuilles = (
        [page.crop((0, y, page.width, min(y + haut, page.height))) for y in hauts] if longue else [page]
    )
    for feuille in feuilles:
        feuille.thumbnail((PAGE_POINTS, PAGE_POINTS), Image.Resampling.BILINEAR)
    return feuilles


def _au_plus(taille: tuple[int, int], points: int) -> tuple[int, int]:
    """The same shape with its long side in so many points, when it is longer."""
    echelle = min(1, points / max(taille))
    return max(1, round(taille[0] * echelle)), max(1, round(taille[1] * echelle))


def _ajouter_page(document: pikepdf.Pdf, page: Image.Image, jpeg: bytes) -> dict[str, Any]:
    """Add the page; say what it looks like and what is wrong with it, as read again from what was written."""
    dessin = document.make_stream(
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=page.width,
        Height=page.height,
        ColorSpace=pikepdf.Name.DeviceGray if page.mode == "L" else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    echelle = A4_HAUTEUR / max(page.size)
    largeur, hauteur = round(page.width * echelle, 2), round(page.height * echelle, 2)
    feuille = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, largeur, hauteur],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Image=dessin)),
        Contents=document.make_stream(
            f"/Figure <</MCID 0>> BDC q {largeur} 0 0 {hauteur} 0 0 cm /Image Do Q EMC".encode()
        ),
    )
    document.pages.append(pikepdf.Page(feuille))
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as relue:
        # At the size of the preview: a whole page would take four times as long.
        relue.draft(page.mode, _au_plus(relue.size, APERCU_POINTS))
        relue.load()
        relue.thumbnail((APERCU_POINTS, APERCU_POINTS))
    apercu = io.BytesIO()
    relue.save(apercu, "JPEG", quality=60)
    return {"apercu": base64.b64encode(apercu.getvalue()).decode(), "avertissements": lumiere(relue)}


def _baliser(document: pikepdf.Pdf, titre: str) -> None:
    """Give tags, language and title (RGAA 13.3): each page is said to be a picture, whose words nobody has read."""
    balise = pikepdf.Name.StructElem
    racine = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
    corps = document.make_indirect(
        pikepdf.Dictionary(Type=balise, S=pikepdf.Name.Document, P=racine, K=pikepdf.Array())
    )
    parents = pikepdf.Array()
    for rang, page in enumerate(document.pages):
        dite = f"Page {rang + 1} sur {len(document.pages)}\N{NO-BREAK SPACE}: image numérisée, sans texte."
        figure = pikepdf.Dictionary(Type=balise, S=pikepdf.Name.Figure, P=corps, Pg=page.obj, K=0, Alt=dite)
        corps.K.append(document.make_indirect(figure))
        parents.append(rang)
        parents.append(pikepdf.Array([corps.K[-1]]))
        page.obj.StructParents, page.obj.Tabs = rang, pikepdf.Name.S
    racine.K, racine.ParentTree = corps, pikepdf.Dictionary(Nums=parents)
    document.Root.StructTreeRoot, document.Root.Lang = racine, "fr"
    document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    intituler(document, titre)


def intituler(pdf: pikepdf.Pdf, titre: str) -> None:
    """Give the document its title, which readers say and show first, in the place of the name of its file."""
    pdf.docinfo["/Title"] = titre
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def compresser(image: Image.Image, part: int) -> bytes:
    """Return a JPEG of at most `part` bytes, or the smallest that is still legible."""
    flux = io.BytesIO()
    for qualite in QUALITES:
        flux = io.BytesIO()
        image.save(flux, "JPEG", quality=qualite)
        if flux.tell() <= part:
            break
    return flux.getvalue()
