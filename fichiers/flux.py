"""The streams of a PDF, inside the child process: decoded within bounds, and encoded again.

Every picture is decoded and compressed anew, whatever its filter, a JPEG as finely as it was; so is every other stream.
Nothing is copied.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageChops
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from fichiers.images import ILLISIBLE, POINTS_MAX, compresser
from fichiers.polices import cmap, lettrage
from fichiers.verdict import Refuse

Name = pikepdf.Name
# All that a document unfolds to: a scan in colour of twenty pages at 300 dpi, without any loss.
DECODES_MAX = 550_000_000
# What is not a picture: the contents of a page, a font.
AUTRE_MAX = 60_000_000
# Some makers end the points of a picture with a line too many; nobody with this much.
EN_TROP_MAX = 1 << 16
_PNG_PREDICTEUR = 10
_CANAUX = {"/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceCMYK": 4}
# A stream that is not what it says.
_CASSE = (
    *ILLISIBLE,
    pikepdf.PdfError,
    zlib.error,
    pypdfium2.PdfiumError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
)
# Colours of a palette; glyphs of a font, two bytes each.
_REFAITS: dict[str, Callable[[bytes], bytes]] = {
    "lettrage": lettrage,
    "cmap": cmap,
    "palette": lambda contenu: contenu[:1024],
    "rangs": lambda contenu: contenu[: 1 << 17],
}
# How Pillow names so many colours of a JPEG, neither read nor written in another way than they are.
_BRUTS = {1: "L", 3: "YCbCr", 4: "CMYK"}


class Reste:
    """How many bytes a document may still unfold to."""

    def __init__(self) -> None:
        self.octets = DECODES_MAX

    def prendre(self, octets: int) -> None:
        """Count them; raise Refuse when there are too many."""
        self.octets -= octets
        if self.octets < 0:
            raise Refuse("trop-complexe")


def refaire(flux: Any, genre: str, reste: Reste) -> None:
    """Encode one stream again, in place, as its kind is (`cles.py`). Raise Refuse."""
    try:
        if genre == "pixels":
            _refaire_image(flux, reste)
        else:
            contenu = _deplier(flux, min(AUTRE_MAX, reste.octets))
            reste.prendre(len(contenu))
            flux.write(_REFAITS[genre](contenu) if genre in _REFAITS else contenu)
    except _CASSE as erreur:
        raise Refuse("abime") from erreur


def _filtres(flux: Any) -> list[str]:
    filtres = flux.get("/Filter", [])
    return [str(un) for un in (filtres if isinstance(filtres, pikepdf.Array) else [filtres])]


def _parametres(flux: Any) -> Any:
    parametres = flux.get("/DecodeParms")
    if isinstance(parametres, pikepdf.Array):
        parametres = parametres[-1] if len(parametres) else None
    return parametres if isinstance(parametres, pikepdf.Dictionary) else None


def _deplier(flux: Any, borne: int) -> bytes:
    """Return the decoded bytes; look at what they unfold to before they do. Raise Refuse, PdfError."""
    if _filtres(flux)[:1] == ["/FlateDecode"]:
        gonflees = sum(len(un) for un in _inflater(flux.read_raw_bytes(), borne))
        if gonflees > borne:
            raise Refuse("trop-complexe")
    contenu: bytes = flux.read_bytes(pikepdf.StreamDecodeLevel.specialized)
    if len(contenu) > borne:
        raise Refuse("trop-complexe")
    return contenu


def _inflater(brut: bytes, borne: int) -> Iterator[bytes]:
    """Give the inflated pieces, a little beyond `borne` at most; a stream cut at its end gives what it has."""
    gonfleur = zlib.decompressobj()
    donnes = 0
    while brut and not gonfleur.eof and donnes <= borne:
        morceau = gonfleur.decompress(brut, 1 << 20)
        brut = gonfleur.unconsumed_tail
        donnes += len(morceau)
        yield morceau


# --- Pictures


def _refaire_image(flux: Any, reste: Reste) -> None:
    if int(flux.Width) * int(flux.Height) > POINTS_MAX:
        raise Refuse("trop-grande")
    filtres = _filtres(flux)
    dernier = filtres[-1] if filtres else ""
    if dernier == "/DCTDecode":
        _refaire_jpeg(flux, filtres)
    elif dernier in ("/JBIG2Decode", "/JPXDecode", "/CCITTFaxDecode"):
        _redessiner(flux, dernier)
    else:
        _recomprimer(flux, filtres, reste)


def _refaire_jpeg(flux: Any, filtres: list[str]) -> None:
    parametres = _parametres(flux)
    contenu = _sous_le_jpeg(flux) if len(filtres) > 1 else flux.read_raw_bytes()
    propre = jpeg_refait(contenu)
    transformation = parametres.get("/ColorTransform") if parametres is not None else None
    decodage = None if transformation is None else pikepdf.Dictionary(ColorTransform=int(transformation))
    flux.write(propre, filter=Name.DCTDecode, decode_parms=decodage)


def _sous_le_jpeg(flux: Any) -> bytes:
    """Undo the filters laid over a JPEG, and leave the JPEG."""
    with pikepdf.new() as document:
        seul = document.make_stream(flux.read_raw_bytes())
        seul.Filter = pikepdf.Array(list(flux.Filter)[:-1])
        return _deplier(seul, AUTRE_MAX)


def jpeg_refait(contenu: bytes) -> bytes:
    """Return a JPEG decoded and encoded again, as finely; its words gone, and what no point comes from. Raise one of ILLISIBLE.

    Its colours are left as they were written, and what says how they were turned.
    """
    debut = contenu.find(b"\xff\xd8")
    if debut < 0:
        raise ValueError("jpeg")
    # Of the two pictures of a telephone, `Image.open` may give both.
    with JpegImageFile(io.BytesIO(contenu[debut:])) as image:
        if image.width * image.height > POINTS_MAX:
            raise Refuse("trop-grande")
        finesses = [image.quantization[couleur[3]] for couleur in image.layer[:2]]
        options: dict[str, Any] = {
            "qtables": finesses,
            "subsampling": get_sampling(image),
            "optimize": "progressive" in image.info,
        }
        image._mode = brut = _BRUTS[image.layers]
        image.tile = [un._replace(args=(brut, brut)) for un in image.tile]
        image.load()
        couleurs = _couleurs(image)
        # Pillow writes four colours the other way round, as Adobe does.
        points = ImageChops.invert(image) if brut == "CMYK" else image
        points.info.clear()
        sortie = io.BytesIO()
        points.save(sortie, "JPEG", **options)
    neuf = sortie.getvalue()
    # What the encoder says of the colours comes first, in one segment: as the original says it instead.
    return neuf[:2] + couleurs + neuf[4 + int.from_bytes(neuf[4:6], "big") :]


def _couleurs(image: JpegImageFile) -> bytes:
    """The segments that say how the colours were turned, of JFIF and of Adobe, as many as the picture had."""
    jfif = "jfif" in image.info
    en_rvb = not jfif and bytes(couleur[0] for couleur in image.layer) == b"RGB"
    tour = image.info.get("adobe_transform", 0 if en_rvb else None)
    adobe = b"" if tour is None else b"\xff\xee\0\x0eAdobe\0d\0\0\0\0" + bytes([tour])
    return b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" * jfif + adobe


def _recomprimer(flux: Any, filtres: list[str], reste: Reste) -> None:
    """Points without a format of their own: as many as the picture has, no more."""
    parametres = _parametres(flux)
    predicteur = int(parametres.get("/Predictor", 1)) if parametres is not None else 1
    rangee = (int(flux.Width) * _bits(flux) + 7) // 8
    if filtres == ["/FlateDecode"] and predicteur > 1:
        # Under their predictor, which has them ten times smaller.
        attendus = int(flux.Height) * (rangee + (predicteur >= _PNG_PREDICTEUR))
        contenu = b"".join(_inflater(flux.read_raw_bytes(), attendus + EN_TROP_MAX))
        cles = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")
        gardes = pikepdf.Dictionary({cle: int(parametres[cle]) for cle in cles if cle in parametres})
    else:
        attendus, gardes = int(flux.Height) * rangee, None
        contenu = _deplier(flux, attendus + EN_TROP_MAX)
    if len(contenu) > attendus + EN_TROP_MAX:
        raise Refuse("trop-complexe")
    reste.prendre(attendus)
    flux.write(zlib.compress(contenu[:attendus], 3), filter=Name.FlateDecode, decode_parms=gardes)


def _bits(flux: Any) -> int:
    """Bits of one point; those of the widest colours when they are not said."""
    if bool(flux.get("/ImageMask", False)):
        return 1
    espace = flux.get("/ColorSpace")
    nom = str(espace[0] if isinstance(espace, pikepdf.Array) else espace)
    canaux = len(espace[1]) if nom == "/DeviceN" else _CANAUX.get(nom, 3)
    return canaux * int(flux.get("/BitsPerComponent", 8))


def _redessiner(flux: Any, filtre: str) -> None:
    """A picture in a format that few readers decode safely: decoded here, written plainly."""
    image = _points(flux, filtre)
    if filtre == "/JPXDecode":
        flux.write(compresser(image, 2 * len(flux.read_raw_bytes())), filter=Name.DCTDecode)
        flux.ColorSpace = Name.DeviceGray if image.mode == "L" else Name.DeviceRGB
        flux.BitsPerComponent = 8
        for cle in ("/Decode", "/SMaskInData"):
            if cle in flux:
                del flux[cle]
    else:
        # One bit a point, the meaning of which stays what the picture says.
        bits = image.convert("1", dither=Image.Dither.NONE).tobytes()
        flux.write(zlib.compress(bits, 6), filter=Name.FlateDecode)
        flux.BitsPerComponent = 1
    flux.Width, flux.Height = image.size


def _points(flux: Any, filtre: str) -> Image.Image:
    """Decode a picture by PDFium, alone in a document of its own; in mode L or RGB."""
    with pikepdf.new() as document:
        document.add_blank_page()
        seule = document.copy_foreign(flux)
        for cle in ("/SMask", "/Mask", "/Decode", "/ImageMask", "/Intent", "/SMaskInData"):
            if cle in seule:
                del seule[cle]
        if filtre != "/JPXDecode":
            seule.ColorSpace, seule.BitsPerComponent = Name.DeviceGray, 1
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=seule))
        document.pages[0].Contents = document.make_stream(b"/I Do")
        sortie = io.BytesIO()
        document.save(sortie, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    with pypdfium2.PdfDocument(sortie.getvalue()) as lu:
        dessins = list(lu[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        if not dessins:
            raise Refuse("abime")
        image: Image.Image = dessins[0].get_bitmap(render=False).to_pil()
        return image.convert("L" if image.mode in ("1", "L") or filtre != "/JPXDecode" else "RGB")
