"""`make vite`: what one needs while writing, in about three minutes on two cores.

The formats, the linters, the arrows; then, without browser nor processes, the tests of what changed since the last
commit (of the last commit itself when nothing did), the pure rules, the house and the matrix of access.
"""

import subprocess
import sys
import time
from pathlib import Path

from outils.portail import RACINE
from outils.verifier import Bilan, conclure, formes, tests

ESSAIS = RACINE / "var/essais-vite.xml"
LEGERS = "not (navigateur or pannes or lent or antivirus)"
NOYAU = {
    "tests/maison",
    "tests/matrice/test_matrice.py",
    *(str(regles.relative_to(RACINE)) for regles in RACINE.glob("tests/*/test_regles*.py")),
}
# What tries the pages of every room: for what belongs to none.
TOIT = {"tests/pages"}
# What only the tests of the house read.
DE_LA_MAISON = {"docs", "outils", "deploiement"}


def main() -> int:
    """Read, then play; return 0 when all hold."""
    debut = time.monotonic()
    bilan = Bilan()
    formes(bilan)
    voulus = NOYAU | tests_de(changes())
    choisis = sorted(un for un in voulus if str(Path(un).parent) not in voulus)
    print(f"• tests choisis : {' '.join(choisis)}", flush=True)
    tests(bilan, ["-m", LEGERS, *sys.argv[1:], *choisis], ESSAIS)
    return conclure(bilan, time.monotonic() - debut)


def changes() -> list[Path]:
    """Return the files that differ from the last commit; when none does, those of the last commit."""
    touches = _git("diff", "--name-only", "-z", "HEAD") + _git("ls-files", "-oz", "--exclude-standard")
    return [Path(nom) for nom in touches or _git("show", "--name-only", "--format=", "-z", "HEAD")]


def _git(*mots: str) -> list[str]:
    fait = subprocess.run(["git", *mots], cwd=RACINE, capture_output=True, text=True)
    return [nom for nom in fait.stdout.split("\0") if nom]


def tests_de(chemins: list[Path]) -> set[str]:
    """Return the tests to play for these files: a test is itself, a room has the folder of its name."""
    choisis: set[str] = set()
    for chemin in chemins:
        if chemin.suffix == ".md" or chemin.parts[0] in DE_LA_MAISON or "epreuves" in chemin.parts:
            continue
        if chemin.parts[0] == "tests" and chemin.name.startswith("test_"):
            choisis |= {str(chemin)} if (RACINE / chemin).exists() else set()
            continue
        choisis |= {f"tests/{mot}" for mot in chemin.parts if (RACINE / "tests" / mot).is_dir()} or TOIT
    return choisis


if __name__ == "__main__":
    sys.exit(main())
