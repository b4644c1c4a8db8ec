"""`make format`: put the code in form, mend what can be, draw the documents that follow the code."""

import subprocess
import sys
from pathlib import Path

from outils.portail import RACINE

FORMATEUR = Path(sys.executable).with_name("djangofmt")
COMMANDES = (
    [sys.executable, "-m", "ruff", "check", "--fix", "--quiet", "."],
    [sys.executable, "-m", "ruff", "format", "."],
    [str(FORMATEUR), "--quiet", "templates"],
)


def main() -> int:
    """Fix, format, draw."""
    for commande in COMMANDES:
        subprocess.run(commande, cwd=RACINE, check=False)
    for module in ("outils.typographie", "outils.regles", "outils.exigences", "outils.etats", "outils.garde"):
        subprocess.run([sys.executable, "-m", module], cwd=RACINE, check=True)
    subprocess.run([sys.executable, "-m", "outils.typage", "--abaisser"], cwd=RACINE, check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
