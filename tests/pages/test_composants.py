"""Each component says its contract, works with the least it asks for, and stands in the gallery."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages.constants import INFO
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from demonstration import galerie
from outils import feuille_dsfr

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPOSANTS = sorted(chemin.name for chemin in (TEMPLATES / "composants").glob("*.html"))
FORMULAIRE = galerie.GalerieForm({})
PERIODE = galerie.PeriodeDeGalerie()

# The least that each component accepts.
MINIMUM = {
    "alerte_debut.html": {"niveau": "info", "titre": "T"},
    "alerte_fin.html": {},
    "selection_debut.html": {"libelle": "L", "nom": "s"},
    "selection_fin.html": {},
    "saisie.html": {"libelle": "L", "nom": "q", "valeur": ""},
    "alerte.html": {"niveau": "info", "titre": "T"},
    "annonces.html": {"annonces": [{"niveau": "info", "titre": "T"}]},
    "badge.html": {"libelle": "L"},
    "bouton.html": {"libelle": "L"},
    "case_de_ligne.html": {"nom": "n", "valeur": "v", "libelle": "L"},
    "carte.html": {"titre": "T", "texte": "t", "url": "/"},
    "champ.html": {"champ": FORMULAIRE["nom"]},
    "champ_erreurs.html": {"champ": FORMULAIRE["nom"]},
    "champs.html": {"form": galerie.GalerieForm()},
    "definitions.html": {"paires": [("a", "b")]},
    "entete.html": {},
    "etapes.html": {"etape": 1, "total": 3, "titre": "T"},
    "evitement.html": {},
    "fichiers.html": {"fichiers": [{"nom": "a.pdf"}]},
    "fin_de_session.html": {},
    "formulaire_erreurs.html": {"form": FORMULAIRE},
    "frise.html": {"evenements": [{"quand": "hier", "titre": "T"}]},
    "graphique.html": {"barres": []},
    "lien_bouton.html": {"libelle": "L", "url": "/"},
    "message.html": {"message": Message(INFO, "M")},
    "moyens.html": {"caisses": []},
    "obligation.html": {"form": galerie.GalerieForm()},
    "pagination.html": {"page": Paginator(range(30), 10).page(1)},
    "pagination_recherche.html": {
        "page": Paginator(range(30), 10).page(1),
        "mots": "M",
        "action": "/",
        "csrf_token": "J",
    },
    "periode.html": {"legende": "L", "du": PERIODE["du"], "au": PERIODE["au"]},
    "pied.html": {},
    "recherche.html": {"libelle": "L", "nom": "q", "valeur": ""},
    "tableau.html": {"legende": "L", "colonnes": [{"libelle": "A"}], "lignes": [["a"]]},
    "tableau_debut.html": {"legende": "L"},
    "tableau_fin.html": {},
    "vide.html": {"titre": "T", "texte": "t"},
}


@pytest.mark.parametrize("nom", COMPOSANTS)
def test_le_composant_dit_son_contrat(nom):
    contrat = re.match(r"(?:{# .* #}\n)+", (TEMPLATES / "composants" / nom).read_text())
    assert contrat and re.search(r"Required|Optional|No parameter|Required context", contrat[0])


@pytest.mark.parametrize("nom", COMPOSANTS)
def test_le_composant_se_contente_du_minimum(nom):
    html = render_to_string(f"composants/{nom}", MINIMUM[nom])
    assert "on" + "click" not in html
    assert 'style="' not in html


def test_le_composant_echappe_ce_qu_on_lui_donne():
    mechant = "<script>alert(1)</script>"
    contextes = {
        "alerte.html": {"niveau": "info", "titre": mechant, "texte": mechant},
        "badge.html": {"libelle": mechant},
        "carte.html": {"titre": mechant, "texte": mechant, "url": "/", "compte": mechant},
        "definitions.html": {"paires": [(mechant, mechant)]},
        "fichiers.html": {"fichiers": [{"nom": mechant}]},
        "frise.html": {
            "evenements": [{"quand": mechant, "titre": mechant, "texte": mechant, "auteur": mechant}]
        },
        "tableau.html": {
            "legende": mechant,
            "colonnes": [{"libelle": mechant}] * 2,
            "lignes": [[mechant] * 2],
        },
        "vide.html": {"titre": mechant, "texte": mechant},
        "recherche.html": {"libelle": "L", "nom": "q", "valeur": mechant},
    }
    for nom, contexte in contextes.items():
        assert "<script" not in render_to_string(f"composants/{nom}", contexte), nom


def test_la_galerie_montre_chaque_composant():
    # The ways of contact come from the database: they stand in the help.
    source = (
        (TEMPLATES / "pages/aide_article.html").read_text()
        + (TEMPLATES / "pages/galerie.html").read_text()
        + (TEMPLATES / "base.html").read_text()
    )
    source += (TEMPLATES / "composants/champ.html").read_text() + (
        TEMPLATES / "composants/champs.html"
    ).read_text()
    assert [nom for nom in COMPOSANTS if f"composants/{nom}" not in source] == []


def test_la_galerie_s_affiche(db):
    requete = RequestFactory().get("/demo/composants/")
    html = galerie.galerie(requete).content.decode()
    assert html.count("<h1") == 1
    assert "Erreur&nbsp;: " in html


def test_les_classes_du_systeme_de_design_restent_dans_les_composants():
    ailleurs = [
        str(chemin.relative_to(TEMPLATES))
        for chemin in TEMPLATES.rglob("*.html")
        if chemin.parent.name != "composants" and chemin.name != "base.html"
        if re.search(r'class="[^"]*\bfr-', chemin.read_text())
    ]
    assert ailleurs == []


def test_la_feuille_est_a_jour():
    assert feuille_dsfr.FEUILLE.read_text() == feuille_dsfr.feuille()
    assert feuille_dsfr.SPRITE.read_text() == feuille_dsfr.sprite()


def test_rien_de_ce_qui_est_reserve_a_l_etat():
    for chemin in (Path(settings.BASE_DIR) / "static").rglob("*.*"):
        texte = chemin.read_text(errors="replace")
        for reserve in ("Marianne", "Spectral", "@font-face", "fr-logo", "République"):
            assert reserve not in texte.replace("sans les polices", ""), f"{chemin.name} : {reserve}"


def test_les_icones_demandees_existent():
    connues = set(feuille_dsfr.ICONES) | {"marque"}
    demandees = {
        nom
        for chemin in TEMPLATES.rglob("*.html")
        for nom in re.findall(r'{% icone "([^"]+)"|\bicone="([^"]+)"', chemin.read_text())
    }
    assert {nom for couple in demandees for nom in couple if nom} <= connues


def test_a_shared_browser_remembers_nothing_that_is_typed():
    """Written by hand in a template, a field says so itself; those of the forms do by birth (socle/champs.py)."""
    bavards = [
        f"{chemin.relative_to(TEMPLATES)} {trouve[2].strip()[:60]}"
        for chemin in TEMPLATES.rglob("*.html")
        for trouve in re.finditer(
            r"<(input|textarea)\b((?:[^<>]|\{%.*?%\}|\{\{.*?\}\})*)>", chemin.read_text()
        )
        if not re.search(r'type="(hidden|checkbox|radio|submit|file)"|\bhidden\b|autocomplete=', trouve[2])
    ]
    assert bavards == []
