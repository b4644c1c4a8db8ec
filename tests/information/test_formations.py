"""I-03: sessions for the staff of the structures; newcomers are announced to the caisse until they have one."""

import datetime as dt
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from conformite.purge import purger
from information.bilan import bilan
from information.models import Formation, Inscription
from socle import horloge
from socle.models import CourrielSortant
from tests.distribution import connecte


@pytest.fixture
def session(administrateur_moselle, caisse_moselle, metz):
    quand = horloge.maintenant() + dt.timedelta(days=20)
    envoi = {
        "caisse": caisse_moselle.pk,
        "titre": "Découvrir le portail",
        "public": "professionnels",
        "quand": f"{quand:%Y-%m-%dT%H:%M}",
        "lieu": "À distance",
        "places": "1",
    }
    reponse = connecte(administrateur_moselle).post("/formations/nouvelle/", envoi)
    assert reponse.status_code == HTTPStatus.FOUND
    return Formation.objects.get()


def inscrire(compte, session, oui="1"):
    adresse = reverse("formation-inscrire", args=[session.pk])
    return connecte(compte).post(adresse, {"oui": oui}, follow=True)


def test_i03_une_place_pour_chacun_pas_une_de_plus(session, technicien_metz, collegue_metz):
    assert "Votre place est retenue" in inscrire(technicien_metz, session).content.decode()
    assert "Cette session est complète" in inscrire(collegue_metz, session).content.decode()
    assert [i.compte_id for i in Inscription.objects.all()] == [technicien_metz.pk]
    assert "Votre place est rendue" in inscrire(technicien_metz, session, "0").content.decode()
    assert "Votre place est retenue" in inscrire(collegue_metz, session).content.decode()


def test_i03_on_lit_les_sessions_a_venir(session, technicien_metz):
    """I-03: those to come; the past and the cancelled ones are no longer offered."""
    client = connecte(technicien_metz)
    assert session.titre in client.get("/formations/").content.decode()
    Formation.objects.update(quand=horloge.maintenant() - dt.timedelta(hours=1))
    assert session.titre not in client.get("/formations/").content.decode()


def test_i03_les_etrangers_et_les_agents_n_y_entrent_pas(
    session, technicien_grimaud, agent_moselle, administrateur_var
):
    adresse = reverse("formation-inscrire", args=[session.pk])
    assert connecte(technicien_grimaud).post(adresse, {"oui": "1"}).status_code == HTTPStatus.NOT_FOUND
    assert connecte(agent_moselle).post(adresse, {"oui": "1"}).status_code == HTTPStatus.FORBIDDEN
    annuler = reverse("formation-annuler", args=[session.pk])
    assert connecte(administrateur_var).post(annuler).status_code == HTTPStatus.NOT_FOUND
    assert connecte(agent_moselle).post(annuler).status_code == HTTPStatus.FORBIDDEN
    assert Inscription.objects.count() == 0
    assert Formation.objects.get().annulee_le is None


def test_i03_annuler_previent_les_inscrits(session, technicien_metz, collegue_metz, administrateur_moselle):
    inscrire(technicien_metz, session)
    connecte(administrateur_moselle).post(reverse("formation-annuler", args=[session.pk]))
    (courriel,) = CourrielSortant.objects.filter(gabarit="information/formation_annulee")
    assert courriel.destinataire == technicien_metz.email
    assert "inscriptions sont closes" in inscrire(collegue_metz, session).content.decode()
    assert Inscription.objects.count() == 1


def test_i03_une_session_passee_est_refusee(administrateur_moselle, caisse_moselle):
    envoi = {
        "caisse": caisse_moselle.pk,
        "titre": "Hier",
        "public": "professionnels",
        "quand": "2020-01-01T09:00",
        "lieu": "Metz",
        "places": "5",
    }
    reponse = connecte(administrateur_moselle).post("/formations/nouvelle/", envoi)
    assert "Choisissez une date à venir" in reponse.content.decode()
    assert Formation.objects.count() == 0


def test_i03_les_nouveaux_arrivants_sont_annonces(
    session, technicien_metz, technicien_grimaud, administrateur_moselle, administrateur_var
):
    for compte in (technicien_metz, technicien_grimaud):
        type(compte).objects.filter(pk=compte.pk).update(active_le=horloge.maintenant())
    page = connecte(administrateur_moselle)
    assert "Nouvel arrivant à former" in page.get("/").content.decode()
    html = page.get("/formations/").content.decode()
    assert technicien_metz.nom_complet in html
    assert technicien_grimaud.nom_complet not in html
    inscrire(technicien_metz, session)
    assert technicien_metz.nom_complet not in page.get("/formations/").content.decode()


def test_i03_pour_les_publics_avec_un_theme(administrateur_moselle, caisse_moselle, technicien_metz):
    """I-03 [83]: a session for whom the structures receive says so, with its theme; without its public it is refused."""
    quand = horloge.maintenant() + dt.timedelta(days=9)
    envoi = {
        "caisse": caisse_moselle.pk,
        "titre": "Ouvrir un compte ameli",
        "theme": "Numérique",
        "public": "accueilli",
        "quand": f"{quand:%Y-%m-%dT%H:%M}",
        "lieu": "CCAS de Metz",
        "places": "20",
    }
    client = connecte(administrateur_moselle)
    assert client.post("/formations/nouvelle/", envoi | {"public": ""}).status_code == 422
    assert client.post("/formations/nouvelle/", envoi).status_code == HTTPStatus.FOUND
    html = connecte(technicien_metz).get("/formations/").content.decode()
    assert "Les personnes que les structures accueillent" in html
    assert "Numérique" in html


def test_i03_on_dit_qui_est_venu_une_fois_la_session_tenue(
    session, technicien_metz, administrateur_moselle, administrateur_var, agent_moselle
):
    """I-03, C-21: who came, how many; not before; the past session is found again; the bilan of the structure counts."""
    adresse = reverse("formation-presences", args=[session.pk])
    inscrire(technicien_metz, session)
    place = Inscription.objects.get()
    envoi = {"presents": [place.pk], "venus": "7"}
    assert connecte(administrateur_moselle).post(adresse, envoi).status_code == HTTPStatus.CONFLICT
    with time_machine.travel(session.quand + dt.timedelta(hours=3), tick=False):
        client = connecte(administrateur_moselle)
        assert "présences à noter" in client.get("/formations/").content.decode()
        assert client.post(adresse, envoi | {"venus": "0"}).status_code == 422
        assert client.post(adresse, envoi).status_code == HTTPStatus.FOUND
        assert connecte(agent_moselle).post(adresse, envoi).status_code == HTTPStatus.FORBIDDEN
        assert connecte(administrateur_var).post(adresse, envoi).status_code == HTTPStatus.NOT_FOUND
        html = client.get(f"/formations/{session.pk}/").content.decode().replace("\xa0", " ")
        assert "7 personnes venues" in html
        assert client.post(adresse, {"venus": "7"}).status_code == HTTPStatus.FOUND
        place.refresh_from_db()
        assert not place.venue
        client.post(adresse, envoi)
    convention = technicien_metz.partenaire.conventions.get()
    jour = horloge.jour(session.caisse.fuseau, session.quand)
    (tableau,) = bilan(convention, jour, jour + dt.timedelta(days=1))
    assert tableau.lignes == [
        ("Séances proposées par la caisse", "1"),
        ("Places prises", "1"),
        ("Personnes venues", "1"),
    ]


def test_c21_le_bilan_de_l_annee_et_de_celle_d_avant_comptent_leurs_sessions(session, technicien_metz):
    """C-21: read fourteen months after the session, purged each night, the year still counts it."""
    inscrire(technicien_metz, session)
    apres = session.quand + dt.timedelta(days=425)
    with time_machine.travel(apres, tick=False):
        purger()
    convention, jour = (
        technicien_metz.partenaire.conventions.get(),
        horloge.jour(session.caisse.fuseau, session.quand),
    )
    (tableau,) = bilan(convention, jour, jour + dt.timedelta(days=1))
    assert dict(tableau.lignes)["Séances proposées par la caisse"] == "1"
    assert dict(tableau.lignes)["Places prises"] == "1"
