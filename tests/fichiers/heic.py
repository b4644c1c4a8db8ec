"""A photograph as an iPhone writes it: a grid of tiles, each coded apart, and the way to turn it."""

import io
import struct

import pillow_heif
from PIL import Image

TUILE = 512


def _boite(nom: bytes, contenu: bytes, version: int | None = None, drapeaux: int = 0) -> bytes:
    entete = b"" if version is None else struct.pack(">I", version << 24 | drapeaux)
    return struct.pack(">I4s", 8 + len(entete) + len(contenu), nom) + entete + contenu


def _coder(tuile: Image.Image) -> tuple[bytes, bytes]:
    """The parameters of the decoder, as a box, and the coded points of one tile."""
    sortie = io.BytesIO()
    pillow_heif.from_pillow(tuile).save(sortie, quality=90)
    octets = sortie.getvalue()
    debut = octets.index(b"hvcC") - 4
    parametres = octets[debut : debut + int.from_bytes(octets[debut : debut + 4])]
    place = octets.index(b"mdat")
    return parametres, octets[place + 4 : place - 4 + int.from_bytes(octets[place - 4 : place])]


def _places(codees: list[tuple[bytes, bytes]], plan: bytes, debut: int) -> bytes:
    """Where the points of each tile are, from `debut` on; then the plan of the grid."""
    places = []
    for un, (_, points) in enumerate(codees, 1):
        places.append(struct.pack(">HHHHII", un, 0, 0, 1, debut, len(points)))
        debut += len(points)
    places.append(struct.pack(">HHHHII", len(codees) + 1, 1, 0, 1, 0, len(plan)))
    return _boite(b"iloc", struct.pack(">BBH", 0x44, 0, len(places)) + b"".join(places), 1)


def photo_d_iphone(image: Image.Image, quarts: int = 0) -> bytes:
    """Return `image`, in mode RGB, in tiles; to be turned by so many quarters, against the clock, when it is shown."""
    colonnes, rangees = (-(-cote // TUILE) for cote in image.size)
    grille = image.crop((0, 0, colonnes * TUILE, rangees * TUILE))
    coins = [(x * TUILE, y * TUILE) for y in range(rangees) for x in range(colonnes)]
    codees = [_coder(grille.crop((x, y, x + TUILE, y + TUILE))) for x, y in coins]
    tuiles, rang = range(1, len(codees) + 1), len(codees) + 1
    infos = [_boite(b"infe", struct.pack(">HH4sx", un, 0, b"hvc1"), 2, 1) for un in tuiles]
    infos.append(_boite(b"infe", struct.pack(">HH4sx", rang, 0, b"grid"), 2))
    proprietes = (
        codees[0][0],
        _boite(b"ispe", struct.pack(">II", TUILE, TUILE), 0),
        _boite(b"ispe", struct.pack(">II", *image.size), 0),
        _boite(b"irot", bytes([quarts])),
    )
    liens = [struct.pack(">HBBB", un, 2, 0x81, 2) for un in tuiles] + [struct.pack(">HBBB", rang, 2, 3, 0x84)]
    plan = struct.pack(">BBBBHH", 0, 0, rangees - 1, colonnes - 1, *image.size)
    faite_de = struct.pack(f">HH{len(tuiles)}H", rang, len(tuiles), *tuiles)
    description = (
        _boite(b"hdlr", struct.pack(">I4s12xx", 0, b"pict"), 0)
        + _boite(b"pitm", struct.pack(">H", rang), 0)
        + _boite(b"iinf", struct.pack(">H", rang) + b"".join(infos), 0)
        + _boite(b"iref", _boite(b"dimg", faite_de), 0)
        + _boite(
            b"iprp",
            _boite(b"ipco", b"".join(proprietes))
            + _boite(b"ipma", struct.pack(">I", rang) + b"".join(liens), 0),
        )
        + _boite(b"idat", plan)
    )
    tete = _boite(b"ftyp", b"heic\0\0\0\0mif1heic")
    debut = len(tete) + len(_boite(b"meta", description + _places(codees, plan, 0), 0)) + 8
    meta = _boite(b"meta", description + _places(codees, plan, debut), 0)
    return tete + meta + _boite(b"mdat", b"".join(points for _, points in codees))
