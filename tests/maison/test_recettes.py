"""The recipes of docs/recettes/ still apply, and name a test for each place; `python -m outils.recettes` plays them."""

import re
import subprocess
import tomllib

import pytest

from outils.recettes import gardes
from tests.maison.arbre import RACINE

RECETTES = sorted((RACINE / "docs/recettes").glob("*.patch"))


@pytest.mark.parametrize("patch", RECETTES, ids=lambda chemin: chemin.stem)
def test_a_recipe_applies_and_names_its_tests(patch):
    verifie = subprocess.run(["git", "apply", "--check", patch], cwd=RACINE, capture_output=True, text=True)
    assert verifie.returncode == 0, f"{verifie.stderr}\nrefaites le patch : la recette ne s’applique plus"
    recette = tomllib.loads(patch.with_suffix(".toml").read_text())
    touches = set(re.findall(r"^\+\+\+ b/(.*)$", patch.read_text(), re.MULTILINE))
    assert touches == {*recette["places"], recette["essai"]}
    for essai in recette["places"].values():
        fichier, _, nom = essai.partition("::")
        if fichier != recette["essai"]:
            assert f"def {nom.partition('[')[0]}(" in (RACINE / fichier).read_text(), essai


@pytest.mark.parametrize("garde", gardes(), ids=lambda une: une["nom"])
def test_a_guard_stands_where_its_table_says(garde):
    """`python -m outils.recettes gardes` takes it out, and the test that is named turns red."""
    assert (RACINE / garde["fichier"]).read_text().count(garde["avant"]) == 1
    fichier, _, nom = garde["essai"].partition("::")
    assert f"def {nom.partition('[')[0]}" in (RACINE / fichier).read_text()
