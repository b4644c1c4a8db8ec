"""The child process that reads a file: full parse, dangerous contents, cleaning. Standard input to standard output.

A program of its own, started with nothing: no settings, no environment, and closed in a cage (`cage.py`) before it
reads. `controle.py` starts it and kills it. It is given a kind (pdf, jpeg, png, tiff, gif, webp, bmp, jpeg2000, heif, avif; csv, xlsx, ods, whose rows
it gives back; reunir; or barrieres, to say what its cage holds), reads the file from its input, and answers one line of JSON,
then the cleaned file, and what it has become (a TIFF, a PDF):

    {"genre": "tiff", "devient": "pdf", "avertissements": []}   or   {"refus": "scripts"}

What is given back is rebuilt from what a person sees of it (`images.py`, `pdf.py`, `flux.py`): what trails before,
after or between the parts of a file does not come through. A digital signature of a PDF is lost, and it is said.
"""

import json
import sys
from pathlib import Path
from typing import Any

# Started as a program, isolated: it knows no folder.
sys.path.append(str(Path(__file__).parents[1]))

from fichiers import images, pdf, tableaux
from fichiers.cage import fermer
from fichiers.verdict import Refuse

# Putting pictures together takes longer than reading one file.
CPU_SECONDES = {"reunir": 8, "csv": 12, "xlsx": 12, "ods": 12}
CPU_SECONDES_ORDINAIRES = 6
# Their decoder hangs when it cannot start a thread.
AVEC_DES_FILS = ("heif",)


def traiter(genre: str, contenu: bytes) -> tuple[bytes, dict[str, Any]]:
    """Do what was asked: clean a PDF or a picture, or put pictures together; return the file and the answer."""
    if genre == "reunir":
        document, pages = images.reunir(contenu)
        return document, {"pages": pages}
    if genre in tableaux.GENRES_DE_TABLEAU:
        return tableaux.lire_tableau(contenu, genre), {}
    if genre == "pdf":
        propre, avertissements = pdf.nettoyer_pdf(contenu)
        return propre, {"avertissements": avertissements, "lisible": pdf.se_lit_a_voix_haute(propre)}
    propre, devient, avertissements = images.nettoyer_image(contenu, genre)
    return propre, {"devient": devient, "avertissements": avertissements}


def _se_preparer(genre: str) -> None:
    if genre in tableaux.GENRES_DE_TABLEAU:
        tableaux.se_preparer()
        return
    # A PDF holds pictures too.
    images.se_preparer()
    if genre == "pdf":
        pdf.se_preparer()


def main() -> None:
    """Read, check, answer. Whatever goes wrong is a refusal without a word of the content."""
    genre = sys.argv[1]
    _se_preparer(genre)
    tenues = fermer(CPU_SECONDES.get(genre, CPU_SECONDES_ORDINAIRES), fils=genre in AVEC_DES_FILS)
    contenu = sys.stdin.buffer.read()
    propre = b""
    reponse: dict[str, Any] = {"refus": "trop-complexe"}
    try:
        if genre == "barrieres":
            propre, dit = contenu, {"barrieres": tenues}
        else:
            propre, dit = traiter(genre, contenu)
        reponse = {"genre": genre} | dit
    except Refuse as refus:
        reponse = {"refus": str(refus), "lieu": refus.lieu}
    except Exception:
        # Memory, depth, a bug of a library: the same answer, and nothing of the content in a trace.
        reponse = {"refus": "trop-complexe"}
    sys.stdout.buffer.write(json.dumps(reponse).encode() + b"\n" + propre)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
