"""`python -m outils.recettes profil`: play a recipe of docs/recettes/ on a copy of the tree, whole, then one place left out;
all of them without a name. `gardes` takes out, one by one, the guards of docs/recettes/gardes.toml: a test turns red each time.

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


def recette(nom: str, sans_seulement: str = "") -> int:
    """Play a recipe, or one omission of it; return how often the whole is red, an omission green, or a page broken."""
    tests, faux = places(nom), 0
    for sans in [sans_seulement] if sans_seulement else ["", *tests]:
        with tempfile.TemporaryDirectory(prefix="recette-") as dossier:
            copier(Path(dossier))
            appliquer(nom, Path(dossier), sans)
            rouge, cassee = jouer(Path(dossier), [tests[sans]] if sans else sorted(set(tests.values())))
        faux += rouge != bool(sans) or cassee
        dit = f"{'rouge' if rouge else 'vert'}{', une page répond 500' if cassee else ''}"
        print(f"{nom}, {'sans ' + sans if sans else 'entière'} : {dit}", flush=True)
    return faux


def gardes() -> list[dict[str, str]]:
    """Return the guards: their name, their file, what is taken out, what stands there instead, the test that sees it."""
    return list(tomllib.loads((RECETTES / "gardes.toml").read_text())["garde"])


def oter(garde: dict[str, str], ou: Path) -> None:
    """Take a guard out of a copy; raise ValueError when it is not where the table says."""
    fichier = ou / garde["fichier"]
    if (texte := fichier.read_text()).count(garde["avant"]) != 1:
        raise ValueError(garde["nom"])
    fichier.write_text(texte.replace(garde["avant"], garde.get("apres", "")))


def sans_garde(garde: dict[str, str]) -> int:
    """Play the test of a guard without it; return 1 when it is green."""
    with tempfile.TemporaryDirectory(prefix="garde-") as dossier:
        copier(Path(dossier))
        oter(garde, Path(dossier))
        rouge, _ = jouer(Path(dossier), [garde["essai"]])
    print(f"sans {garde['nom']} : {'rouge' if rouge else 'VERT'}", flush=True)
    return not rouge


def main() -> None:
    """Play what is asked; leave with 1 when the whole is red, an omission green, or a page broken."""
    recettes = sorted(chemin.stem for chemin in RECETTES.glob("*.patch"))
    lecteur = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    lecteur.add_argument("nom", nargs="?", choices=["gardes", *recettes])
    lecteur.add_argument("--sans", default="", help="leave out this file only")
    choix = lecteur.parse_args()
    if choix.nom == "gardes":
        faux = sum(sans_garde(une) for une in gardes())
    else:
        faux = sum(recette(nom, choix.sans) for nom in ([choix.nom] if choix.nom else recettes))
    sys.exit(bool(faux))


if __name__ == "__main__":
    main()
