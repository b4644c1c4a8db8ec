"""What the tests of the house read: the files of the repository, as git would clone them."""

import functools
import subprocess
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent.parent
APPS = (
    "socle",
    "conformite",
    "fichiers",
    "caisses",
    "conventions",
    "accounts",
    "signalements",
    "echanges",
    "information",
    "droits",
    "demonstration",
    "espace_partenaires",
)
BINAIRES = {".png", ".jpg", ".jpeg", ".pdf", ".ico", ".woff", ".woff2", ".gz", ".br", ".zip", ".webp"}


@functools.cache
def fichiers(*suffixes: str) -> tuple[Path, ...]:
    """Return the files that git knows or would add, with these suffixes (all when none), relative to the root."""
    commande = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    sortie = subprocess.run(commande, cwd=RACINE, capture_output=True, check=True).stdout.decode()
    chemins = sorted({Path(nom) for nom in sortie.split("\0") if nom and (RACINE / nom).is_file()})
    return tuple(chemin for chemin in chemins if not suffixes or chemin.suffix in suffixes)


def texte(chemin: Path) -> str:
    """Return the text of a file of the repository."""
    return (RACINE / chemin).read_text(errors="replace")


def python_ecrit() -> list[Path]:
    """Return the Python files that people write: everything but migrations."""
    return [chemin for chemin in fichiers(".py") if "migrations" not in chemin.parts]
