"""What anybody may post has a limit, by network and by target, and tells nothing of who is known (F9, ASVS 6.3.8)."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.essais import OUBLI
from accounts.models.acces import Oubli
from accounts.models.habilitations import SignalementSecurite
from espace_partenaires import volumes
from socle.limites import laisser_passer
from socle.models import CourrielSortant, Passage
from tests.accounts.aides import courriels, lien, texte
from tests.distribution import connecte

FRAUDE = {"nature": "perte", "faits": "Téléphone perdu.", "coordonnees": "03 87 00 00 00"}


def test_trente_demandes_n_ecrivent_que_cinq_courriels(technicien_metz):
    """Thirty « mot de passe oublié » for one account: five mails, one link, which lives; a sentence to who insists."""
    for rang in range(30):
        client = Client(REMOTE_ADDR=f"192.0.2.{rang}")
        reponse = client.post(reverse("mot-de-passe-oublie"), {"identifiant": "technicien.metz"})
    assert "relisez vos messages" in texte(reponse)
    assert len(courriels(technicien_metz.email)) == 5
    assert Client().get(lien(technicien_metz.email, "mot-de-passe/lien")).status_code == 200


def test_un_robot_n_ecrit_pas_a_tout_le_monde(technicien_metz):
    """From one network, sixty within the hour; the next network is served."""
    for rang in range(60):
        Client(REMOTE_ADDR="192.0.2.7").post(
            reverse("mot-de-passe-oublie"), {"identifiant": f"inconnu{rang}"}
        )
    demande = {"identifiant": "technicien.metz"}
    refuse = Client(REMOTE_ADDR="192.0.2.7").post(reverse("mot-de-passe-oublie"), demande)
    assert "votre réseau" in texte(refuse) and not courriels(technicien_metz.email)
    assert Client(REMOTE_ADDR="192.0.2.8").post(reverse("mot-de-passe-oublie"), demande).status_code == 302
    assert len(courriels(technicien_metz.email)) == 1
    assert not Passage.objects.filter(cle__contains="technicien").exists()


def test_les_signalements_anonymes_sont_bornes(technicien_metz, gestionnaire_metz):
    """Ten reports about one identifiant: five are kept and told, the rest is refused with what to do."""
    for _ in range(10):
        reponse = Client().post(
            reverse("securite-signaler"), FRAUDE | {"identifiant": technicien_metz.identifiant}
        )
    assert SignalementSecurite.objects.count() == 5
    assert len(courriels(gestionnaire_metz.email)) == 5
    assert "téléphonez à votre caisse" in texte(reponse)


def test_un_code_confidentiel_ne_se_devine_pas(agent_moselle, metz):
    """Forty guesses by one account: ten are answered; the SIRET alone still identifies who calls."""
    client = connecte(agent_moselle)
    pages = [
        texte(client.post("/appelant/", {"siret": metz.siret, "code": f"FAUX-{rang}"})) for rang in range(40)
    ]
    assert sum("Trop de codes faux" in page for page in pages) == 30
    assert client.post("/appelant/", {"siret": metz.siret}).status_code == 200


def test_trente_a_la_fois_ne_passent_pas_plus_que_trente_de_suite(base_reelle):
    """Read and count are one: those at once wait in turn."""
    porte = replace(OUBLI, nom="essai", cible=5)

    def passer(_: int) -> bool:
        try:
            laisser_passer(porte, cible="technicien.metz")
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as ensemble:
        assert sum(ensemble.map(passer, range(30))) == 5


def test_les_documents_ont_une_limite(technicien_metz, collegue_metz, monkeypatch):
    """A page that draws a document is served so many times an hour: by account, by network for who has none."""
    monkeypatch.setattr(volumes, "DOCUMENT", replace(volumes.DOCUMENT, compte=3, reseau=3))
    client, adresse = connecte(technicien_metz), reverse("demande-accuse", args=["D26-0000-0000"])
    assert [client.get(adresse).status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    refus = client.get(adresse)
    assert "Attendez un peu avant d’en demander un autre" in texte(refus)
    assert connecte(collegue_metz).get(adresse).status_code == 404, "behind the same address"
    notice = reverse("notice-pdf", args=["assures"])
    assert [Client().get(notice).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert Client(REMOTE_ADDR="192.0.2.8").get(notice).status_code == 200


@pytest.mark.parametrize(
    ("vue", "champ", "valeurs"),
    [
        ("mot-de-passe-oublie", "identifiant", ("technicien.metz", "inconnu.total")),
        ("identifiant-oublie", "email", ("technicien.metz@metz.example", "personne@metz.example")),
    ],
)
def test_meme_travail_pour_un_inconnu(technicien_metz, vue, champ, valeurs):
    """A-04: known or not, the page writes the same rows and no mail: time tells nothing; the worker writes to the known."""
    travaux = []
    for valeur in valeurs:
        with CaptureQueriesContext(connection) as requetes:
            assert Client().post(reverse(vue), {champ: valeur}).status_code == 302
        formes = [re.sub(r"'[^']*'|s\d+_x\d+|\b\d+\b|NULL", "?", requete["sql"]) for requete in requetes]
        travaux.append([re.split(r"WHERE|VALUES", forme)[0] for forme in formes])
    assert travaux[0] == travaux[1]
    assert not CourrielSortant.objects.exists() and Oubli.objects.count() == 2
    assert len(courriels(technicien_metz.email)) == 1 and not Oubli.objects.exists()
