"""Figures with pictures: scoped, the chart and the table tell the same, small numbers stay hidden on both sides (D-15)."""

import datetime as dt
import html
import re
from http import HTTPStatus

import pytest
import time_machine
from django.db.models import F

from caisses.models import Motif
from conformite.purge import purger
from signalements.actions import instruction
from signalements.aiguillage.actions import aiguiller
from signalements.models.demandes import Demande
from signalements.statistiques.nation import de_la_nation
from signalements.statistiques.requetes import Serie, de_la_caisse, de_la_structure
from signalements.workflow import Statut
from socle import horloge
from socle.petits_nombres import MOINS_DE_ONZE, NON_MONTRE
from tests.distribution import connecte
from tests.signalements.fabrique import demande_en, deposer

ADRESSE = "/statistiques/"
SANS_LIEN = re.compile(r"<span.*?</span>|<[^>]*>")


def serie(series: list[Serie], cle: str) -> Serie:
    return next(une for une in series if une.cle == cle)


def nombres(series: list[Serie], cle: str) -> list[str]:
    return [point.texte for point in serie(series, cle).points]


@pytest.fixture
def onze_demandes(technicien_metz):
    return [deposer(technicien_metz) for _ in range(11)]


def test_la_structure_compte_les_siennes(onze_demandes, technicien_metz, technicien_grimaud):
    assert nombres(de_la_structure(technicien_metz), "mois")[-1] == "11"
    assert set(nombres(de_la_structure(technicien_grimaud), "mois")) == {"0"}


def test_la_caisse_compte_les_siennes(onze_demandes, superviseur_moselle, administrateur_var):
    assert nombres(de_la_caisse(superviseur_moselle), "mois")[-1] == "11"
    assert set(nombres(de_la_caisse(administrateur_var), "mois")) == {"0"}


def test_d15_un_petit_nombre_ne_designe_personne(technicien_metz, superviseur_moselle):
    deposer(technicien_metz)
    for compte, series in (
        (superviseur_moselle, de_la_caisse(superviseur_moselle)),
        (technicien_metz, de_la_structure(technicien_metz)),
    ):
        point = serie(series, "mois").points[-1]
        assert (point.texte, point.nombre) == (MOINS_DE_ONZE, 0)
        assert f">{MOINS_DE_ONZE}<" in connecte(compte).get(ADRESSE).content.decode()


def test_c21_un_total_ne_dit_pas_la_case_cachee(technicien_metz, superviseur_moselle):
    """Twelve of a motif and three of another: the month tells fifteen, so neither is shown exact."""
    for _ in range(12):
        deposer(technicien_metz)
    for _ in range(3):
        deposer(technicien_metz, "renoncement")
    for series in (de_la_caisse(superviseur_moselle), de_la_structure(technicien_metz)):
        assert nombres(series, "mois")[-1] == "15"
        assert nombres(series, "motifs") == [NON_MONTRE, MOINS_DE_ONZE]


def test_c21_ce_qui_est_efface_reste_un_nombre_pour_tous(
    technicien_metz, superviseur_moselle, national, metz, caisse_moselle
):
    """C-21, D-15: purged, the demandes count still, by month and by motif, and open no list: structure, caisse, nation."""
    metz.conventions.update(conservation_mois=1)
    premier = dt.datetime.combine(caisse_moselle.jour.replace(day=1), dt.time(10), tzinfo=dt.UTC)
    lire = lambda: (de_la_structure(technicien_metz), de_la_caisse(superviseur_moselle), de_la_nation())  # noqa: E731
    with time_machine.travel(premier, tick=False):
        for _ in range(11):
            instruction.annuler(deposer(technicien_metz), texte="", par=technicien_metz)
        avant = lire()
        assert all(serie(une, "motifs").points[-1].adresse for une in avant[:2])
    for rang in range(30, 40):
        with time_machine.travel(premier + dt.timedelta(days=rang), tick=False):
            purger()
            apres = lire()
    assert not Demande.objects.exists()
    for des_uns, des_memes in zip(apres[:2], avant[:2], strict=True):
        assert nombres(des_uns, "motifs") == nombres(des_memes, "motifs") == ["11"]
        assert nombres(des_uns, "mois")[-2:] == ["11", "0"]
        assert not any(point.adresse for point in serie(des_uns, "motifs").points)
    for une, la_meme in zip(apres[2], avant[2], strict=True):
        dits = [{point.libelle: point.texte for point in un.points if point.nombre} for un in (une, la_meme)]
        assert dits[0] == dits[1] and set(dits[0].values()) <= {"11"}
    assert nombres(apres[2], "nation-0") == ["11", "11"]
    page = connecte(national).get(ADRESSE).content.decode()
    assert "Toutes les caisses" in page and caisse_moselle.nom in page and metz.nom not in page


def test_c21_la_nation_ne_dit_aucun_petit_nombre(onze_demandes, technicien_metz, technicien_grimaud):
    """C-21: what a caisse hides, neither the total nor the others tell."""
    deposer(technicien_grimaud)
    par_caisse = next(une for une in de_la_nation() if une.titre == "Par caisse")
    dits = [point.texte for point in par_caisse.points if point.texte != "0"]
    assert dits == [NON_MONTRE, NON_MONTRE]


def test_les_delais_et_les_promesses(technicien_metz, agent_moselle):
    """D-15: told from eleven answers up."""
    for _ in range(10):
        demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    assert nombres(de_la_structure(technicien_metz), "delais")[-1].startswith(MOINS_DE_ONZE)
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    traitee, toutes = horloge.jour(demande.caisse.fuseau, demande.traitee_le), type(demande).objects
    toutes.update(deposee_le=F("traitee_le") - dt.timedelta(days=3), promise_le=traitee)
    series = de_la_structure(technicien_metz)
    assert nombres(series, "delais")[-1] == "3,0"
    assert nombres(series, "promesses")[-1].startswith("100")
    toutes.update(promise_le=traitee - dt.timedelta(days=2))
    assert nombres(de_la_structure(technicien_metz), "promesses")[-1].startswith("0")


def test_l_image_et_le_tableau_disent_la_meme_chose(onze_demandes, technicien_metz, superviseur_moselle):
    for compte in (technicien_metz, superviseur_moselle):
        html = connecte(compte).get(ADRESSE).content.decode()
        sections = html.split('<section class="panneau statistique"')[1:]
        assert len(sections) >= 4
        for section in sections:
            image = re.findall(r"<span>(.*?)</span> <strong>(.*?)</strong>", section)
            tableau = re.findall(r'<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>', section)
            assert image == [(libelle, SANS_LIEN.sub("", dit)) for libelle, dit in tableau]


def test_qui_les_voit(agent_moselle, dpo_moselle, national, gestionnaire_metz, administrateur_moselle):
    assert connecte(national).get("/statistiques/statistiques.csv").status_code == HTTPStatus.FORBIDDEN
    for compte in (agent_moselle, dpo_moselle):
        assert connecte(compte).get(ADRESSE).status_code == HTTPStatus.FORBIDDEN
    for compte in (gestionnaire_metz, administrateur_moselle, national):
        assert connecte(compte).get(ADRESSE).status_code == HTTPStatus.OK


def test_autant_de_requetes_pour_une_que_pour_vingt(
    technicien_metz, superviseur_moselle, django_assert_max_num_queries
):
    for rang in range(2):
        for _ in range(1 + 19 * rang):
            deposer(technicien_metz)
        with django_assert_max_num_queries(14):
            de_la_caisse(superviseur_moselle)


def test_les_suites_par_motif_et_par_structure_sur_une_periode(
    technicien_metz, agent_moselle, superviseur_moselle, caisse_moselle, technicien_grimaud
):
    """D-20, D-21, D-15: how demandes ended, by motif and structure, for a period, a pôle, a structure; exported, masked."""
    for _ in range(11):
        demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    for _ in range(2):
        demande_en(Statut.IRRECEVABLE, technicien_metz, agent_moselle)
    client, motif = connecte(superviseur_moselle), str(Motif.objects.get(pk="saisine-mas"))
    series = client.get(ADRESSE).context["series"]
    for cle, qui in (("issues-motifs", motif), ("issues-structures", "Metz Métropole")):
        (point,) = serie(series, cle).points
        assert (point.libelle, point.texte) == (f"{qui} – Droits ouverts ou renouvelés", "11")
    assert nombres(series, "irrecevables-motifs") == [MOINS_DE_ONZE]
    hier = (caisse_moselle.jour - dt.timedelta(days=1)).isoformat()
    le_sien = aiguiller(caisse_moselle, Motif.objects.get(pk="saisine-mas"), "CCAS").pole
    autre = caisse_moselle.poles.exclude(pk=le_sien.pk).order_by("pk")[0]
    for filtre in ({"au": hier}, {"structure": "ailleurs"}, {"pole": autre.pk}):
        series = client.get(ADRESSE, filtre).context["series"]
        assert serie(series, "issues-motifs").points == [], filtre
    series = client.get(ADRESSE, {"structure": "metz"}).context["series"]
    assert nombres(series, "issues-motifs") == ["11"]
    assert client.get(ADRESSE, {"du": "2026-02-02", "au": "2026-01-01"}).status_code == 422
    fichier = client.get("/statistiques/statistiques.csv").content.decode()
    assert f"Issues par motif;{motif};Droits ouverts ou renouvelés;11" in fichier
    assert f"Le motif choisi ne convient pas;{MOINS_DE_ONZE}" in fichier and ";2" not in fichier
    assert connecte(agent_moselle).get("/statistiques/statistiques.csv").status_code == 403


def test_la_structure_choisit_ses_mois_et_les_exporte(onze_demandes, technicien_metz, technicien_grimaud):
    """C-21: whole months, the page and the file say the same; another structure finds nothing of it."""
    client, jour = connecte(technicien_metz), horloge.jour("Europe/Paris")
    avant = {
        "du": (jour - dt.timedelta(days=70)).isoformat(),
        "au": (jour - dt.timedelta(days=35)).isoformat(),
    }
    ici = {"du": jour.isoformat(), "au": jour.isoformat()}
    for filtre, attendu in (({}, "11"), (ici, "11"), (avant, "0")):
        series = client.get(ADRESSE, filtre).context["series"]
        assert nombres(series, "mois")[-1] == attendu
        assert nombres(series, "motifs") == (["11"] if attendu == "11" else [])
        fichier = (
            client.get("/statistiques/statistiques.csv", filtre).content.decode("utf-8-sig").splitlines()
        )
        assert fichier[0] == "Tableau;Ligne;Valeur"
        assert fichier[1:] == [f"{une.titre};{un.libelle};{un.texte}" for une in series for un in une.points]
    assert client.get(ADRESSE, {"du": "2026-02-02", "au": "2026-01-01"}).status_code == 422
    assert ";11" not in connecte(technicien_grimaud).get("/statistiques/statistiques.csv").content.decode()


@pytest.mark.parametrize(("compte", "minimum"), [("technicien_metz", 2), ("superviseur_moselle", 6)])
def test_m11_chaque_chiffre_ouvre_sa_liste(
    request, onze_demandes, technicien_metz, agent_moselle, compte, minimum
):
    """As many demandes in the list as the figure says, for who may read them; within the period that was chosen."""
    for statut in [Statut.IRRECEVABLE] * 11 + [Statut.TRAITEE] * 11:
        demande_en(statut, technicien_metz, agent_moselle)
    client = connecte(request.getfixturevalue(compte))
    jour = horloge.jour("Europe/Paris")
    for periode in ("", f"?du={jour}&au={jour}"):
        page = html.unescape(client.get(f"{ADRESSE}{periode}").content.decode())
        chiffres = re.findall(r'<a href="(/(?:tri|demandes)/\?[^"]*)">(\d+)<span', page)
        assert len(chiffres) >= minimum
        for adresse, nombre in chiffres:
            liste = html.unescape(client.get(adresse).content.decode()).replace("\xa0", " ")
            dit = re.search(r"(?:Demandes|Toutes les demandes) : (\d+)", liste)
            assert dit and dit[1] == nombre, adresse


def test_m11_qui_ne_lit_aucune_demande_n_en_a_pas_la_liste(
    onze_demandes, administrateur_moselle, gestionnaire_metz
):
    for compte in (administrateur_moselle, gestionnaire_metz):
        page = connecte(compte).get(ADRESSE).content.decode()
        assert "/tri/?" not in page and "/demandes/?" not in page and ">11<" in page
