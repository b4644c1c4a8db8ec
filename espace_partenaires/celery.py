"""The Celery application. Its beat table is in settings; each app's tasks.py holds thin entry points."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun

from socle import horloge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
app = Celery("espace_partenaires")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["socle"], related_name="courriels")
app.autodiscover_tasks(["accounts.actions"], related_name="oublis")
app.autodiscover_tasks(["espace_partenaires"], related_name="indisponible")


@task_prerun.connect
def relire_l_horloge(**_: Any) -> None:
    """Each task reads the shift of the clock afresh."""
    horloge.relire()
