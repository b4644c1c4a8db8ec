"""`python -m outils.recettes profil`: play a recipe of docs/recettes/ on a copy of the tree, whole, then one place left out.

A recipe is a patch, and a table that names for each of its files the test that turns red when this file alone is left
as it was. Whole, all these tests are green; left out, no page breaks: a test says it, or the portal does not start.
`--sans <file>` plays one omission only.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from outils.portail import RACINE

RECETTES = RACINE / "docs/recettes"
# What the log of a page that raised says.
PAGE_CASSEE = "'event': 'request_failed'"


def places(nom: str) -> dict[str, str]:
    """Return, for each file that the recipe touches, the test that misses it."""
    return dict(tomllib.loads((RECETTES / f"{nom}.toml").read_text())["places"])


def copier(ou: Path) -> None:
    """Put the tree as git would clone it in `ou`, changes not committed included."""
    noms = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    liste = subprocess.run(noms, cwd=RACINE, capture_output=True, check=True).stdout
    for nom in filter(None, liste.decode().split("\0")):
        if (RACINE / nom).is_file():
            (ou / nom).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(RACINE / nom, ou / nom)
    subprocess.run(["git", "init", "--quiet"], cwd=ou, check=True)


def appliquer(nom: str, ou: Path, sans: str = "") -> None:
    """Apply the patch of a recipe to a copy, less the file `sans`."""
    exclure = [f"--exclude={sans}"] if sans else []
    subprocess.run(["git", "apply", *exclure, RECETTES / f"{nom}.patch"], cwd=ou, check=True)


def jouer(ou: Path, tests: list[str]) -> tuple[bool, bool]:
    """Return whether one of these tests fails in the copy, and whether a page answered 500 meanwhile."""
    commande = [sys.executable, "-m", "pytest", "-q", *tests]
    essai = subprocess.run(commande, cwd=ou, capture_output=True, text=True)
    return essai.returncode != 0, PAGE_CASSEE in essai.stdout


def main() -> None:
    """Play the recipe; leave with 1 when the whole is red, an omission green, or a page broken."""
    lecteur = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    lecteur.add_argument("recette", choices=sorted(chemin.stem for chemin in RECETTES.glob("*.patch")))
    lecteur.add_argument("--sans", help="leave out this file only")
    choix = lecteur.parse_args()
    tests = places(choix.recette)
    faux = 0
    for sans in [choix.sans] if choix.sans else ["", *tests]:
        with tempfile.TemporaryDirectory(prefix="recette-") as dossier:
            copier(Path(dossier))
            appliquer(choix.recette, Path(dossier), sans)
            rouge, cassee = jouer(Path(dossier), [tests[sans]] if sans else sorted(set(tests.values())))
        faux += rouge != bool(sans) or cassee
        dit = f"{'rouge' if rouge else 'vert'}{', une page répond 500' if cassee else ''}"
        print(f"{'sans ' + sans if sans else 'entière'} : {dit}", flush=True)
    sys.exit(bool(faux))


if __name__ == "__main__":
    main()
