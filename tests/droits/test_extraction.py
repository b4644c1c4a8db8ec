"""R-03: what the key no longer opens is left out of a person's file; the file is made all the same."""

import pytest
from django.urls import reverse

from conformite.scellement import Illisible
from droits import extraction
from signalements.actions import instruction, orientation
from signalements.models.demandes import Demande
from tests.distribution import connecte, creer_convention
from tests.signalements.fabrique import deposer
from tests.signalements.test_appel import ATTESTE, JETON, SAISIE


@pytest.fixture
def illisible(monkeypatch):
    """Make every sealed value unreadable, as after the destruction of the day's key."""

    def refuser(*_: object) -> bytes:
        raise Illisible("clé détruite")

    monkeypatch.setattr(Demande, "ouvrir_octets", refuser)


def test_r03_the_file_holds_the_unsealed_content(technicien_metz):
    demande = deposer(technicien_metz)
    assert extraction._une_demande(demande)["contenu"]["assure"]["nom"] == "Larivandière"


def test_r03_nothing_unreadable_breaks_the_file(technicien_metz, request):
    demande = deposer(technicien_metz)
    request.getfixturevalue("illisible")
    collecte = extraction._une_demande(demande)
    assert collecte["reference"] == demande.reference
    assert collecte["contenu"] == {}
    assert {message["texte"] for message in collecte["echanges"]} <= {""}


def test_r03_d19_the_notes_of_a_former_caisse_are_not_given(
    technicien_metz, agent_moselle, agent_var, caisse_var, metz
):
    """A note of the caisse that answers is given, with its nature; one of the caisse that transferred stays with it."""
    demande = deposer(technicien_metz)
    creer_convention(metz, caisse_var)
    instruction.noter(demande, texte="Note de la première.", par=agent_moselle)
    arrivee = metz.participations.get(caisse=caisse_var)
    orientation.transferer(demande, participation=arrivee, texte="Elle a déménagé.", par=agent_moselle)
    demande = Demande.objects.get(pk=demande.pk)
    instruction.noter(demande, texte="Note de la seconde.", par=agent_var)
    dits = {un["texte"]: un["nature"] for un in extraction._une_demande(demande)["echanges"]}
    assert dits["Note de la seconde."] == "Note interne" and "Elle a déménagé." in dits
    assert "Note de la première." not in dits and "" not in dits


def test_r03_d23_who_called_and_who_typed_are_not_given(technicien_metz, agent_moselle, metz):
    """D-23: third parties both; how it came, and what was attested aloud, are told."""
    metz.courriel = "contact@metz.example"
    metz.save(update_fields=["courriel"])
    adresse = f"/tri/saisir/{metz.siret}/moselle/saisine-mas/"
    assert connecte(agent_moselle).post(adresse, SAISIE | ATTESTE | JETON).status_code == 302
    contenu = extraction._une_demande(Demande.objects.get())["contenu"]
    assert set(contenu["appel"]) == {"origine", "attestations"}
    assert not {"Morel", "Accueil", agent_moselle.nom_complet} & set(str(contenu).split("'"))


def test_r03_d19_the_readings_of_a_former_caisse_are_not_given(
    technicien_metz, agent_moselle, agent_var, caisse_var, metz
):
    """Those of the structure are, before and after."""
    demande = deposer(technicien_metz)
    creer_convention(metz, caisse_var)
    page = f"/{{}}/{demande.reference}/"
    for compte, cote in ((technicien_metz, "demandes"), (agent_moselle, "tri")):
        connecte(compte).get(page.format(cote))
    arrivee = metz.participations.get(caisse=caisse_var)
    orientation.transferer(demande, participation=arrivee, texte="Elle a déménagé.", par=agent_moselle)
    connecte(agent_var).get(page.format("tri"))
    collecte = extraction._une_demande(Demande.objects.get(pk=demande.pk))
    lues = [une["par"] for une in collecte["lectures"] if une["acte"] == "demande.lire"]
    assert lues == ["technicien", "agent"]


def test_r03_the_address_of_the_file_knows_two_forms_only(dpo_moselle):
    adresse = reverse("droits-extraction", args=["R26-0000-0000", "pdf"])
    client = connecte(dpo_moselle)
    assert client.get(adresse).status_code == 404
    assert client.get(adresse.replace(".pdf", ".xml")).status_code == 404
