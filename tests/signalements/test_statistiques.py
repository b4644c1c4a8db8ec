"""Figures with pictures: scoped, the chart and the table tell the same, small numbers of a caisse stay hidden (D-15)."""

import datetime as dt
import re
from http import HTTPStatus

import pytest

from signalements.models.compteurs import Compteur
from signalements.statistiques.requetes import MOINS_DE_CINQ, Serie, de_la_caisse, de_la_structure
from signalements.workflow import Statut
from socle import horloge
from tests.distribution import connecte
from tests.signalements.fabrique import demande_en, deposer

ADRESSE = "/statistiques/"


def serie(series: list[Serie], cle: str) -> Serie:
    return next(une for une in series if une.cle == cle)


def nombres(series: list[Serie], cle: str) -> list[str]:
    return [point.texte for point in serie(series, cle).points]


@pytest.fixture
def six_demandes(technicien_metz):
    return [deposer(technicien_metz) for _ in range(6)]


def test_la_structure_compte_les_siennes(six_demandes, technicien_metz, technicien_grimaud):
    assert nombres(de_la_structure(technicien_metz), "mois")[-1] == "6"
    assert set(nombres(de_la_structure(technicien_grimaud), "mois")) == {"0"}


def test_la_caisse_compte_les_siennes(six_demandes, superviseur_moselle, administrateur_var):
    assert nombres(de_la_caisse(superviseur_moselle), "mois")[-1] == "6"
    assert set(nombres(de_la_caisse(administrateur_var), "mois")) == {"0"}


def test_d15_un_petit_nombre_ne_designe_personne(technicien_metz, superviseur_moselle):
    deposer(technicien_metz)
    point = serie(de_la_caisse(superviseur_moselle), "mois").points[-1]
    assert (point.texte, point.nombre) == (MOINS_DE_CINQ, 0)
    html = connecte(superviseur_moselle).get(ADRESSE).content.decode()
    assert f">{MOINS_DE_CINQ}<" in html
    # Its own figures are no secret for the structure.
    assert nombres(de_la_structure(technicien_metz), "mois")[-1] == "1"


def test_d15_ce_qui_est_efface_reste_un_nombre(six_demandes, superviseur_moselle, caisse_moselle):
    motif = six_demandes[0].motif
    Compteur.objects.create(
        mois=horloge.maintenant().date().replace(day=1),
        caisse=caisse_moselle,
        type_partenaire="EPCI",
        motif=motif,
        issue="information",
        delai="7",
        nombre=10,
    )
    assert serie(de_la_caisse(superviseur_moselle), "motifs").lignes[0] == [motif.libelle, "16"]


def test_les_delais_et_les_promesses(technicien_metz, agent_moselle):
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    type(demande).objects.filter(pk=demande.pk).update(
        deposee_le=demande.traitee_le - dt.timedelta(days=3), promise_le=demande.traitee_le.date()
    )
    series = de_la_structure(technicien_metz)
    assert nombres(series, "delais")[-1] == "3,0"
    assert nombres(series, "promesses")[-1].startswith("100")
    type(demande).objects.filter(pk=demande.pk).update(
        promise_le=demande.traitee_le.date() - dt.timedelta(days=2)
    )
    assert nombres(de_la_structure(technicien_metz), "promesses")[-1].startswith("0")


def test_l_image_et_le_tableau_disent_la_meme_chose(six_demandes, technicien_metz, superviseur_moselle):
    for compte in (technicien_metz, superviseur_moselle):
        html = connecte(compte).get(ADRESSE).content.decode()
        sections = html.split('<section class="panneau statistique"')[1:]
        assert len(sections) >= 4
        for section in sections:
            image = re.findall(r"<span>(.*?)</span> <strong>(.*?)</strong>", section)
            tableau = re.findall(r'<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>', section)
            assert image == tableau


def test_qui_les_voit(agent_moselle, dpo_moselle, national, gestionnaire_metz, administrateur_moselle):
    for compte in (agent_moselle, dpo_moselle, national):
        assert connecte(compte).get(ADRESSE).status_code == HTTPStatus.FORBIDDEN
    for compte in (gestionnaire_metz, administrateur_moselle):
        assert connecte(compte).get(ADRESSE).status_code == HTTPStatus.OK


def test_autant_de_requetes_pour_une_que_pour_vingt(
    technicien_metz, superviseur_moselle, django_assert_max_num_queries
):
    for rang in range(2):
        for _ in range(1 + 19 * rang):
            deposer(technicien_metz)
        with django_assert_max_num_queries(14):
            de_la_caisse(superviseur_moselle)
