"""The acts of a DPO that let data go, keep them or take them out ask for the password again (R-03, D-15)."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models.sessions import CONFIRMEE, OUVERTE
from conformite.models.travaux import FreinPurge, Gel
from socle import horloge
from tests.distribution import MOT_DE_PASSE
from tests.droits.test_droits import agir
from tests.droits.test_droits import demande as demande_de_droits  # noqa: F401 (a fixture)
from tests.signalements.fabrique import deposer

PHRASE = "Cet acte demande votre mot de passe"


@pytest.fixture
def dpo(connecte, dpo_moselle):
    """A DPO who signed in eleven minutes ago."""
    client = connecte(dpo_moselle)
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    return client


@pytest.fixture
def demande(technicien_metz):
    return deposer(technicien_metz)


def confirmer(client, adresse, mot_de_passe=MOT_DE_PASSE, **saisie):
    return client.post(adresse, saisie | {"identite-mot_de_passe": mot_de_passe}, follow=True)


def test_a_brake_is_not_released_without_the_password(dpo):
    frein = FreinPurge.objects.create(
        modele="signalements.demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )
    adresse = reverse("frein-liberer", args=[frein.pk])
    assert PHRASE in dpo.post(adresse).content.decode()
    assert confirmer(dpo, adresse, "autre chose").status_code == 422
    frein.refresh_from_db()
    assert frein.libere_le is None
    assert "La purge est libérée" in confirmer(dpo, adresse).content.decode()


def test_a_hold_is_neither_put_nor_lifted_without_the_password(dpo, demande):
    fin = horloge.jour("Europe/Paris") + dt.timedelta(days=300)
    saisie = {"reference": demande.reference, "raison": "contentieux", "jusqu_a": fin.isoformat()}
    assert PHRASE not in dpo.get(reverse("gels")).content.decode(), "reading asks for nothing"
    page = dpo.post(reverse("gels"), saisie).content.decode()
    assert PHRASE in page and demande.reference in page, "what was typed is kept"
    assert not Gel.objects.exists()
    assert "La demande est gelée" in confirmer(dpo, reverse("gels"), **saisie).content.decode()
    session = dpo.session
    session[CONFIRMEE] -= 11 * 60
    session.save()
    adresse = reverse("gel-lever", args=[Gel.objects.get().pk])
    assert PHRASE in dpo.post(adresse).content.decode()
    assert Gel.objects.get().leve_le is None


def test_r03_a_file_is_not_taken_out_without_the_password(dpo, demande_de_droits):  # noqa: F811
    agir(dpo, demande_de_droits, "identite")
    agir(dpo, demande_de_droits, "rechercher")
    adresse = reverse("droits-extraction", args=[demande_de_droits.reference, "json"])
    page = dpo.get(adresse)
    assert PHRASE in page.content.decode() and page["Content-Type"].startswith("text/html")
    donne = confirmer(dpo, adresse, **{"identite-lecture": "1"})
    assert donne["Content-Type"].startswith("application/json")
