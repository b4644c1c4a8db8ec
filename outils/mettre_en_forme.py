"""`make format`: put the code in form, mend what can be, draw the documents that follow the code."""

import subprocess
import sys

from outils.portail import RACINE


def main() -> int:
    """Fix, format, draw."""
    for commande in (["ruff", "check", "--fix", "--quiet"], ["ruff", "format"]):
        subprocess.run([sys.executable, "-m", *commande, "."], cwd=RACINE, check=False)
    for module in ("outils.typographie", "outils.regles", "outils.etats", "outils.garde"):
        subprocess.run([sys.executable, "-m", module], cwd=RACINE, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
