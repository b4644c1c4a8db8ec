"""Runs of jobs: each leaves a row by itself; a job that did not run for its period is late."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from celery import shared_task
from celery.schedules import crontab
from django.conf import settings as reglages

from conformite import executions
from conformite.models.travaux import Execution
from espace_partenaires.celery import app
from socle import horloge
from tests.maison.arbre import APPS, python_ecrit, texte

pytestmark = pytest.mark.django_db
# Read before any test changes the settings.
REELLES = {entree["task"] for entree in app.conf.beat_schedule.values()}


@shared_task(name="essai.travail")
def travail(nombre: int = 0, panne: bool = False) -> dict[str, int]:
    """Count, or fail with a text that must not be kept."""
    if panne:
        raise RuntimeError("Madame Canari, née le 3")
    return {"faits": nombre, "echecs": 1 if nombre == 99 else 0}


@pytest.fixture(autouse=True)
def table(settings):
    settings.CELERY_BEAT_SCHEDULE = {
        "travail": {"task": "essai.travail", "schedule": 60.0},
        "nuit": {"task": "essai.nuit", "schedule": crontab(hour="3", minute="0")},
    }


def lancer(**arguments) -> None:
    travail.apply(kwargs=arguments)


def test_a_run_leaves_a_row_with_its_counts():
    lancer(nombre=3)
    execution = Execution.objects.get()
    assert (execution.nom, execution.statut, execution.compteurs) == (
        "essai.travail",
        "reussie",
        {"faits": 3},
    )
    assert execution.fin >= execution.debut


def test_a_run_with_failures_is_incomplete():
    lancer(nombre=99)
    assert Execution.objects.get().statut == "incomplete"


def test_k13_a_task_that_kills_its_worker_is_put_aside_after_three_times(client):
    """Delivered again each time under its own number; told by supervision; another run goes on."""
    numero = str(uuid.uuid4())
    for _ in range(3):
        # What a worker that is killed leaves: the row that it opened.
        executions.ouvrir("essai.travail", uuid.UUID(numero))
    travail.apply(kwargs={"nombre": 3}, task_id=numero)
    # The third death is seen when it comes back: it runs no more.
    dernieres = Execution.objects.order_by("pk").values_list("statut", "erreur")
    assert list(dernieres) == [("interrompue", "interrompue")] * 3 + [("echouee", "mise de côté")]
    assert "executions" in client.get("/sante/etat").json()["alertes"]
    lancer(nombre=3)
    assert Execution.objects.latest("pk").statut == "reussie"


def test_a_run_that_raises_leaves_the_name_of_the_error_only():
    lancer(panne=True)
    execution = Execution.objects.get()
    assert (execution.statut, execution.erreur) == ("echouee", "RuntimeError")


def test_runs_with_nothing_to_do_are_folded_into_one_row():
    for _ in range(5):
        lancer()
    lancer(nombre=1)
    lancer()
    assert list(Execution.objects.order_by("pk").values_list("repetitions", "compteurs")) == [
        (5, {}),
        (1, {"faits": 1}),
        (1, {}),
    ]


def test_a_task_out_of_the_beat_table_leaves_nothing(settings):
    settings.CELERY_BEAT_SCHEDULE = {}
    lancer(nombre=3)
    assert not Execution.objects.exists()


def test_a_killed_run_is_marked_when_its_task_comes_back():
    tache = uuid.uuid4()
    executions.ouvrir("essai.travail", tache)
    executions.ouvrir("essai.travail", tache)
    executions.reussir(tache, {"faits": 1})
    assert list(Execution.objects.order_by("pk").values_list("statut", flat=True)) == [
        "interrompue",
        "reussie",
    ]


def test_a_run_past_the_time_limit_is_marked_as_killed():
    executions.ouvrir("essai.travail", uuid.uuid4())
    with time_machine.travel(
        horloge.temps_reel() + dt.timedelta(seconds=reglages.CELERY_TASK_TIME_LIMIT + 1)
    ):
        lancer(nombre=1)
    assert list(Execution.objects.order_by("pk").values_list("statut", flat=True)) == [
        "interrompue",
        "reussie",
    ]


def en_retard() -> list[str]:
    return [etat.nom for etat in executions.en_retard()]


def test_a_job_is_late_when_its_period_is_past():
    with time_machine.travel(dt.datetime(2027, 3, 1, 1, tzinfo=dt.UTC), tick=False) as voyage:
        assert en_retard() == [], "nothing ever ran: the portal has just started"
        lancer(nombre=1)
        assert en_retard() == []
        voyage.shift(dt.timedelta(minutes=9))
        assert en_retard() == [], "within the grace"
        voyage.shift(dt.timedelta(minutes=3))
        assert en_retard() == ["travail"]
        voyage.move_to(dt.datetime(2027, 3, 1, 3, 9, tzinfo=dt.UTC))
        assert en_retard() == ["travail"]
        voyage.move_to(dt.datetime(2027, 3, 1, 3, 11, tzinfo=dt.UTC))
        assert en_retard() == ["nuit", "travail"]
        lancer()
        assert en_retard() == ["nuit"]


def test_a_failed_run_does_not_count_as_done():
    with time_machine.travel(dt.datetime(2027, 3, 1, 1, tzinfo=dt.UTC), tick=False) as voyage:
        lancer(nombre=1)
        voyage.shift(dt.timedelta(minutes=12))
        lancer(panne=True)
        assert en_retard() == ["travail"]


def test_every_task_of_the_real_beat_table_exists():
    app.loader.import_default_modules()
    assert REELLES - set(app.tasks) == set()
    assert {"conformite.purger", "conformite.creer_cles", "conformite.sceller_journal"} <= REELLES


def test_every_job_is_beaten_or_sent():
    """A task that neither the beat nor `apres_commit` starts is started by nobody."""
    app.loader.import_default_modules()
    ecrit = "".join(texte(chemin) for chemin in python_ecrit() if chemin.parts[0] in APPS)
    oubliees = [
        nom
        for nom, tache in app.tasks.items()
        if tache.run.__module__.split(".")[0] in APPS
        and nom not in REELLES
        and not re.search(rf"apres_commit\((tasks\.)?{tache.run.__name__}\b", ecrit)
    ]
    assert oubliees == []


def test_periods_are_readable():
    assert [etat.periode for etat in executions.etats()] == [
        "chaque jour à 3 h 00 (temps universel)",
        "toutes les 60 secondes",
    ]
