"""One fault planted for each theme of the RGAA, in a template, a script, a sheet or a PDF: the test of the grid turns red.

The faults that one file of tests must see are planted together; each test has to fail, and to say its own fault.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from socle.accessibilite import THEMES, declaration
from tests.maison.course import copier_le_depot

HTML, NAVIGATEUR = "tests/pages/test_rgaa.py", "tests/e2e/test_rgaa.py"
# The exit code of pytest when a test failed: a fault that keeps it from starting proves nothing.
ROUGE = 1


@dataclass(frozen=True)
class Faute:
    """What is written in the place of what, the test that must see it, and what it must say."""

    theme: int
    fichier: str
    avant: str
    apres: str
    essai: str
    dite: str


FAUTES = (
    Faute(
        *(1, "templates/pages/aide_article.html", 'role="figure" ', ""),
        *(f"{HTML}::test_1_9_une_image_legendee_est_un_groupe_nomme", "figure sans nom"),
    ),
    Faute(
        *(2, "templates/base.html", '<div class="page">', '<iframe></iframe><div class="page">'),
        *(f"{HTML}::test_2_et_4_ni_cadre_ni_media", "iframe"),
    ),
    Faute(
        *(3, "static/portail/portail.css", "--trait-fort: #74899a", "--trait-fort: #8296a3"),
        *("tests/pages/test_couleurs.py::test_3_3_les_champs_se_voient", "trait-fort"),
    ),
    Faute(
        *(4, "templates/base.html", '<div class="page">', '<audio autoplay></audio><div class="page">'),
        *(f"{HTML}::test_2_et_4_ni_cadre_ni_media", "audio"),
    ),
    Faute(
        *(5, "templates/composants/tableau_debut.html", "<caption>{{ legende }}</caption>", ""),
        *(f"{HTML}::test_5_4_un_tableau_est_legende_et_ses_entetes_portent", "tableau sans légende"),
    ),
    Faute(
        *(6, "templates/signalements/demandes.html", ">{{ demande.reference }}</a>", ">Ouvrir</a>"),
        *(f"{HTML}::test_6_1_deux_liens_de_meme_nom_menent_au_meme_endroit", "Ouvrir →"),
    ),
    Faute(
        *(7, "static/portail/portail.js"),
        *('document.getElementById("fin-de-session-terminee").focus();', ""),
        *(f"{NAVIGATEUR}::test_7_5_la_fin_de_session_est_dite", "to be focused"),
    ),
    Faute(
        *(8, "templates/signalements/demandes.html"),
        *("{% if cherche %}Recherche{% else %}{{ titre }}{% endif %} – ", ""),
        *(f"{HTML}::test_8_6_le_titre_suit_la_recherche_le_filtre_et_la_page", "Demandes de la structure"),
    ),
    Faute(
        *(9, "templates/accounts/mot_de_passe_oublie.html"),
        *('<ul class="liens">', "<p><a href='/'>Un</a> · <a href='/aide/'>Deux</a></p><ul>"),
        *(f"{HTML}::test_9_3_une_suite_de_liens_est_une_liste", "Un · Deux"),
    ),
    Faute(
        *(10, "static/portail/portail.css", ":focus-visible { outline: 3px solid var(--focus) !important;"),
        "* { outline: none !important; box-shadow: none !important;",
        *("tests/e2e/test_clavier.py::test_le_focus_se_voit", "pixels changent"),
    ),
    Faute(
        *(11, "templates/composants/obligation.html", "data-obligation", ""),
        *(f"{HTML}::test_11_10_l_obligation_est_dite", "connexion"),
    ),
    Faute(
        *(12, "templates/pages/plan_du_site.html", "{% url 'formations' %}", "/aide/"),
        *(f"{HTML}::test_12_3_le_plan_du_site_mene_partout", "/formations/"),
    ),
    Faute(
        *(13, "socle/pdf.py", "if not identifiees:", "if identifiees:"),
        *("tests/pages/test_pdf.py::test_13_3_chaque_document_se_lit_a_voix_haute", "sans index"),
    ),
)
FICHIERS = sorted({faute.essai.partition("::")[0] for faute in FAUTES})


def planter(fautes: list[Faute], depot: Path) -> None:
    """Write the faults in a copy of the tree."""
    for faute in fautes:
        fichier = depot / faute.fichier
        texte = fichier.read_text()
        assert faute.avant in texte, f"{faute} has lost its place"
        fichier.write_text(texte.replace(faute.avant, faute.apres))


def test_each_theme_has_its_fault_and_each_fault_a_test_of_the_grid():
    assert sorted(faute.theme for faute in FAUTES) == list(range(1, len(THEMES) + 1))
    preuves = {(int(c.numero.split(".")[0]), c.preuve) for c in declaration().criteres}
    assert [faute for faute in FAUTES if (faute.theme, faute.essai) not in preuves] == []


@pytest.mark.parametrize("fichier", FICHIERS)
def test_the_faults_are_seen(fichier: str, tmp_path: Path):
    fautes = [faute for faute in FAUTES if faute.essai.startswith(fichier)]
    depot = copier_le_depot(tmp_path / "depot")
    planter(fautes, depot)
    essais = sorted({faute.essai for faute in fautes})
    commande = [sys.executable, "-m", "pytest", "-vv", "-n", "0", "-p", "no:cacheprovider", *essais]
    fait = subprocess.run(commande, cwd=depot, capture_output=True, text=True, check=False)
    assert fait.returncode == ROUGE, fait.stdout[-3000:]
    verts = [faute.essai for faute in fautes if f"FAILED {faute.essai}" not in fait.stdout]
    muets = [faute for faute in fautes if faute.dite not in fait.stdout]
    assert (verts, muets) == ([], []), fait.stdout[-3000:]
