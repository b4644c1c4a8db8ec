"""The grid of the RGAA: each criterion has its evidence, each test that it names exists, the page says what it says."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from django.test import Client

from outils.exigences import fonctions
from socle.accessibilite import THEMES, Critere, declaration


def sans_preuve(critere: Critere) -> str:
    """Return what is missing of a criterion; empty when it is proved."""
    if critere.verdict == "NC":
        return "" if critere.ecart else f"{critere.numero} : l’écart n’est pas dit"
    if critere.preuve:
        chemin, _, nom = critere.preuve.partition("::")
        return "" if nom in fonctions(chemin) else f"{critere.numero} : {critere.preuve} n’existe plus"
    vu = re.match(r"(\d{4}-\d\d-\d\d) : \S", critere.constat)
    return "" if vu and dt.date.fromisoformat(vu[1]) else f"{critere.numero} : ni essai, ni constat daté"


def test_les_106_criteres_ont_leur_preuve():
    attendus = [f"{theme}.{n}" for theme, nombre in enumerate(THEMES, 1) for n in range(1, nombre + 1)]
    assert len(attendus) == 106
    assert [critere.numero for critere in declaration().criteres] == attendus
    assert {critere.verdict for critere in declaration().criteres} <= {"C", "NC", "NA"}
    assert [manque for critere in declaration().criteres if (manque := sans_preuve(critere))] == []


def test_un_essai_disparu_se_voit():
    assert sans_preuve(Critere("1.1", "C", preuve="tests/pages/test_rgaa.py::test_disparu"))
    assert sans_preuve(Critere("1.1", "C", preuve="tests/disparu.py::test_1"))
    assert sans_preuve(Critere("1.1", "C", constat="vu sans date"))
    assert sans_preuve(Critere("1.1", "NC"))


def test_l_etat_se_calcule():
    grille = declaration()
    tout = [Critere(str(n), "C") for n in range(3)]
    for criteres, etat, taux in (
        (tout, "totalement conforme", 100.0),
        ([*tout, Critere("4", "NC"), Critere("5", "NA")], "partiellement conforme", 75.0),
        ([tout[0], Critere("4", "NC"), Critere("5", "NC")], "non conforme", 33.3),
    ):
        essai = replace(grille, criteres=criteres)
        assert (essai.etat, essai.taux) == (etat, taux)


def test_la_declaration_dit_la_grille(db: None, settings: Any):
    grille = declaration()
    settings.EXPLOITANT = settings.EXPLOITANT | {"Éditeur": "CPAM d’exemple"}
    settings.SCHEMA_ACCESSIBILITE = "https://cpam.example/schema"
    html = " ".join(Client().get("/accessibilite/").content.decode().split())
    assert f"<strong>{grille.etat}</strong>" in html
    assert f"{grille.taux:.1f}".replace(".", ",") in html
    assert grille.referentiel in html
    assert "CPAM d’exemple s’engage" in html and 'href="https://cpam.example/schema"' in html
    for dit in (
        *(e.numero for e in grille.ecarts),
        *grille.pages,
        *grille.non_essayes,
        *grille.environnements,
    ):
        assert dit in html, dit
    assert f"Accessibilité&nbsp;: {grille.etat}" in html
