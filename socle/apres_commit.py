"""Leave a task to the workers once the transaction is committed.

The truth is in Postgres: a broker that is down or frozen costs the user nothing (one second at most),
and the sweepers of the beat table find the work.
"""

import time
from functools import partial

import structlog
from celery import Task
from django.db import transaction

log = structlog.get_logger(__name__)

# After a failure this process leaves the broker alone for a while: an act that writes ten mails waits once.
SILENCE_SECONDES = 5.0
_silence_jusqu_a = 0.0


def apres_commit(tache: Task, *identifiants: int | str) -> None:
    """Publish `tache` with opaque identifiers after commit, without retry, never failing the request."""
    transaction.on_commit(partial(_publier, tache, identifiants), robust=True)


def _publier(tache: Task, identifiants: tuple[int | str, ...]) -> None:
    global _silence_jusqu_a
    if time.monotonic() < _silence_jusqu_a:
        return
    try:
        tache.apply_async(args=identifiants, retry=False)
    except Exception as erreur:
        # Any failure of the broker's client means the same: the sweeper will do it.
        _silence_jusqu_a = time.monotonic() + SILENCE_SECONDES
        log.warning("publication_impossible", tache=tache.name, erreur=type(erreur).__name__)
