"""A structure calls: found, its demandes and accounts shown, its demande entered and then followed (D-23)."""

import html
import re

import pytest

from conventions.models.conventions import Participation
from signalements.models.demandes import Demande
from signalements.permissions import can_envoyer_document, can_noter_etape
from signalements.workflow import Statut
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import ASSURE, FICHE, deposer, dernier_courriel

SAISIE = (
    ASSURE
    | FICHE
    | {"origine": "telephone", "qui": "Morel", "fonction": "Accueil", "identification": "rappel"}
)
ATTESTE = {"accord": "on", "consentement": "on"}
JETON = {"jeton": "2f1d6b0e-5a55-4a7c-9a3e-0d8d5b1a7c11"}


@pytest.fixture
def adresse(metz):
    metz.courriel = "contact@metz.example"
    metz.save(update_fields=["courriel"])
    return f"/tri/saisir/{metz.siret}/moselle/saisine-mas/"


def lue(reponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(reponse.content.decode()).replace("\xa0", " "))


def test_l_appelant_mene_a_ses_demandes_et_a_ses_comptes(
    technicien_metz, gestionnaire_metz, agent_moselle, metz, technicien_grimaud
):
    """C-12: the demandes of the structure, the state of its accounts, and its demande to enter; nothing of another caisse."""
    demande = deposer(technicien_metz)
    client = distribution.connecte(agent_moselle)
    page = lue(client.post("/appelant/", {"siret": metz.siret}))
    assert "Technicien Metz, technicien : actif" in page
    lien = re.search(r'href="(/tri/\?panier=ouvertes[^"]*)"', page).group(1)
    assert demande.reference in lue(client.get(lien))
    assert f'href="/tri/saisir/{metz.siret}/"' in page
    assert "saisine-mas" in lue(client.get(f"/tri/saisir/{metz.siret}/"))
    siret = technicien_grimaud.partenaire.siret
    assert client.get(f"/tri/saisir/{siret}/").status_code == 404


def test_enregistrer_la_demande_d_une_structure(agent_moselle, technicien_metz, adresse, dpo_moselle):
    """D-23, D-05: the structure's own form, who called, each consent apart; an accusé to the contact address; once."""
    client = distribution.connecte(agent_moselle)
    offerts = set(re.findall(r'name="(\w+)"', lue(client.get(adresse))))
    assert offerts >= {"origine", "qui", "nom", *ATTESTE}, "what is asked is on the page"
    for faux in (SAISIE | JETON, SAISIE | ATTESTE | JETON | {"qui": ""}, ATTESTE | JETON):
        assert client.post(adresse, faux).status_code == 422
    assert not Demande.objects.exists()
    deux = [client.post(adresse, SAISIE | ATTESTE | JETON) for _ in range(2)]
    demande = Demande.objects.get()
    assert {reponse.url for reponse in deux} == {f"/tri/{demande.reference}/"}
    assert (demande.statut, demande.technicien, demande.agent) == (Statut.DEPOSEE, None, None)
    assert demande.contenu["assure"]["nom"] == "Larivandière" and demande.jetons
    message = dernier_courriel("saisie")
    assert message.destinataire == "contact@metz.example" and "Larivandière" not in message.corps
    page = lue(distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/"))
    assert "Par téléphone : Morel, Accueil. Aucun technicien ne la suit encore." in page
    assert "Enregistrée par la caisse" in page and "Suivre cette demande" in page
    for autre in (technicien_metz, dpo_moselle):
        assert distribution.connecte(autre).get(adresse).status_code in (403, 404)


def test_suivie_par_personne_elle_se_traite_sans_ce_qui_demande_un_accord(
    agent_moselle, technicien_metz, collegue_metz, adresse
):
    """D-23: before a technicien confirms, no document by the portal, no orientation that asks a consent apart."""
    client = distribution.connecte(agent_moselle)
    client.post(adresse, SAISIE | ATTESTE | JETON)
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")
    demande = Demande.objects.get()
    client.post(f"/tri/{demande.reference}/prendre-en-charge/")
    demande.refresh_from_db()
    assert not can_envoyer_document(agent_moselle, demande) and not can_noter_etape(agent_moselle, demande)
    envoi = {"repondre-texte": "Nous vous orientons.", "repondre-issue": "accompagnement"}
    assert client.post(f"/tri/{demande.reference}/repondre/", envoi).status_code == 422
    suivre = f"/demandes/{demande.reference}/suivre/"
    premier, second = distribution.connecte(technicien_metz), distribution.connecte(collegue_metz)
    assert premier.post(suivre, {"suivre-information": "on"}).status_code == 422
    confirme = {f"suivre-{nom}": valeur for nom, valeur in ATTESTE.items()}
    assert premier.post(suivre, confirme).status_code == 302
    assert second.post(suivre, confirme).status_code == 409
    demande = Demande.objects.get()
    assert demande.technicien == technicien_metz
    assert demande.contenu["attestations"] == ["information", "accord", "consentement"]
    assert can_envoyer_document(agent_moselle, demande) and can_noter_etape(agent_moselle, demande)
    assert client.post(f"/tri/{demande.reference}/repondre/", envoi).status_code == 302
    assert CourrielSortant.objects.filter(
        gabarit="signalements/reponse_donnee", destinataire=technicien_metz.email
    ).exists()
