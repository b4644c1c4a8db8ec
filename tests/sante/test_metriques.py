"""Figures for Prometheus: those of the supervision, read by a parser of its own, and moved by what they measure."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from conformite.models.travaux import FreinPurge
from espace_partenaires.celery import app
from socle import horloge
from socle.courriels import deposer_courriel

pytestmark = pytest.mark.django_db


def lire(client: Client) -> dict[tuple[str, str], float]:
    texte = client.get("/metriques").content.decode()
    return {
        (un.name, next(iter(un.labels.values()), "")): un.value
        for famille in text_string_to_metric_families(texte)
        for un in famille.samples
    }


def test_figures_follow_what_they_measure(client: Client):
    avant = lire(client)
    assert avant["portail_courriels", "en_attente"] == 0 and avant["portail_cles_jours", ""] > 370
    deposer_courriel("ada@structure.example", "accounts/mot_de_passe_change", {"identifiant": "ada"})
    FreinPurge.objects.create(
        modele="signalements.Demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )
    with time_machine.travel(horloge.temps_reel() - dt.timedelta(minutes=20), tick=False):
        app.tasks["fichiers.balayer"].apply()
    apres = lire(client)
    assert (apres["portail_courriels", "en_attente"], apres["portail_purges_retenues", ""]) == (1, 1)
    assert 1190 < apres["portail_execution_age_secondes", "fichiers"] < 1400
    assert apres["portail_execution_en_retard", "fichiers"] == 1
    assert apres["portail_alerte", "executions"] == 1


def test_nothing_of_a_person_is_told(client: Client):
    deposer_courriel("ada@structure.example", "accounts/mot_de_passe_change", {"identifiant": "ada.temoin"})
    texte = client.get("/metriques").content.decode()
    assert "structure.example" not in texte and "temoin" not in texte


def test_asked_from_inside_without_tls(settings):
    """The proxy ends TLS: whoever looks from inside is not sent to the public address."""
    settings.SECURE_SSL_REDIRECT = True
    inside = Client()
    assert [inside.get(un).status_code for un in ("/metriques", "/sante/vivant", "/connexion/")] == [
        200,
        200,
        301,
    ]
