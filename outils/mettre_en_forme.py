"""`make format`: put the code in form and mend what the linter can mend."""

import subprocess
import sys

from outils.portail import RACINE


def main() -> int:
    """Format, then fix."""
    for commande in (["ruff", "check", "--fix", "--quiet"], ["ruff", "format"]):
        subprocess.run([sys.executable, "-m", *commande, "."], cwd=RACINE, check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
