"""Leave a task to the workers once the transaction is committed.

The truth is in Postgres: a broker that is down or frozen costs the user nothing (one second at most),
and the sweepers of the beat table find the work.
"""

from functools import partial

import structlog
from celery import Task
from django.db import transaction

log = structlog.get_logger(__name__)


def apres_commit(tache: Task, *identifiants: int | str) -> None:
    """Publish `tache` with opaque identifiers after commit, without retry, never failing the request."""
    transaction.on_commit(partial(_publier, tache, identifiants), robust=True)


def _publier(tache: Task, identifiants: tuple[int | str, ...]) -> None:
    try:
        tache.apply_async(args=identifiants, retry=False)
    except Exception as erreur:
        # Any failure of the broker's client means the same: the sweeper will do it.
        log.warning("publication_impossible", tache=tache.name, erreur=type(erreur).__name__)
