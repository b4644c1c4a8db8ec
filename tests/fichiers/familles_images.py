"""Families of pictures: one drawing, written in each colour model, depth, transparency and orientation there is.

`FAMILLES` gives for each name the bytes of a file; all of them show `dessin()` on white paper.
"""

import functools
import io
import itertools
import struct
import zlib
from collections.abc import Callable

import pi_heif
import pillow_heif
from PIL import Image, ImageCms, ImageDraw

TAILLE = (320, 240)
# HEIC written by the one library, read by the other, as the portal has it.
pillow_heif.register_heif_opener()
pillow_heif.options.QUALITY = 90
pi_heif.register_heif_opener(decode_threads=0)


@functools.cache
def dessin() -> Image.Image:
    """Lines of « text », a framed photograph in two greys, nothing symmetric. Mode L."""
    page = Image.new("L", TAILLE, 255)
    trait = ImageDraw.Draw(page)
    for rang, longueur in enumerate((260, 220, 240, 90)):
        trait.rectangle((20, 20 + 24 * rang, 20 + longueur, 30 + 24 * rang), fill=0)
    trait.rectangle((20, 140, 120, 220), fill=170)
    trait.rectangle((60, 160, 120, 220), fill=85)
    return page


@functools.cache
def encre() -> Image.Image:
    """How opaque each point is, for black ink on nothing that gives the drawing on white."""
    return dessin().point([255 - valeur for valeur in range(256)])


def ecart(page: Image.Image, attendu: Image.Image | None = None) -> float:
    """Mean difference of two pictures, points of 0 to 255, laid at the same size; 255 when they have another shape."""
    attendu = attendu or dessin()
    if abs(page.width / page.height - attendu.width / attendu.height) > 0.02:
        return 255.0
    a, b = page.convert("L").resize(attendu.size), attendu
    return sum(abs(x - y) for x, y in zip(a.tobytes(), b.tobytes(), strict=True)) / len(b.tobytes())


# --- PNG written by hand: all that the format allows, also what Pillow does not write


def _bloc(nom: bytes, contenu: bytes) -> bytes:
    return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))


def _png(profondeur: int, modele: int, lignes: list[bytes], *blocs: tuple[bytes, bytes]) -> bytes:
    entete = struct.pack(">IIBBBBB", *TAILLE, profondeur, modele, 0, 0, 0)
    points = zlib.compress(b"".join(b"\0" + ligne for ligne in lignes))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _bloc(b"IHDR", entete),
            *(_bloc(*un) for un in blocs),
            _bloc(b"IDAT", points),
            _bloc(b"IEND", b""),
        )
    )


def _rangees(image: Image.Image) -> list[bytes]:
    octets = image.tobytes()
    return [octets[debut : debut + TAILLE[0]] for debut in range(0, len(octets), TAILLE[0])]


def _serrer(valeurs: list[int], profondeur: int) -> bytes:
    """Put values of `profondeur` bits side by side, the first in the high bits."""
    par_octet = 8 // profondeur
    return bytes(
        functools.reduce(lambda acc, v: acc << profondeur | v, valeurs[i : i + par_octet], 0)
        for i in range(0, len(valeurs), par_octet)
    )


def _large(octet: int, profondeur: int) -> bytes:
    return bytes([octet]) * (profondeur // 8)


def png_douze_bits() -> bytes:
    """Greys of twelve bits, as they come from a scanner, in sixteen."""
    douze = (b"".join(struct.pack(">H", v * 4095 // 255) for v in rang) for rang in _rangees(dessin()))
    return _png(16, 0, list(douze))


def png_gris(profondeur: int, transparent: bool) -> bytes:
    """Greys of 1 to 16 bits; white said transparent, or not."""
    haut = (1 << profondeur) - 1
    if profondeur < 8:
        lignes = [_serrer([round(v * haut / 255) for v in rang], profondeur) for rang in _rangees(dessin())]
    else:
        lignes = [b"".join(_large(v, profondeur) for v in rang) for rang in _rangees(dessin())]
    return _png(profondeur, 0, lignes, *([(b"tRNS", struct.pack(">H", haut))] if transparent else []))


def png_couleur(profondeur: int, transparent: bool) -> bytes:
    lignes = [b"".join(_large(v, profondeur) * 3 for v in rang) for rang in _rangees(dessin())]
    haut = struct.pack(">H", (1 << profondeur) - 1) * 3
    return _png(profondeur, 2, lignes, *([(b"tRNS", haut)] if transparent else []))


def png_alpha(profondeur: int, couleur: bool, dessous: int) -> bytes:
    """Black ink on nothing, `dessous` the colour hidden under what is transparent."""
    lignes = []
    for rang in _rangees(encre()):
        points = ((_large(0 if a else dessous, profondeur), _large(a, profondeur)) for a in rang)
        lignes.append(b"".join(ton * (3 if couleur else 1) + a for ton, a in points))
    return _png(profondeur, 6 if couleur else 4, lignes)


def png_palette(profondeur: int, transparence: str) -> bytes:
    """A palette of 2 to 256 colours; transparency of one entry, of several in degrees, or none."""
    tons = sorted({0, 255} if profondeur == 1 else {0, 85, 170, 255})
    noir_dessous = transparence == "degres"
    palette = b"".join(bytes([0 if noir_dessous else ton] * 3) for ton in tons)
    rang_de = {ton: rang for rang, ton in enumerate(tons)}
    proche = [rang_de[min(tons, key=lambda ton: abs(ton - valeur))] for valeur in range(256)]
    lignes = [_serrer([proche[v] for v in rang], profondeur) for rang in _rangees(dessin())]
    alphas = {
        "aucune": None,
        "une": bytes(0 if ton == 255 else 255 for ton in tons),
        "degres": bytes(255 - ton for ton in tons),
    }[transparence]
    return _png(profondeur, 3, lignes, (b"PLTE", palette), *([(b"tRNS", alphas)] if alphas else []))


# --- What Pillow writes


def _ecrire(image: Image.Image, forme: str, **options: object) -> bytes:
    sortie = io.BytesIO()
    image.save(sortie, forme, **options)
    return sortie.getvalue()


def heic_dix_bits(mode: str) -> bytes:
    """The photograph in ten bits that a telephone makes in high dynamic range."""
    plans = 3 if mode.startswith("RGB") else 1
    points = b"".join(struct.pack("<H", ton * 257) * plans for ton in dessin().tobytes())
    sortie = io.BytesIO()
    pillow_heif.encode(mode, TAILLE, points, sortie, quality=90, chroma=444)
    return sortie.getvalue()


def oriente(forme: str, orientation: int) -> bytes:
    """The drawing as a telephone stores it: turned, with the way back in its EXIF."""
    aller = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = dessin() if aller is None else dessin().transpose(aller)
    return _ecrire(image.convert("RGB"), forme, exif=exif.tobytes() if forme == "HEIF" else exif)


def anime(forme: str) -> bytes:
    """The drawing, then its negative: what moves is stopped at its first picture."""
    negatif = dessin().point([255 - valeur for valeur in range(256)])
    autres = [negatif.convert("RGB")]
    return _ecrire(dessin().convert("RGB"), forme, save_all=True, append_images=autres, duration=500)


def tiff_de_pages(pages: list[Image.Image], **options: object) -> bytes:
    """Several pages, as the feeder of a scanner or a fax makes them."""
    return _ecrire(pages[0], "TIFF", save_all=True, append_images=pages[1:], **options)


def _rgba(couleur: int) -> Image.Image:
    image = Image.new("RGBA", TAILLE, (couleur, couleur, couleur, 0))
    image.paste((0, 0, 0, 255), mask=encre())
    image.putalpha(encre())
    return image


def _cmjn(**options: object) -> bytes:
    return _ecrire(dessin().convert("RGB").convert("CMYK"), "JPEG", quality=95, **options)


FAMILLES: dict[str, Callable[[], bytes]] = {
    **{
        f"png gris {p} bits{' tRNS' * t}": functools.partial(png_gris, p, t)
        for p, t in itertools.product((2, 4, 8, 16), (False, True))
    },
    **{
        f"png couleur {p} bits{' tRNS' * t}": functools.partial(png_couleur, p, t)
        for p, t in itertools.product((8, 16), (False, True))
    },
    **{
        f"png {'couleur' if c else 'gris'} alpha {p} bits sur {d}": functools.partial(png_alpha, p, c, d)
        for p, c, d in itertools.product((8, 16), (False, True), (0, 128, 255))
    },
    **{
        f"png palette {p} bits {t}": functools.partial(png_palette, p, t)
        for p, t in itertools.product((2, 4, 8), ("aucune", "une", "degres"))
    },
    **{
        f"{forme} orientation {o}": functools.partial(oriente, forme, o)
        for forme, o in itertools.product(("JPEG", "PNG"), range(1, 9))
    },
    **{
        f"jpeg {mode}{' progressif' * p} {s}": functools.partial(
            lambda mode, p, s: _ecrire(dessin().convert(mode), "JPEG", progressive=p, subsampling=s),
            mode,
            p,
            s,
        )
        for mode, p, s in itertools.product(("L", "RGB"), (False, True), (0, 2))
    },
    "png gris 12 bits dans 16": png_douze_bits,
    "jpeg cmjn": _cmjn,
    "jpeg cmjn progressif": functools.partial(_cmjn, progressive=True),
    "jpeg rvb sans transformation": lambda: _ecrire(dessin().convert("RGB"), "JPEG", keep_rgb=True),
    "png alpha optimisé": lambda: _ecrire(_rgba(0), "PNG", optimize=True),
    "png gamma et profil": lambda: _ecrire(
        dessin().convert("RGB"),
        "PNG",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ),
}

# What is converted into a kind that is kept: every model and compression that a scanner, a fax or a screen writes.
A_CONVERTIR: dict[str, Callable[[], bytes]] = {
    **{
        f"tiff {mode} {compression}": functools.partial(
            lambda mode, compression: _ecrire(en_mode(mode), "TIFF", compression=compression),
            mode,
            compression,
        )
        for mode, compression in itertools.product(
            ("L", "LA", "P", "RGB", "RGBA", "RGBX", "CMYK", "LAB", "I;16", "I;16B"),
            ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"),
        )
        if (mode, compression) != ("I;16B", "raw") and (mode not in ("I;16B", "LAB") or compression == "raw")
    },
    **{
        f"tiff jpeg {mode}": functools.partial(
            lambda mode: _ecrire(dessin().convert(mode), "TIFF", compression="jpeg", quality=95), mode
        )
        for mode in ("L", "RGB", "YCbCr")
    },
    **{f"TIFF orientation {o}": functools.partial(oriente, "TIFF", o) for o in range(1, 9)},
    **{
        f"{forme} {mode}": functools.partial(
            lambda forme, mode: _ecrire(
                en_mode(mode), forme, **({"lossless": True} if forme == "WEBP" else {})
            ),
            forme,
            mode,
        )
        for forme, mode in (
            *itertools.product(("GIF", "WEBP"), ("L", "P", "RGB")),
            ("WEBP", "RGBA"),
            ("WEBP", "LA"),
        )
    },
    **{
        f"{forme} {mode}": functools.partial(lambda forme, mode: _ecrire(en_mode(mode), forme), forme, mode)
        for forme, mode in itertools.product(("HEIF", "AVIF"), ("L", "RGB", "RGBA", "LA"))
    },
    **{f"heic {mode}": functools.partial(heic_dix_bits, mode) for mode in ("I;16", "RGB;16")},
    **{
        f"{forme} orientation {o}": functools.partial(oriente, forme, o)
        for forme in ("HEIF", "AVIF")
        for o in range(1, 9)
    },
    "gif transparent": lambda: _ecrire(dessin().convert("P"), "GIF", transparency=255),
    **{f"WEBP orientation {o}": functools.partial(oriente, "WEBP", o) for o in range(1, 9)},
    "webp avec pertes": lambda: _ecrire(dessin().convert("RGB"), "WEBP", quality=90),
    "webp qui bouge": lambda: anime("WEBP"),
    "gif qui bouge": lambda: anime("GIF"),
}

# Two colours only: the drawing loses its greys, so does what is expected.
DEUX_TONS: dict[str, Callable[[], bytes]] = {
    "png gris 1 bit": functools.partial(png_gris, 1, False),
    "png gris 1 bit tRNS": functools.partial(png_gris, 1, True),
    **{f"png palette 1 bit {t}": functools.partial(png_palette, 1, t) for t in ("aucune", "une", "degres")},
}
DEUX_TONS_A_CONVERTIR: dict[str, Callable[[], bytes]] = {
    f"tiff deux tons {compression}": functools.partial(
        lambda compression: _ecrire(en_mode("1"), "TIFF", compression=compression), compression
    )
    for compression in ("raw", "group3", "group4", "tiff_ccitt", "tiff_lzw", "packbits")
}

# Models that no PNG nor JPEG holds to-day, but that a decoder may hand over.
MODES = (
    "1",
    "L",
    "LA",
    "La",
    "P",
    "PA",
    "RGB",
    "RGBA",
    "RGBa",
    "RGBX",
    "CMYK",
    "YCbCr",
    "HSV",
    "LAB",
    "I",
    "F",
)
MODES_SEIZE = ("I;16", "I;16L", "I;16B")


def en_mode(mode: str) -> Image.Image:
    """The drawing in memory, in a colour model of Pillow; through ink on nothing where it has transparency."""
    if mode in MODES_SEIZE:
        ordre = ">H" if mode.endswith("B") else "<H"
        return Image.frombytes(
            mode, TAILLE, b"".join(struct.pack(ordre, v * 257) for v in dessin().tobytes())
        )
    if mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        image = _rgba(0)
        if mode == "PA":
            image = Image.merge("PA", (Image.new("L", TAILLE, 0), encre()))
            image.putpalette(bytes(768))
        elif mode != "RGBA":
            image = image.convert({"La": "LA"}.get(mode, mode) if mode != "RGBa" else "RGBa")
        return image.convert("La") if mode == "La" else image
    if mode == "LAB":
        profils = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        return ImageCms.profileToProfile(dessin().convert("RGB"), *profils, outputMode="LAB")
    if mode in ("CMYK", "YCbCr", "HSV", "RGBX"):
        return dessin().convert("RGB").convert(mode)
    if mode == "1":
        return dessin().convert("1", dither=Image.Dither.NONE)
    return dessin().convert(mode)
