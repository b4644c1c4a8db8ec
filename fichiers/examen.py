"""The child process that reads a file: full parse, dangerous contents, cleaning. Standard input to standard output.

A program of its own, started with nothing: no settings, no environment, no network use, no file it may write.
`controle.py` starts it and kills it. It is given a kind (pdf, jpeg, png; or reunir), reads the file from its input, and answers
one line of JSON, then the cleaned file:

    {"genre": "pdf", "avertissements": []}   or   {"refus": "scripts"}

What is given back is written anew, never copied: what trails before, after or between the parts of a file (another
format, an older revision, metadata of the camera) does not come through. A digital signature of a PDF is lost.
"""

import ctypes
import io
import json
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

# Started as a program, isolated: it knows no folder.
sys.path.append(str(Path(__file__).parents[1]))

from fichiers.images import nettoyer_image, reunir
from fichiers.verdict import Refuse

MEMOIRE_MAX = 1 << 30
# Putting pictures together takes longer than reading one file.
CPU_SECONDES = {"reunir": 8}
CPU_SECONDES_ORDINAIRES = 5
PAGES_MAX = 300
OBJETS_MAX = 100_000
PROFONDEUR_MAX = 60
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4

# Keys and kinds of actions met anywhere in a PDF -> why it is refused
CLES_REFUSEES = {
    "/JS": "scripts",
    "/JavaScript": "scripts",
    "/XFA": "scripts",
    "/EF": "inclus",
    "/EmbeddedFiles": "inclus",
    "/Collection": "inclus",
    "/RichMediaContent": "inclus",
    "/RichMediaSettings": "inclus",
}
VALEURS_REFUSEES = {
    "/S": {
        "/JavaScript": "scripts",
        "/Launch": "actions",
        "/ImportData": "actions",
        "/SubmitForm": "actions",
        "/GoToR": "actions",
        "/GoToE": "inclus",
        "/Rendition": "actions",
        "/RichMediaExecute": "scripts",
    },
    "/Type": {"/EmbeddedFile": "inclus"},
    "/Subtype": {
        "/FileAttachment": "inclus",
        "/RichMedia": "inclus",
        "/Screen": "inclus",
        "/Movie": "inclus",
        "/Sound": "inclus",
        "/3D": "inclus",
    },
}
# Opening a page, or the document, must not open anything else.
DECLENCHEURS = ("/OpenAction", "/AA")
SUR_PLACE = ("/GoTo", "/Named", "/SetOCGState", "/Hide", "/Trans")
# Who made it, when, with what, on which machine.
METADONNEES = ("/Metadata", "/PieceInfo", "/LastModified")


def se_limiter(genre: str = "") -> None:
    """Give up memory, time, files and memory dumps before reading the first byte; die with the parent."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_MAX, MEMOIRE_MAX))
    secondes = CPU_SECONDES.get(genre, CPU_SECONDES_ORDINAIRES)
    resource.setrlimit(resource.RLIMIT_CPU, (secondes, secondes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    systeme = ctypes.CDLL(None)
    systeme.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    systeme.prctl(_PR_SET_DUMPABLE, 0)


# --- PDF


def nettoyer_pdf(contenu: bytes) -> tuple[bytes, list[str]]:
    """Return a PDF written anew, without metadata. Raise Refuse."""
    try:
        # A damaged file that would open with pages missing is worse than a refusal.
        pdf = pikepdf.open(io.BytesIO(contenu), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as erreur:
        raise Refuse("chiffre") from erreur
    except (pikepdf.PdfError, ValueError) as erreur:
        raise Refuse("abime") from erreur
    with pdf:
        if pdf.is_encrypted:
            raise Refuse("chiffre")
        _verifier_pages(pdf)
        for objet in _objets(pdf):
            _verifier(objet)
        for cle in METADONNEES:
            if cle in pdf.Root:
                del pdf.Root[cle]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        sortie = io.BytesIO()
        pdf.save(
            sortie,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            fix_metadata_version=False,
        )
    return sortie.getvalue(), []


def _verifier_pages(pdf: pikepdf.Pdf) -> None:
    try:
        pages = len(pdf.pages)
    except (pikepdf.PdfError, ValueError) as erreur:
        raise Refuse("abime") from erreur
    if pages == 0:
        raise Refuse("abime")
    if pages > PAGES_MAX:
        raise Refuse("trop-de-pages")


def _objets(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary, indirect or nested, reachable or not; Refuse when there are too many."""
    a_voir: list[tuple[Any, int]] = []
    for vus, objet in enumerate(pdf.objects):
        if vus > OBJETS_MAX:
            raise Refuse("trop-complexe")
        a_voir.append((objet, 0))
        while a_voir:
            courant, profondeur = a_voir.pop()
            if profondeur > PROFONDEUR_MAX:
                raise Refuse("trop-complexe")
            if isinstance(courant, pikepdf.Dictionary | pikepdf.Stream):
                yield courant
            a_voir += [(enfant, profondeur + 1) for enfant in _enfants(courant)]


def _enfants(objet: Any) -> list[Any]:
    """What an object holds itself: references lead to objects that are met on their own."""
    if isinstance(objet, pikepdf.Dictionary | pikepdf.Stream):
        contenus = [objet[cle] for cle in objet.keys()]  # noqa: SIM118 (a pikepdf object is no mapping)
    elif isinstance(objet, pikepdf.Array):
        contenus = list(objet)
    else:
        return []
    composes = (pikepdf.Dictionary, pikepdf.Array)
    return [un for un in contenus if isinstance(un, composes) and not un.is_indirect]


def _verifier(objet: Any) -> None:
    """Refuse what acts or carries; drop metadata."""
    for cle in list(objet.keys()):
        if cle in CLES_REFUSEES:
            raise Refuse(CLES_REFUSEES[cle])
        if cle in VALEURS_REFUSEES:
            code = VALEURS_REFUSEES[cle].get(str(objet[cle]))
            if code:
                raise Refuse(code)
        for action in _actions(objet[cle]) if cle in DECLENCHEURS else ():
            if action not in SUR_PLACE:
                raise Refuse(VALEURS_REFUSEES["/S"].get(action, "actions"))
        if cle in METADONNEES:
            del objet[cle]


def _actions(valeur: Any) -> list[str]:
    """The kinds of actions that a trigger starts by itself."""
    if not isinstance(valeur, pikepdf.Dictionary):
        return []
    actions = [valeur, *(un for un in valeur.values() if isinstance(un, pikepdf.Dictionary))]
    return [str(action["/S"]) for action in actions if "/S" in action]


def traiter(genre: str, contenu: bytes) -> tuple[bytes, dict[str, Any]]:
    """Do what was asked: clean a PDF or a picture, or put pictures together; return the file and the answer."""
    if genre == "reunir":
        document, pages = reunir(contenu)
        return document, {"pages": pages}
    propre, avertissements = nettoyer_pdf(contenu) if genre == "pdf" else nettoyer_image(contenu, genre)
    return propre, {"avertissements": avertissements}


def main() -> None:
    """Read, check, answer. Whatever goes wrong is a refusal without a word of the content."""
    genre = sys.argv[1]
    se_limiter(genre)
    contenu = sys.stdin.buffer.read()
    propre, reponse = b"", {"refus": "trop-complexe"}
    try:
        propre, dit = traiter(genre, contenu)
        reponse = {"genre": genre} | dit
    except Refuse as refus:
        reponse = {"refus": str(refus)}
    except Exception:
        # Memory, depth, a bug of a library: the same answer, and nothing of the content in a trace.
        reponse = {"refus": "trop-complexe"}
    sys.stdout.buffer.write(json.dumps(reponse).encode() + b"\n" + propre)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
