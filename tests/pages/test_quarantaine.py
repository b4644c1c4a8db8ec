"""Mails kept back after a restored backup: the national administrator lets them leave, or throws them away."""

import pytest
from django.test import Client

from conformite.models.journal import LigneJournal
from conformite.restauration import rejouer
from socle import horloge
from socle.courriels import deposer_courriel, envoyer_courriels
from socle.models import CourrielSortant

pytestmark = pytest.mark.django_db
ADRESSE = "/national/courriels/"


@pytest.fixture
def retenus() -> list[CourrielSortant]:
    """Two mails that waited, kept back by the replay itself."""
    deposes = [
        deposer_courriel(f"{nom}@structure.example", "accounts/mot_de_passe_change", {"identifiant": nom})
        for nom in ("ada", "blaise")
    ]
    rejouer(horloge.maintenant().date())
    return deposes


def test_released_leave_once_thrown_away_never(connecte, national, retenus, mailoutbox):
    client: Client = connecte(national)
    page = client.get(ADRESSE).content.decode()
    assert "ada@structure.example" in page and retenus[0].corps not in page
    assert "courriels" in client.get("/sante/etat").json()["alertes"]
    client.post(ADRESSE, {"courriel": [retenus[0].pk], "verbe": "envoyer"})
    jeter = {"courriel": [retenus[1].pk], "verbe": "jeter"}
    assert "1\N{NO-BREAK SPACE}courriel ne partira jamais" in client.post(ADRESSE, jeter).content.decode()
    assert "blaise@structure.example" in client.get(ADRESSE).content.decode()
    client.post(ADRESSE, jeter | {"confirme": "1"})
    envoyer_courriels()
    assert [un.to for un in mailoutbox] == [["ada@structure.example"]]
    assert "Aucun courriel retenu" in client.get(ADRESSE).content.decode()
    assert "courriels" not in client.get("/sante/etat").json()["alertes"]
    actes = LigneJournal.objects.filter(acte__startswith="courriel.").order_by("pk")
    assert list(actes.values_list("acte", flat=True)) == ["courriel.liberer", "courriel.jeter"]
    # A second sending of the form finds them decided.
    client.post(ADRESSE, {"courriel": [retenus[0].pk, retenus[1].pk, "x"], "verbe": "envoyer"})
    envoyer_courriels()
    assert len(mailoutbox) == 1
