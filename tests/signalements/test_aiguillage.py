"""Where a demande goes: the rules of the caisse, deposit, transfer and trial alike (D-11)."""

import pytest
from lxml.html import document_fromstring

from signalements.models.demandes import Demande
from signalements.workflow import Statut
from tests.distribution import connecte
from tests.signalements.fabrique import ASSURE, demande_en, deposer
from tests.signalements.test_appel import ATTESTE, JETON, SAISIE

ADRESSE = "/caisse/moselle/aiguillage/"


@pytest.fixture
def client(administrateur_moselle):
    return connecte(administrateur_moselle)


def poser(client, *poles, **conditions):
    """Have the administrateur write a rule in front of the others."""
    champs = {"poles": [pole.pk for pole in poles], "place": 1} | conditions
    assert client.post(f"{ADRESSE}nouvelle/", champs).status_code == 302


def essayer(client, **conditions):
    """What the page answers to « Où irait cette demande ? »."""
    page = client.get(ADRESSE, {"motif": "saisine-mas", "structure": "EPCI"} | conditions).content.decode()
    return " ".join(document_fromstring(page).xpath("//main//p[@role='status']")[-1].text_content().split())


def test_la_premiere_regle_qui_convient_decide(client, caisse_moselle, technicien_metz):
    """D-11: by motif, département of the person and kind of structure; the trial says what the deposit does."""
    nord, sud, loin = caisse_moselle.poles.order_by("pk")[:3]
    assert "aucune règle ne convient" in essayer(client)
    poser(client, loin)
    poser(client, sud, structure="association")
    poser(client, nord, motif="saisine-mas", departement="54")
    assert caisse_moselle.aiguillages.count() == 3
    voisine = ASSURE | {"departement": "54"}
    for personne, pole, regle in ((voisine, nord, "la règle 1"), (ASSURE, loin, "la règle 3")):
        assert deposer(technicien_metz, assure=personne).pole == pole
        dit = essayer(client, departement=personne["departement"])
        assert str(pole) in dit and regle in dit
    assert str(sud) in essayer(client, structure="association")
    # Put last, the rule of all decides no more; a pôle that a rule names stays.
    derniere = caisse_moselle.aiguillages.get(poles=nord)
    champs = {"poles": nord.pk, "place": 3, "motif": "saisine-mas", "departement": "54"}
    assert client.post(f"{ADRESSE}{derniere.pk}/", champs).status_code == 302
    assert deposer(technicien_metz, assure=voisine).pole == loin
    refus = client.post(f"/caisse/moselle/poles/{nord.pk}/retirer/")
    assert refus.status_code == 422 and caisse_moselle.poles.filter(pk=nord.pk).exists()


def test_le_moins_charge(client, caisse_moselle, technicien_metz, agent_moselle):
    """D-11: of several pôles, the one where the fewest demandes wait; an answered one weighs nothing."""
    nord, sud = caisse_moselle.poles.order_by("pk")[:2]
    poser(client, nord, sud)
    assert [deposer(technicien_metz).pole for _ in range(3)] == [nord, sud, nord]
    assert f"pôle {sud}" in essayer(client) and f"{nord} 2, {sud} 1" in essayer(client)
    assert demande_en(Statut.TRAITEE, technicien_metz, agent_moselle).pole == sud
    assert deposer(technicien_metz).pole == sud


def test_l_appel_suit_les_memes_regles(client, caisse_moselle, metz, technicien_metz, agent_moselle):
    """D-11, D-23: what an agent enters for a structure goes where its deposit would go, the département known."""
    pole = caisse_moselle.poles.order_by("pk")[1]
    poser(client, pole, departement=ASSURE["departement"])
    adresse = f"/tri/saisir/{metz.siret}/moselle/saisine-mas/"
    assert connecte(agent_moselle).post(adresse, SAISIE | ATTESTE | JETON).status_code == 302
    assert Demande.objects.get().pole == pole
