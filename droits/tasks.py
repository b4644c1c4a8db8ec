"""Thin entry points of the surveillance and of the daily audit."""

from celery import shared_task

from droits import coherence
from droits.actions import surveillance


@shared_task(name="droits.surveiller")
def surveiller() -> dict[str, int]:
    """Write to who must know, once."""
    return surveillance.surveiller()


@shared_task(name=coherence.TACHE)
def verifier() -> dict[str, int]:
    """Look every day for what the database should never hold."""
    return coherence.verifier()
