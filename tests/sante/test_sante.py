"""Health pages: what each one says when something is missing, and that none of them tells more."""

import datetime as dt
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conformite import executions
from conformite.models.travaux import Execution
from conformite.scellement import magasin
from espace_partenaires import sante
from espace_partenaires.celery import app
from socle import horloge
from socle.models import CourrielSortant

pytestmark = pytest.mark.django_db


def test_alive(client: Client):
    reponse = client.get("/sante/vivant")
    assert (reponse.status_code, reponse.content) == (200, b"vivant\n")


def test_ready(client: Client):
    reponse = client.get("/sante/pret")
    assert (reponse.status_code, reponse.json()) == (200, {"pret": True, "manques": []})
    assert "no-store" in reponse.headers["Cache-Control"]


def test_not_ready_without_keys(client: Client, settings: Settings, tmp_path: Path):
    settings.DOSSIER_CLES = tmp_path
    magasin.vider_le_cache()
    reponse = client.get("/sante/pret")
    magasin.vider_le_cache()
    assert (reponse.status_code, reponse.json()["manques"]) == (503, ["cles"])


def test_not_ready_with_a_migration_missing(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sante, "_schema_a_jour", False)
    monkeypatch.setattr(sante.MigrationRecorder, "applied_migrations", lambda self: {})
    assert client.get("/sante/pret").json()["manques"] == ["schema"]


def test_get_only(client: Client):
    assert client.post("/sante/pret").status_code == 405


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    """Return the address of a daemon that says its version."""
    with socket.socket(socket.AF_UNIX) as serveur:
        serveur.bind(str(tmp_path / "clamd"))
        serveur.listen()

        def repondre() -> None:
            prise, _ = serveur.accept()
            with prise:
                prise.recv(16)
                prise.sendall(b"ClamAV 1.4.3\0")

        fil = threading.Thread(target=repondre)
        fil.start()
        yield f"unix://{tmp_path}/clamd"
        fil.join(5)


def test_state_when_all_is_well(client: Client, settings: Settings, tmp_path: Path, clamd: str):
    settings.DOSSIER_FICHIERS = tmp_path
    settings.CLAMD_URL = clamd
    # Its age is tried in test_sauvegarde.py, with real commits.
    settings.SAUVEGARDE_AGE_HEURES = 0
    reponse = client.get("/sante/etat")
    assert (reponse.status_code, reponse.json()["alertes"]) == (200, [])
    assert reponse.json()["mesures"]["antivirus"] == "repond"
    courriels = {"en_attente": 0, "plus_ancien_s": 0, "abandonnes": 0, "retenus": 0, "silence_h": 0}
    assert reponse.json()["mesures"]["courriels"] == courriels


def test_state_names_what_is_wrong(client: Client, settings: Settings, tmp_path: Path):
    settings.DOSSIER_FICHIERS = tmp_path / "absent"
    settings.CLAMD_URL = f"unix://{tmp_path}/personne"
    CourrielSortant.objects.create(
        message_id="<1@portail.example>",
        destinataire="personne@structure.example",
        gabarit="x",
        sujet="Sujet secret",
        corps="Corps secret",
        cree_le=timezone.now() - dt.timedelta(hours=1),
    )
    reponse = client.get("/sante/etat")
    assert reponse.status_code == 503
    assert set(reponse.json()["alertes"]) >= {"stockage", "antivirus", "courriels"}
    for secret in ("secret", "structure.example", str(tmp_path)):
        assert secret not in reponse.content.decode()


def test_state_follows_the_jobs(client: Client):
    Execution.objects.create(
        nom="courriels.envoyer", statut=Execution.Statut.ECHOUEE, debut=timezone.now(), fin=timezone.now()
    )
    corps = client.get("/sante/etat").json()
    assert "executions" in corps["alertes"]
    assert corps["mesures"]["executions"]["courriels"]["statut"] == "echouee"


def test_the_hour_of_a_job_is_that_of_its_last_run(client: Client):
    """A run that found nothing is folded into the one before: its end is the hour that a supervisor asks for."""
    nom = "courriels.envoyer"
    debut = horloge.temps_reel() - dt.timedelta(minutes=19)
    with time_machine.travel(debut, tick=False):
        app.tasks[nom].apply()
    avant = horloge.temps_reel()
    app.tasks[nom].apply()
    assert Execution.objects.get(nom=nom).repetitions == 2
    mesure = client.get("/sante/etat").json()["mesures"]["executions"]["courriels"]
    assert dt.datetime.fromisoformat(mesure["dernier"]) >= avant
    assert mesure["statut"] == "reussie"


def test_a_job_under_way_tells_when_it_began(client: Client):
    nom = settings.CELERY_BEAT_SCHEDULE["courriels"]["task"]
    ouverte = executions.ouvrir(nom, uuid.uuid4())
    mesure = client.get("/sante/etat").json()["mesures"]["executions"]["courriels"]
    assert (mesure["dernier"], mesure["statut"]) == (ouverte.debut.isoformat(), "en_cours")


def test_state_sees_a_broker_that_is_down(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(sante.celery_app.conf, "broker_write_url", f"redis+socket://{tmp_path}/personne")
    reponse = client.get("/sante/etat")
    assert "courtier" in reponse.json()["alertes"]
