"""What a file is before anything is stored: its size, its name, its magic number, then a full parse in a child.

The child (`examen.py`) is given the content through a pipe and gives it back cleaned through another: nothing is ever
written in clear on a disk. In production it is of another user, in another container (`lecteur.py`). It is killed when it takes too long; there are never more than a few of them at once, and a
structure that sends much waits for itself only.
"""

import functools
import json
import math
import os
import socket
import struct
import subprocess
import threading
import time
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from fichiers import lecteur
from fichiers.limites import (
    AVANT_L_ENTETE,
    ENTETE_LOIN,
    ENVOI_SECONDES,
    EXAMEN_SECONDES,
    EXAMENS_SIMULTANES,
    FICHIER_MAX,
    MORCEAU,
    NOM_MAX,
    SORTIE_MAX,
    TABLEAU_MAX,
    TABLEAU_SECONDES,
)
from fichiers.refus import AVERTISSEMENTS, Refus
from fichiers.tour import Tour
from socle.certain import certain

PROGRAMME = str(Path(__file__).with_name("examen.py"))
# Magic number -> kind; extensions that each kind may bear, the first is the one that we give.
SIGNATURES = {
    **{b"%PDF": "pdf", b"\xff\xd8\xff": "jpeg", b"\x89PNG": "png", b"GIF8": "gif"},
    **dict.fromkeys((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "tiff"),
}
EXTENSIONS = {"pdf": ("pdf",), "jpeg": ("jpg", "jpeg", "jpe", "jfif"), "png": ("png",)}
# What becomes one of these is named after what it became.
CONNUES = {
    "tif", "tiff", "gif", "webp", "bmp", "dib", "jp2", "jpx", "j2k", "heic", "heif", "hif", "avif", "pjp", "pjpeg",
}.union(*EXTENSIONS.values())  # fmt: skip
# Beyond this, what follows the last point of a name is a word of it.
EXTENSION_MAX = 5
TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
# What a text of cells never begins with: pictures, documents, archives, programs, pages.
_DOCUMENTS = (
    *(b"PK", b"MZ", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x7fELF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF"),
)
PAS_UN_TABLEAU = (b"%PDF", b"<", *_DOCUMENTS)
# Brands of the pictures of telephones, after « ftyp ».
_HEIC = (b"hei", b"hev", b"mif", b"msf")
_TETE = 4096
# The container of the old Office files, and of the new ones under a password.
_OLE = b"\xd0\xcf\x11\xe0"

_tour = Tour(EXAMENS_SIMULTANES)


@dataclass(frozen=True)
class Examine:
    """A file that may be stored: its name made safe, its kind, its cleaned content, what may make it hard to read.

    `lisible`: it has the tags, the language and the title that a screen reader needs.
    """

    nom: str
    genre: str
    contenu: bytes = field(repr=False)
    avertissements: tuple[str, ...] = ()
    lisible: bool = False


def examiner(nom: str, contenu: bytes, *, avant: float | None = None, pour: Hashable = None) -> Examine:
    """Check and clean a file that somebody sent. Raise Refus, with how to mend it.

    `avant`: instant of `time.monotonic()` by which the answer is due, when several files share one sending. `pour`:
    the structure that sends, whose files wait for each other and for nobody else's.
    """
    if not contenu:
        raise Refus("vide")
    if len(contenu) > FICHIER_MAX:
        raise Refus("trop-lourd")
    genre = _genre(nom, contenu[:_TETE])
    avant = time.monotonic() + ENVOI_SECONDES if avant is None else avant
    reponse, propre = _a_son_tour(genre, contenu, avant, EXAMEN_SECONDES, pour)
    devient = reponse.get("devient", genre)
    if devient != genre and len(propre) > FICHIER_MAX:
        raise Refus("trop-lourd")
    return Examine(
        nom_sur(nom, devient),
        devient,
        propre,
        tuple(reponse["avertissements"]),
        lisible=reponse.get("lisible", False),
    )


def lire_tableau(nom: str, contenu: bytes, *, pour: Hashable = None) -> tuple[str, list[list[Any]]]:
    """Return the kind (csv, xlsx, ods) of a table that somebody sent, and its rows of cells, the titles first.

    Raise Refus, with how to mend it.
    """
    if not contenu:
        raise Refus("vide")
    if len(contenu) > TABLEAU_MAX:
        raise Refus("tableau-lourd")
    genre = _genre_de_tableau(nom, contenu)
    try:
        _, lignes = _a_son_tour(genre, contenu, time.monotonic() + TABLEAU_SECONDES, TABLEAU_SECONDES, pour)
    except Refus as refus:
        if refus.code == "trop-complexe":
            raise Refus("tableau-complexe") from None
        raise
    return genre, json.loads(lignes)


def _genre_de_tableau(nom: str, contenu: bytes) -> str:
    """Return the kind that the first bytes tell; the extension decides between the two kinds of workbooks. Raise Refus."""
    if contenu.startswith(_OLE):
        raise Refus("classeur-ancien")
    extension = nom.rpartition(".")[2].lower()
    if contenu.startswith(b"PK"):
        if extension == "xlsm":
            raise Refus("classeur-macros")
        if extension not in ("xlsx", "ods"):
            raise Refus("format-tableau")
        return extension
    if contenu.startswith(PAS_UN_TABLEAU):
        raise Refus("format-tableau")
    return "csv"


@dataclass(frozen=True)
class PageReunie:
    """A page of a document put together: a small JPEG of it in base64, and what is wrong with it."""

    apercu: str = field(repr=False)
    avertissements: tuple[str, ...] = ()

    @property
    def vide(self) -> bool:
        """Whether the page is all black or all white: nothing of the picture came through, or it had nothing."""
        return "vide" in self.avertissements

    @property
    def conseils(self) -> list[str]:
        """The sentences on what may make it hard to read (D-06)."""
        return [AVERTISSEMENTS[code] for code in self.avertissements]


def reunir(
    nom: str, images: list[tuple[bytes, int]], *, titre: str = "", pour: Hashable = None
) -> tuple[Examine, list[PageReunie]]:
    """Put pictures (content, rotation in degrees clockwise) together into one PDF; say how each page looks.

    Raise Refus.
    """
    taillees = [{"taille": len(octets), "rotation": rotation} for octets, rotation in images]
    ordres = {"titre": titre or nom.rpartition(".")[0] or nom, "images": taillees}
    contenu = b"\n".join([json.dumps(ordres).encode(), b"".join(octets for octets, _ in images)])
    reponse, document = _a_son_tour(
        "reunir", contenu, time.monotonic() + ENVOI_SECONDES, ENVOI_SECONDES, pour
    )
    if len(document) > FICHIER_MAX:
        raise Refus("trop-lourd")
    pages = [PageReunie(une["apercu"], tuple(une["avertissements"])) for une in reponse["pages"]]
    avertissements = dict.fromkeys(code for page in pages for code in page.avertissements)
    return Examine(nom_sur(nom, "pdf"), "pdf", document, tuple(avertissements)), pages


def _a_son_tour(
    genre: str, contenu: bytes, avant: float, au_plus: float, pour: Hashable
) -> tuple[dict, bytes]:
    """Wait for the turn of the structure, then have the child work until `avant`, so long at most. Raise Refus.

    A file that is given less than its own time, and does not end, is not said to be complicated: others took it.
    """
    if not _tour.prendre(pour, avant - time.monotonic()):
        raise Refus("occupe")
    donne = min(au_plus, avant - time.monotonic())
    try:
        reponse, propre = _lire_en_enfant(genre, contenu, donne)
    except Refus as refus:
        if refus.code == "trop-complexe" and donne < au_plus and time.monotonic() >= avant:
            raise Refus("pas-le-temps") from None
        raise
    finally:
        _tour.rendre(pour)
    if "refus" in reponse:
        raise Refus(reponse["refus"], **reponse.get("lieu", {}))
    return reponse, propre


def barrieres() -> dict[str, bool]:
    """Return which barriers close the cage of the child, as the child says: asked until it answers, then kept."""
    try:
        return _barrieres()
    except (Refus, KeyError, OSError):
        return {}


@functools.cache
def _barrieres() -> dict[str, bool]:
    tenues = _lire_en_enfant("barrieres", b"-", EXAMEN_SECONDES)[0]["barrieres"]
    return {"compte_a_part": _compte_a_part(), **tenues}


def cage_sure(tenues: dict[str, bool]) -> bool:
    """Whether a fault of a parser stays inside: no system call, or neither file, nor network, nor process to reach."""
    return tenues.get("limites", False) and (
        tenues.get("seccomp", False) or (tenues.get("espaces", False) and tenues.get("landlock", False))
    )


def nom_sur(nom: str, genre: str) -> str:
    """Return a name that any computer accepts: no path, no control or direction character, the right extension."""
    base = unicodedata.normalize("NFC", nom.replace("\\", "/").rpartition("/")[2])
    racine, _, extension = base.rpartition(".")
    if extension.lower() not in CONNUES:
        racine, extension = base, EXTENSIONS[genre][0]
    elif extension.lower() not in EXTENSIONS[genre]:
        extension = EXTENSIONS[genre][0]
    visibles = "".join(
        " " if unicodedata.category(c)[0] in "CZ" else "_" if c in '<>:"|?*/\\' else c for c in racine
    )
    propre = " ".join(visibles.split()).strip(" .")[: NOM_MAX - 5].strip(" .")
    return f"{propre or 'document'}.{extension.lower()}"


def _genre(nom: str, tete: bytes) -> str:
    """Return the kind that the magic number tells; the portal names the file after it. Raise Refus.

    Another kind of ours in the name is a slip; the name of a program or of an office document is not.
    """
    # Looked for first: the length that opens it begins with what may stand before the others.
    if tete[4:8] == b"ftyp" and tete[8:11] in (b"avi", *_HEIC):
        return _nomme(nom, "avif" if b"avi" in tete[8:32] else "heif")
    if tete[4:8] == b"jP  ":
        return _nomme(nom, "jpeg2000")
    if tete.startswith(b"BM") and tete[6:10] == bytes(4):
        return _nomme(nom, "bmp")
    tete = tete.lstrip(AVANT_L_ENTETE)
    genre = next((genre for signature, genre in SIGNATURES.items() if tete.startswith(signature)), None)
    if tete.startswith(b"RIFF") and tete[8:12] == b"WEBP":
        genre = "webp"
    if genre is None and b"%PDF" in tete[:ENTETE_LOIN] and not _est_autre(tete):
        genre = "pdf"
    if genre is None:
        raise Refus("format")
    return _nomme(nom, genre)


def _nomme(nom: str, genre: str) -> str:
    """Return the kind, unless the name is that of a program or of an office document. Raise Refus."""
    extension = nom.rpartition(".")[2].lower() if "." in nom else ""
    if extension.isalpha() and len(extension) <= EXTENSION_MAX and extension not in CONNUES:
        raise Refus("extension")
    return genre


def _est_autre(tete: bytes) -> bool:
    """Whether another kind of file begins so, in which a PDF may stand: an archive, a program, a document."""
    return tete.startswith(_DOCUMENTS) or tete[257:262] == b"ustar"


def _lire_en_enfant(genre: str, contenu: bytes, secondes: float) -> tuple[dict, bytes]:
    """Run the child on the content, here or at the reader; anything but a whole answer in time is a refusal."""
    sortie = (_chez_le_lecteur if settings.LECTEUR else _ici)(genre, contenu, secondes)
    ligne, separateur, propre = sortie.partition(b"\n")
    try:
        reponse = json.loads(ligne) if separateur else {}
    except ValueError:
        reponse = {}
    if "refus" not in reponse and not (reponse.get("genre") == genre and propre):
        raise Refus("trop-complexe")
    return reponse, propre


def _ici(genre: str, contenu: bytes, secondes: float) -> bytes:
    mots, options = lecteur.commande(genre, PROGRAMME)
    with subprocess.Popen(
        mots, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, **options
    ) as enfant:
        garde = threading.Timer(secondes, enfant.kill)
        garde.start()
        try:
            _envoyer(certain(enfant.stdin), contenu)
            return _recevoir(certain(enfant.stdout))
        finally:
            garde.cancel()
            enfant.kill()


def _chez_le_lecteur(genre: str, contenu: bytes, secondes: float) -> bytes:
    """Have the reader's child work, which is another user's. Raise Refus when nobody listens."""
    with socket.socket(socket.AF_UNIX) as prise:
        garde = threading.Timer(secondes, prise.shutdown, (socket.SHUT_RDWR,))
        try:
            prise.settimeout(secondes)
            prise.connect(settings.LECTEUR)
            garde.start()
            with prise.makefile("wb", buffering=0) as entree, prise.makefile("rb", buffering=0) as sortie:
                _envoyer(entree, b"%s %d\n%s" % (genre.encode(), math.ceil(secondes), contenu))
                prise.shutdown(socket.SHUT_WR)
                return _recevoir(sortie)
        except (ConnectionResetError, TimeoutError, BrokenPipeError):
            return b""
        except OSError as erreur:
            raise Refus("occupe") from erreur
        finally:
            garde.cancel()


def _compte_a_part() -> bool:
    """Whether files are read by another user than this one."""
    if not settings.LECTEUR:
        return False
    with socket.socket(socket.AF_UNIX) as prise:
        prise.settimeout(EXAMEN_SECONDES)
        prise.connect(settings.LECTEUR)
        pair = prise.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    autre: int = struct.unpack("3i", pair)[1]
    return autre != os.getuid()


def _envoyer(entree: IO[bytes] | socket.SocketIO, contenu: bytes) -> None:
    """Give the whole content; a child that died meanwhile says so by its silence."""
    reste = memoryview(contenu)
    try:
        while reste:
            reste = reste[entree.write(reste) :]
    except BrokenPipeError:
        return
    finally:
        entree.close()


def _recevoir(sortie: IO[bytes] | socket.SocketIO) -> bytes:
    recu = bytearray()
    while morceau := sortie.read(MORCEAU):
        recu += morceau
        if len(recu) > SORTIE_MAX:
            raise Refus("trop-lourd")
    return bytes(recu)
