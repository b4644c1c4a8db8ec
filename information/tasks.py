"""Celery entry points of information."""

from celery import shared_task

from information import lettre


@shared_task(name="information.lettre")
def ecrire_la_lettre() -> dict[str, int]:
    """Write the letters that are due (I-01)."""
    return {"lettres": lettre.envoyer()}
