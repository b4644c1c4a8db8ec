"""The child process that reads a file: full parse, dangerous contents, cleaning. Standard input to standard output.

A program of its own, started with nothing: no settings, no environment, no network use, no file it may write.
`controle.py` starts it and kills it. It is given a kind (pdf, jpeg, png; or reunir), reads the file from its input, and answers
one line of JSON, then the cleaned file:

    {"genre": "pdf", "avertissements": []}   or   {"refus": "scripts"}

What is given back is rebuilt from what a person sees of it (`images.py`, `pdf.py`, `flux.py`): what trails before,
after or between the parts of a file does not come through. A digital signature of a PDF is lost, and it is said.
"""

import ctypes
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

# Started as a program, isolated: it knows no folder.
sys.path.append(str(Path(__file__).parents[1]))

from fichiers.images import nettoyer_image, reunir
from fichiers.pdf import nettoyer_pdf
from fichiers.verdict import Refuse

MEMOIRE_MAX = 1 << 30
# Putting pictures together takes longer than reading one file.
CPU_SECONDES = {"reunir": 8}
CPU_SECONDES_ORDINAIRES = 6
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


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
