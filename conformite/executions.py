"""Runs of the jobs: each task of the beat table leaves a row, and says when it has not run for its period.

Wired on Celery's own signals, so that a job cannot forget it. A task returns its counts (a dict of numbers);
« echecs » or « freins » above zero make the run incomplete. A task that killed its worker three times is put aside and told.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import structlog
from celery import Task
from celery.exceptions import Ignore
from celery.schedules import maybe_schedule
from celery.signals import task_failure, task_prerun, task_success
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Max, Min, QuerySet

from conformite.models.travaux import Execution
from socle import horloge
from socle.perimetre import MACHINE, au_nom_de

log = structlog.get_logger(__name__)

# A job is late when its due date is past by its own period, and by this much at least.
GRACE = dt.timedelta(minutes=10)
_INCOMPLETES = ("echecs", "freins")
FOIS, MISE_DE_COTE = 3, "mise de côté"


@dataclass(frozen=True)
class Etat:
    """Where one job of the beat table stands."""

    nom: str
    tache: str
    periode: str
    derniere: Execution | None
    en_retard: bool
    # Since when it is due and has not run.
    attendu_le: dt.datetime | None


def taches() -> dict[str, str]:
    """Return task name → name in the beat table."""
    return {entree["task"]: nom for nom, entree in settings.CELERY_BEAT_SCHEDULE.items()}


def etats() -> list[Etat]:
    """Return the state of every job of the beat table, in the order of their names."""
    dernieres = {un.nom: un for un in Execution.objects.order_by("nom", "-debut", "-pk").distinct("nom")}
    reussies = dict(
        Execution.objects.filter(statut__in=[Execution.Statut.REUSSIE, Execution.Statut.INCOMPLETE])
        .order_by()
        .values_list("nom")
        .annotate(Max("fin"))
    )
    premiere = Execution.objects.aggregate(Min("debut"))["debut__min"]
    lignes = []
    for nom, entree in sorted(settings.CELERY_BEAT_SCHEDULE.items()):
        attendu = _attendu_le(entree["schedule"], reussies.get(entree["task"]) or premiere)
        lignes.append(
            Etat(
                nom=nom,
                tache=entree["task"],
                periode=_periode_lisible(entree["schedule"]),
                derniere=dernieres.get(entree["task"]),
                en_retard=attendu is not None,
                attendu_le=attendu,
            )
        )
    return lignes


class Tache(Task):  # type: ignore[misc]  # celery has no types
    """What every task is: one that takes its worker with it each time would come back for ever."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run, unless it was killed too often: its message is then thrown away."""
        if _trop_tuee(self.request.id):
            log.error("tache_mise_de_cote", tache=self.name)
            raise Ignore
        with au_nom_de(MACHINE):
            return super().__call__(*args, **kwargs)


def _trop_tuee(tache: str | None) -> bool:
    if tache is None:
        return False
    tuees = Execution.objects.filter(tache=tache, statut=Execution.Statut.INTERROMPUE)
    try:
        if tuees.count() < FOIS:
            return False
        echouer(uuid.UUID(tache), MISE_DE_COTE)
    except DatabaseError:
        return False
    return True


def mises_de_cote() -> QuerySet[Execution]:
    """Return the tasks put aside within a day."""
    hier = horloge.temps_reel() - dt.timedelta(days=1)
    return Execution.objects.filter(erreur=MISE_DE_COTE, fin__gt=hier)


def reussie(tache: str) -> Execution | None:
    """Return the last run of a task that went to its end."""
    finies = Execution.objects.filter(
        nom=tache, statut__in=[Execution.Statut.REUSSIE, Execution.Statut.INCOMPLETE]
    )
    return finies.order_by("-debut", "-pk").first()


def en_retard() -> list[Etat]:
    """Return the jobs that have not run for their period. Read by the supervision page."""
    return [etat for etat in etats() if etat.en_retard]


def _attendu_le(horaire: Any, depuis: dt.datetime | None) -> dt.datetime | None:
    """Return the passed due date that follows `depuis`, once the grace is over; None when all is well."""
    if depuis is None:
        return None
    programme = maybe_schedule(horaire)
    maintenant = horloge.temps_reel()
    programme.nowfun = lambda: maintenant
    restant = programme.remaining_estimate(depuis)
    periode = horaire if isinstance(horaire, int | float) else 0
    grace = max(GRACE, dt.timedelta(seconds=2 * periode))
    return maintenant + restant if -restant > grace else None


def _periode_lisible(horaire: Any) -> str:
    if isinstance(horaire, dt.timedelta):
        horaire = horaire.total_seconds()
    if isinstance(horaire, int | float):
        return f"toutes les {horaire:g} secondes" if horaire < 120 else f"toutes les {horaire / 60:g} minutes"
    if str(horaire._orig_minute).startswith("*/"):
        return f"toutes les {str(horaire._orig_minute)[2:]} minutes"
    if horaire._orig_hour == "*":
        return f"toutes les heures, à la minute {horaire._orig_minute}"
    return f"chaque jour à {int(horaire._orig_hour)} h {int(horaire._orig_minute):02d} (temps universel)"


def ouvrir(nom: str, tache: uuid.UUID) -> Execution:
    """Open the row of a run; a former row of the same task, or one past the time limit, was killed."""
    maintenant = horloge.temps_reel()
    limite = maintenant - dt.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    en_cours = Execution.objects.filter(nom=nom, statut=Execution.Statut.EN_COURS)
    for perdues in (en_cours.filter(tache=tache), en_cours.filter(debut__lt=limite)):
        perdues.update(statut=Execution.Statut.INTERROMPUE, fin=maintenant, erreur="interrompue")
    return Execution.objects.create(nom=nom, tache=tache, debut=maintenant)


def reussir(tache: uuid.UUID, compteurs: dict[str, int]) -> None:
    """Close the row of a run with its counts; fold a run that found nothing to do into the one before."""
    with transaction.atomic():
        execution = _en_cours(tache)
        if execution is None:
            return
        execution.fin = horloge.temps_reel()
        execution.compteurs = {nom: n for nom, n in compteurs.items() if n}
        incomplete = any(compteurs.get(nom) for nom in _INCOMPLETES)
        execution.statut = Execution.Statut.INCOMPLETE if incomplete else Execution.Statut.REUSSIE
        if execution.compteurs or not _replier(execution):
            execution.save(update_fields=["fin", "compteurs", "statut"])


def echouer(tache: uuid.UUID, erreur: str) -> None:
    """Close the row of a run that raised; the name of the error only, never its text."""
    execution = _en_cours(tache)
    if execution is not None:
        execution.fin, execution.statut = horloge.temps_reel(), Execution.Statut.ECHOUEE
        execution.erreur = erreur[:80]
        execution.save(update_fields=["fin", "statut", "erreur"])


def _en_cours(tache: uuid.UUID) -> Execution | None:
    return Execution.objects.filter(tache=tache, statut=Execution.Statut.EN_COURS).order_by("-pk").first()


def _replier(execution: Execution) -> bool:
    """Lengthen the row before instead of keeping this one, when both found nothing to do.

    Never one that still runs, never a later one: two runs that end together would wait for each other.
    """
    avant = Execution.objects.filter(nom=execution.nom, debut__lte=execution.debut, pk__lt=execution.pk)
    precedente = avant.order_by("-debut", "-pk").values_list("pk", flat=True).first()
    vides = Execution.objects.filter(pk__in=[precedente], statut=Execution.Statut.REUSSIE, compteurs={})
    if not vides.update(fin=execution.fin, repetitions=F("repetitions") + 1):
        return False
    execution.delete()
    return True


@task_prerun.connect
def _avant(task_id: str, task: Task, **_: object) -> None:
    # One that comes back was on a worker that died: its deaths are counted, whatever it is.
    if task.name in taches() or (task.request.delivery_info or {}).get("redelivered"):
        _sans_empecher(ouvrir, task.name, uuid.UUID(task_id))


@task_success.connect
def _apres(sender: Task, result: object, **_: object) -> None:
    if sender.name in taches() or (sender.request.delivery_info or {}).get("redelivered"):
        _sans_empecher(reussir, uuid.UUID(sender.request.id), result if isinstance(result, dict) else {})


@task_failure.connect
def _en_echec(sender: Task, task_id: str, exception: BaseException, **_: object) -> None:
    if sender.name in taches():
        _sans_empecher(echouer, uuid.UUID(task_id), type(exception).__name__)


def _sans_empecher(noter: Any, *arguments: Any) -> None:
    """A run that cannot be noted still runs: the row is a witness, not a condition."""
    try:
        noter(*arguments)
    except DatabaseError as erreur:
        log.error("execution_non_notee", erreur=type(erreur).__name__)
