"""Holds by a DPO, on the demandes of its caisses; and the surveillance that writes once."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from conformite.models.travaux import Execution, FreinPurge, Gel
from droits.actions.surveillance import surveiller
from droits.models.alertes import Alerte
from socle import horloge
from socle.models import CourrielSortant
from socle.templatetags.portail import date_longue
from tests.signalements.fabrique import deposer


@pytest.fixture
def demande(technicien_metz):
    return deposer(technicien_metz)


def saisie(demande, **champs):
    fin = horloge.jour("Europe/Paris") + dt.timedelta(days=300)
    return {"reference": demande.reference, "raison": "contentieux", "jusqu_a": fin.isoformat(), **champs}


def test_a_dpo_holds_and_lifts(connecte, dpo_moselle, demande):
    client, terme = connecte(dpo_moselle), demande.terme_le
    page = client.post(reverse("gels"), saisie(demande, reference=demande.reference.lower()), follow=True)
    assert "La demande est gelée" in page.content.decode()
    demande.refresh_from_db()
    assert demande.terme_le > terme
    encore = client.post(reverse("gels"), saisie(demande))
    assert "déjà gelée" in encore.content.decode()
    fin = dt.date.fromisoformat(saisie(demande)["jusqu_a"])
    assert f'data-libelle="Jusqu’au">{date_longue(fin)}</td>' in encore.content.decode(), (
        "the day that was typed"
    )
    gel = Gel.objects.get()
    assert "Le gel est levé" in client.post(reverse("gel-lever", args=[gel.pk]), follow=True).content.decode()
    assert "déjà levé" in client.post(reverse("gel-lever", args=[gel.pk]), follow=True).content.decode()
    demande.refresh_from_db()
    assert demande.terme_le == terme


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"reference": "D26-0000-0000"}, "Aucune demande de vos caisses"),
        ({"reference": "<script>"}, "Aucune demande de vos caisses"),
        ({"raison": "autre"}, "choix valide"),
        ({"jusqu_a": "2020-01-01"}, "jour à venir"),
        ({"jusqu_a": "2999-01-01"}, "entre 1990 et 2100"),
        ({"jusqu_a": ""}, "obligatoire"),
    ],
)
def test_a_wrong_hold_is_a_field_error(connecte, dpo_moselle, demande, champs, phrase):
    reponse = connecte(dpo_moselle).post(reverse("gels"), saisie(demande, **champs))
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert not Gel.objects.exists()


def test_a_dpo_holds_nothing_elsewhere(connecte, dpo_moselle, demande, caisse_var):
    client = connecte(dpo_moselle)
    client.post(reverse("gels"), saisie(demande))
    Gel.objects.update(caisse=caisse_var.pk)
    assert client.post(reverse("gel-lever", args=[Gel.objects.get().pk])).status_code == 404
    assert demande.reference not in client.get(reverse("gels")).content.decode()


@pytest.mark.parametrize(
    "qui", ["administrateur_moselle", "superviseur_moselle", "technicien_metz", "national"]
)
def test_nobody_else_holds(request, connecte, demande, qui):
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("gels")).status_code == 403
    assert client.post(reverse("gels"), saisie(demande)).status_code == 403
    assert not Gel.objects.exists()


# --- Surveillance


def courriels(gabarit: str) -> list[str]:
    return sorted(CourrielSortant.objects.filter(gabarit=gabarit).values_list("destinataire", flat=True))


def test_a_late_job_writes_once_to_the_administrateurs_and_closes_when_it_ran(
    client, administrateur_moselle, national, settings
):
    settings.CELERY_BEAT_SCHEDULE = {"travail": {"task": "essai.travail", "schedule": 60.0}}
    maintenant = horloge.temps_reel()
    Execution.objects.create(
        nom="essai.travail",
        statut="reussie",
        debut=maintenant - dt.timedelta(hours=2),
        fin=maintenant - dt.timedelta(hours=2),
    )
    etat = client.get("/sante/etat")
    assert etat.status_code == 503 and "executions" in etat.json()["alertes"]
    assert client.get("/connexion/").status_code == 200, "the portal stays open"
    assert surveiller()["alertes"] == 1
    assert surveiller()["alertes"] == 0
    assert courriels("droits/execution_en_retard") == sorted([administrateur_moselle.email, national.email])
    Execution.objects.create(nom="essai.travail", statut="reussie", debut=maintenant, fin=maintenant)
    assert surveiller()["alertes closes"] == 1
    assert "executions" not in client.get("/sante/etat").json()["alertes"]
    with time_machine.travel(maintenant + dt.timedelta(hours=2)):
        assert surveiller()["alertes"] == 1, "late again, told again"
    assert Alerte.objects.count() == 2


def test_a_brake_is_told_to_the_dpo_once(dpo_moselle, settings):
    settings.CELERY_BEAT_SCHEDULE = {}
    frein = FreinPurge.objects.create(
        modele="signalements.demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )
    surveiller()
    surveiller()
    assert courriels("droits/frein") == [dpo_moselle.email]
    FreinPurge.objects.filter(pk=frein.pk).update(libere_le=horloge.maintenant(), libere_par=dpo_moselle.pk)
    assert surveiller()["alertes closes"] == 1


def test_the_home_page_of_a_dpo_shows_what_waits(connecte, dpo_moselle):
    FreinPurge.objects.create(
        modele="signalements.demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )
    assert "Purge arrêtée" in connecte(dpo_moselle).get("/").content.decode()
