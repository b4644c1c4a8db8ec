"""Templates are put in form, and each line of theirs can be read in a diff."""

import subprocess

from outils.mettre_en_forme import FORMATEUR
from tests.maison.arbre import RACINE

COLONNES = 140


def test_templates_are_in_form():
    fait = subprocess.run([FORMATEUR, "--check", "templates"], cwd=RACINE, capture_output=True, text=True)
    assert fait.returncode == 0, f"make format\n{fait.stdout}{fait.stderr}"


def test_no_line_of_a_template_is_longer_than_the_page():
    longues = [
        f"{chemin.relative_to(RACINE)}:{rang}"
        for chemin in sorted((RACINE / "templates").rglob("*.html"))
        for rang, ligne in enumerate(chemin.read_text().splitlines(), 1)
        if len(ligne) > COLONNES
    ]
    assert longues == []
