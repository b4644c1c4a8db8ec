"""A draft saves itself, says what it has, notices that it was changed elsewhere, and is born with the first word (D-15)."""

import pytest
import time_machine

from signalements.models.demandes import Demande
from signalements.workflow import Statut
from tests.distribution import connecte
from tests.signalements.fabrique import ASSURE, commencer
from tests.signalements.test_depot import ATTESTATIONS, SAISIE, ouvrir_brouillon
from tests.signalements.test_historique import cartes, lignes, lire


@pytest.fixture
def client(technicien_metz):
    return connecte(technicien_metz)


def page(demande: Demande) -> str:
    return f"/demandes/{demande.reference}/brouillon/"


def taper(client, demande: Demande, **saisie):
    """What the page sends by itself while one types."""
    version = client.get(page(demande)).context["version"]
    return client.post(page(demande), {"auto": "1", "version": version} | saisie).json()


def test_m6_regarder_un_motif_n_est_pas_commencer(technicien_metz, client):
    """Neither in the list, nor on the home page, until a word is typed; then it is, and it is found again."""
    demande = ouvrir_brouillon(client)
    assert "Brouillon à finir" not in cartes(technicien_metz)
    assert not lignes(lire(technicien_metz, "/demandes/?filtre=brouillons"))
    taper(client, demande, nom="Larivandière")
    assert cartes(technicien_metz)["Brouillon à finir"][0] == 1
    assert lignes(lire(technicien_metz, "/demandes/?filtre=brouillons")) == {demande.reference}


def test_m5_le_brouillon_s_enregistre_seul(client):
    """Sealed, with the hour in the zone of the caisse; shown again when the page is opened."""
    demande = ouvrir_brouillon(client)
    with time_machine.travel("2026-11-27T13:32:00Z", tick=False):
        dit = taper(client, demande, nom="Larivandière", texte="Un rendez-vous.")
    assert dit["mots"] == "Enregistré à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}32." and dit["genre"] == "fait"
    demande.refresh_from_db()
    assert demande.contenu["assure"]["nom"] == "Larivandière" and b"Larivan" not in bytes(
        demande.contenu_scelle
    )
    relue = client.get(page(demande)).content.decode()
    assert 'value="Larivandière"' in relue and "Enregistré le 27/11/2026" in relue


def test_m5_ce_qui_n_est_pas_pris_est_dit(client):
    """Half a date, a NIR: the rest is kept, what was there before stays, and the page names what is not saved."""
    demande = ouvrir_brouillon(client)
    taper(client, demande, nom="Larivandière", naissance="27/03/1985", texte="Un rendez-vous.")
    dit = taper(
        client,
        demande,
        nom="Larivandière",
        naissance="27/0",
        texte="NIR 2 85 03 57 463 123 45",
        prenom="Élodie",
    )
    assert "sauf" in dit["mots"] and "Date de naissance" in dit["mots"] and dit["reste"]
    demande.refresh_from_db()
    assert demande.contenu["assure"] | {"departement": "", "civilite": ""} == {
        "civilite": "",
        "nom": "Larivandière",
        "prenom": "Élodie",
        "naissance": "1985-03-27",
        "departement": "",
    }
    assert demande.contenu["texte"] == "Un rendez-vous."


def test_m5_modifie_ailleurs(client):
    """Two tabs: the second one is told, by itself or by its button, and nothing is overwritten in silence."""
    demande = ouvrir_brouillon(client)
    vieille = client.get(page(demande)).context["version"]
    taper(client, demande, nom="Larivandière")
    dit = client.post(page(demande), {"auto": "1", "version": vieille, "nom": "Autremont"}).json()
    assert dit["fini"] and "modifié ailleurs" in dit["mots"]
    reponse = client.post(page(demande), SAISIE | {"version": vieille, "nom": "Autremont"})
    assert reponse.status_code == 409 and "modifié ailleurs" in reponse.content.decode()
    assert 'value="Autremont"' in reponse.content.decode()
    demande.refresh_from_db()
    assert demande.contenu["assure"]["nom"] == "Larivandière"
    suite = client.post(page(demande), SAISIE | {"version": reponse.context["version"], "nom": "Autremont"})
    assert suite.status_code == 302


def test_m5_deja_envoyee_la_page_le_dit(technicien_metz, client):
    """Sent from the other tab meanwhile."""
    demande = commencer(technicien_metz)
    version = client.get(page(demande)).context["version"]
    client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    dit = client.post(page(demande), {"auto": "1", "version": version, "nom": "Autremont"}).json()
    assert dit["fini"] and "déjà envoyée" in dit["mots"]
    demande.refresh_from_db()
    assert demande.statut == Statut.DEPOSEE and demande.contenu["assure"]["nom"] == ASSURE["nom"]
