"""Files of the tests: good ones, bad ones, bombs and polyglots. All made here, nothing downloaded."""

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image, PngImagePlugin


def pdf(modifier: Callable[[pikepdf.Pdf], None] | None = None, texte: bytes = b"", **options) -> bytes:
    """Return a PDF of one page, `texte` in its content stream."""
    document = pikepdf.new()
    document.add_blank_page()
    if texte:
        document.pages[0].Contents = document.make_stream(b"BT (" + texte + b") Tj ET")
    if modifier:
        modifier(document)
    sortie = io.BytesIO()
    document.save(sortie, **options)
    return sortie.getvalue()


def jpeg(taille: tuple[int, int] = (1200, 900), couleur: str = "#c0c0c0", **options) -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", taille, couleur).save(sortie, "JPEG", **options)
    return sortie.getvalue()


def jpeg_de(fond: str, trait: str) -> bytes:
    """A page of one colour with a line of another."""
    image = Image.new("RGB", (1200, 900), fond)
    image.paste(trait, (100, 100, 900, 130))
    sortie = io.BytesIO()
    image.save(sortie, "JPEG")
    return sortie.getvalue()


def jpeg_de_telephone() -> bytes:
    """What a telephone writes: the photograph, turned, and a small grey one behind it (MPO, Ultra HDR)."""
    photo, exif = Image.new("RGB", (1200, 900), "#c0c0c0"), Image.Exif()
    photo.paste("#202020", (0, 0, 300, 300))
    exif[0x0112] = 6
    sortie = io.BytesIO()
    photo.save(
        sortie,
        "MPO",
        save_all=True,
        append_images=[Image.new("L", (300, 225), "white").convert("RGB")],
        exif=exif,
    )
    return sortie.getvalue()


def photographie(numero: int, octets: int) -> bytes:
    """A page with as many bars as its number, as a telephone takes it lying down: twelve million points, noise, about `octets`."""
    image = Image.blend(
        Image.effect_noise((4000, 3000), 90), Image.new("L", (4000, 3000), "#e0e0e0"), 0.65
    ).convert("RGB")
    for rang in range(numero):
        image.paste("#101010", (300, 200 + 250 * rang, 3700, 300 + 250 * rang))
    exif = Image.Exif()
    exif[0x0112] = 6
    for qualite in (60, 75, 85, 90, 93, 95, 97, 98, 99, 100):
        sortie = io.BytesIO()
        image.save(sortie, "JPEG", quality=qualite, exif=exif)
        if sortie.tell() >= octets:
            break
    return sortie.getvalue()


def barres(page: Image.Image) -> tuple[int, bool]:
    """Return how many bars a page shows, upright, and whether they begin at its right."""
    coupe = (
        page.convert("L").crop((0, page.height // 2 - 20, page.width, page.height // 2 + 20)).resize((300, 1))
    )
    sombres = [coupe.getpixel((x, 0)) < 110 for x in range(300)]
    debuts = [x for x in range(1, 300) if sombres[x] and not sombres[x - 1]]
    return len(debuts), 300 - debuts[-1] < debuts[0]


def png(taille: tuple[int, int] = (1200, 900), couleur: str = "#c0c0c0", **options) -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", taille, couleur).save(sortie, "PNG", **options)
    return sortie.getvalue()


def jpeg_bavard(mot: str) -> bytes:
    """A photograph that says where and by whom it was taken, upside down."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = mot
    exif[0x0112] = 3
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(exif=exif, comment=mot.encode(), icc_profile=mot.encode() * 20)


def png_bavard(mot: str) -> bytes:
    mots = PngImagePlugin.PngInfo()
    mots.add_text("Author", mot)
    mots.add_itxt("Comment", mot)
    return png(pnginfo=mots)


def pdf_bavard(mot: str) -> bytes:
    def modifier(document: pikepdf.Pdf) -> None:
        document.docinfo["/Author"] = mot
        with document.open_metadata() as metadonnees:
            metadonnees["dc:creator"] = [mot]
        document.pages[0].obj["/PieceInfo"] = pikepdf.Dictionary(X=pikepdf.String(mot))

    return pdf(modifier)


def _annotation(**cles: object) -> Callable[[pikepdf.Pdf], None]:
    def modifier(document: pikepdf.Pdf) -> None:
        document.pages[0].obj["/Annots"] = pikepdf.Array([pikepdf.Dictionary(**cles)])

    return modifier


def _beaucoup_d_objets(document: pikepdf.Pdf) -> None:
    document.Root["/X"] = pikepdf.Array(
        [document.make_indirect(pikepdf.Dictionary()) for _ in range(120_000)]
    )


def gonfle(debut: bytes, octets: int) -> bytes:
    """Return in a moment the zlib stream of `debut` followed by `octets` spaces: one block, repeated."""
    bloc = b" " * (1 << 20)
    gonfleur = zlib.compressobj(9, wbits=-15)
    tete = gonfleur.compress(debut) + gonfleur.flush(zlib.Z_FULL_FLUSH)
    corps = gonfleur.compress(bloc) + gonfleur.flush(zlib.Z_FULL_FLUSH)
    somme = zlib.adler32(debut)
    for _ in range(octets >> 20):
        somme = zlib.adler32(bloc, somme)
    return b"\x78\xda" + tete + corps * (octets >> 20) + gonfleur.flush() + struct.pack(">I", somme)


def bombe_pdf(octets: int) -> bytes:
    """A PDF whose table of objects unfolds to `octets` once inflated."""
    flux = gonfle(b"3 0 <</Type/Pages/Kids[]/Count 0>>", octets)
    corps = b"%PDF-1.5\n"
    places = []
    for numero, objet in (
        (1, b"<</Type/Catalog/Pages 3 0 R>>"),
        (
            2,
            b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(flux)
            + flux
            + b"\nendstream",
        ),
    ):
        places.append(len(corps))
        corps += b"%d 0 obj\n" % numero + objet + b"\nendobj\n"
    lignes = [(0, 0, 65535), (1, places[0], 0), (1, places[1], 0), (2, 2, 0), (1, len(corps), 0)]
    table = b"".join(struct.pack(">BIH", *ligne) for ligne in lignes)
    debut = len(corps)
    corps += b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table) + table
    return corps + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % debut


def bombe_png(cote: int) -> bytes:
    """A few kilobytes that claim a picture of `cote` × `cote` points."""

    def bloc(nom: bytes, contenu: bytes) -> bytes:
        return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))

    entete = struct.pack(">IIBBBBB", cote, cote, 8, 2, 0, 0, 0)
    points = zlib.compress(b"\0" * 10_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", entete) + bloc(b"IDAT", points) + bloc(b"IEND", b"")


def bombe_png_texte() -> bytes:
    """A small picture with a compressed comment of half a gigabyte."""
    contenu = b"Comment\0\0" + gonfle(b"a", 512 << 20)
    bloc = (
        struct.pack(">I", len(contenu)) + b"zTXt" + contenu + struct.pack(">I", zlib.crc32(b"zTXt" + contenu))
    )
    image = png()
    return image[:33] + bloc + image[33:]


AVIF = b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miaf" + b"\0" * 100
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 100
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DOCM = b"PK\x03\x04" + b"\0" * 26 + b"word/vbaProject.bin" + b"\0" * 200

# name, content, code of the refusal. What is stripped instead of refused: familles_pdf.py.
MAUVAIS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "vide": ("vide.pdf", lambda: b"", "vide"),
    "trop lourd": ("lourd.pdf", lambda: b"%PDF-1.7" + b"0" * 10_000_000, "trop-lourd"),
    "heic": ("photo.heic", lambda: HEIC, "heic"),
    "heic renommé": ("photo.jpg", lambda: HEIC, "heic"),
    "avif": ("photo.avif", lambda: AVIF, "avif"),
    "svg": ("dessin.svg", lambda: SVG, "format"),
    "svg renommé": ("dessin.png", lambda: SVG, "format"),
    "docm": ("lettre.docm", lambda: DOCM, "format"),
    "docm renommé": ("lettre.pdf", lambda: DOCM, "format"),
    "texte": ("virus.pdf", lambda: b"X5O!P%@AP", "format"),
    "double extension": ("document.pdf.exe", pdf, "extension"),
    "pdf tronqué": ("a.pdf", lambda: pdf()[:-60], "abime"),
    "pdf sans page": ("a.pdf", lambda: pdf(lambda d: d.pages.__delitem__(0)), "abime"),
    "jpeg tronqué": ("a.jpg", lambda: jpeg()[:2000], "image-abimee"),
    "png tronqué": ("a.png", lambda: png()[:300], "image-abimee"),
    "png d’en-tête seul": ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "image-abimee"),
    "pdf chiffré": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "chiffre"),
    "formulaire xfa": (
        "a.pdf",
        lambda: pdf(lambda d: d.Root.__setattr__("AcroForm", pikepdf.Dictionary(XFA=pikepdf.Array([])))),
        "scripts",
    ),
    "vidéo": ("a.pdf", lambda: pdf(_annotation(Subtype=pikepdf.Name("/RichMedia"))), "inclus"),
    "trop de pages": (
        "a.pdf",
        lambda: pdf(lambda d: [d.add_blank_page() for _ in range(300)] and None),
        "trop-de-pages",
    ),
}

# Answered in time whatever the answer is, the process that serves pages unharmed.
BOMBES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "objets gonflés, 4 Go": ("a.pdf", lambda: bombe_pdf(4 << 30)),
    "objets gonflés, 600 Mo": ("a.pdf", lambda: bombe_pdf(600 << 20)),
    "trop d’objets": ("a.pdf", lambda: pdf(_beaucoup_d_objets)),
    "emboîtement": (
        "a.pdf",
        lambda: pdf(
            lambda d: d.pages[0].Resources.__setitem__(
                "/ProcSet", pikepdf.Object.parse(b"[" * 400 + b"]" * 400)
            )
        ),
    ),
    "image de 100 000 points de côté": ("a.png", lambda: bombe_png(100_000)),
    "image de 30 000 points de côté": ("a.png", lambda: bombe_png(30_000)),
    "commentaire de 512 Mo": ("a.png", bombe_png_texte),
    "jpeg de 65 000 points de côté": (
        "a.jpg",
        lambda: jpeg().replace(struct.pack(">HH", 900, 1200), struct.pack(">HH", 65000, 65000), 1),
    ),
}
