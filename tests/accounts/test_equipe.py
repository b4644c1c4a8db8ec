"""Caisse-side accounts change caisse and pôle, and hand their cases over before they close (A-20)."""

import pytest
from django.urls import reverse

from accounts.actions.confirmations import contresigner
from accounts.models.compte import Compte
from caisses.models import Pole
from signalements.actions import orientation
from signalements.workflow import Statut
from socle.profils import Profil
from tests.accounts.aides import texte
from tests.conventions.aides import erreurs
from tests.distribution import connecte, creer_compte_actif
from tests.signalements.fabrique import demande_en


def coordonnees(compte: Compte, **autres: object) -> dict:
    return {
        "civilite": "madame",
        "nom": compte.nom,
        "prenom": compte.prenom,
        "fonction": "Conseillère",
        "telephone": "03 87 00 00 00",
        "email": compte.email,
        **autres,
    }


@pytest.fixture
def deux_caisses(caisse_moselle, caisse_var) -> Compte:
    """An administrateur of two caisses."""
    return creer_compte_actif("admin.deux", Profil.ADMINISTRATEUR, caisses=(caisse_moselle, caisse_var))


def test_a20_changer_de_caisses_et_de_poles(
    deux_caisses, agent_moselle, national, caisse_moselle, caisse_var
):
    """A-20, A-24: put in another caisse once a second person confirmed, then out of the first; its sessions are closed."""
    client, agent = connecte(deux_caisses), connecte(agent_moselle)
    pole = Pole.objects.filter(caisse=caisse_var).order_by("pk")[0]
    adresse = reverse("compte-modifier", args=[agent_moselle.pk])
    seule = coordonnees(agent_moselle, caisses=[caisse_var.pk], poles=[pole.pk])
    assert "gardez celle d’aujourd’hui" in texte(client.post(adresse, seule))
    deux = coordonnees(agent_moselle, caisses=[caisse_moselle.pk, caisse_var.pk], poles=[pole.pk])
    assert client.post(adresse, deux).status_code == 302
    contresigner(agent_moselle.contreseings.get(), par=national)
    assert agent.get("/").status_code == 200
    assert client.post(adresse, seule).status_code == 302
    assert (list(agent_moselle.caisses.all()), list(agent_moselle.poles.all())) == ([caisse_var], [pole])
    assert agent.get("/").status_code == 302


def test_a20_un_pole_d_une_autre_caisse_est_refuse(deux_caisses, agent_moselle, caisse_moselle, caisse_var):
    """A-20: a pôle belongs to one of the caisses chosen; one caisse at least; nothing moves."""
    client, adresse = connecte(deux_caisses), reverse("compte-modifier", args=[agent_moselle.pk])
    poles = set(agent_moselle.poles.all())
    etranger = Pole.objects.filter(caisse=caisse_var).order_by("pk")[0]
    faux = client.post(adresse, coordonnees(agent_moselle, caisses=[caisse_moselle.pk], poles=[etranger.pk]))
    assert faux.status_code == 422 and "n’appartient à aucune des caisses choisies" in texte(faux)
    assert "Choisissez au moins une caisse" in texte(client.post(adresse, coordonnees(agent_moselle)))
    assert list(agent_moselle.caisses.all()) == [caisse_moselle]
    assert set(agent_moselle.poles.all()) == poles


def test_a20_les_caisses_hors_de_vue_restent(administrateur_moselle, caisse_moselle, caisse_var):
    """A-20: an administrateur moves the person among his own caisses only; a caisse not his is refused."""
    agent = creer_compte_actif("agent.deux", Profil.AGENT, caisses=(caisse_moselle, caisse_var))
    client, adresse = connecte(administrateur_moselle), reverse("compte-modifier", args=[agent.pk])
    assert client.post(adresse, coordonnees(agent, caisses=[caisse_moselle.pk])).status_code == 302
    assert set(agent.caisses.all()) == {caisse_moselle, caisse_var}
    refus = client.post(adresse, coordonnees(agent, caisses=[caisse_var.pk]))
    assert erreurs(refus)["caisses"]
    assert set(agent.caisses.all()) == {caisse_moselle, caisse_var}


def test_a20_les_demandes_sont_remises_d_abord(
    administrateur_moselle, agent_moselle, technicien_metz, superviseur_moselle
):
    """A-20: on departure, cases are handed over first; a fraud does not wait."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    client, adresse = connecte(administrateur_moselle), reverse("compte-inactiver", args=[agent_moselle.pk])
    refus = client.post(adresse, {"inactiver-cause": "depart"})
    assert refus.status_code == 422 and "a encore 1 demande ouverte en charge" in texte(refus)
    agent_moselle.refresh_from_db()
    assert agent_moselle.statut == Compte.Statut.ACTIF
    orientation.attribuer(demande, agent=superviseur_moselle, texte="À vous.", par=superviseur_moselle)
    assert client.post(adresse, {"inactiver-cause": "depart"}).status_code == 302
    agent_moselle.refresh_from_db()
    assert agent_moselle.statut == Compte.Statut.INACTIF


def test_a20_une_fraude_n_attend_pas(administrateur_moselle, agent_moselle, technicien_metz):
    """A-15, A-20: closed at once, the cases are handed over after."""
    demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    adresse = reverse("compte-inactiver", args=[agent_moselle.pk])
    connecte(administrateur_moselle).post(adresse, {"inactiver-cause": "fraude"})
    agent_moselle.refresh_from_db()
    assert agent_moselle.statut == Compte.Statut.INACTIF
