"""The Celery application. Its beat table is in settings; each app's tasks.py holds thin entry points."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import task_prerun
from kombu.transport import redis

from socle import horloge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")


class Canal(redis.Channel):
    """What reads the broker: a message that is no task ends nobody; it is read once, told, and gone."""

    def _brpop_read(self, **options: object) -> Any:
        try:
            return super()._brpop_read(**options)
        except (ValueError, LookupError, TypeError, AttributeError) as erreur:
            structlog.get_logger(__name__).error("message_illisible", erreur=type(erreur).__name__)
            return None


redis.Transport.Channel = Canal
app = Celery("espace_partenaires", task_cls="conformite.executions:Tache")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["socle"], related_name="courriels")
app.autodiscover_tasks(["accounts.actions"], related_name="oublis")
app.autodiscover_tasks(["espace_partenaires"], related_name="indisponible")


@task_prerun.connect
def relire_l_horloge(**_: object) -> None:
    """Each task reads the shift of the clock afresh."""
    horloge.relire()
