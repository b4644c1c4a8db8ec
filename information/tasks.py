"""Celery entry points of information."""

from celery import shared_task

from information import actions, lettre


@shared_task(name="information.lettre")
def ecrire_la_lettre() -> dict[str, int]:
    """Write the letters that are due; keep the documents readable while they are published (I-01)."""
    return {"lettres": lettre.envoyer(), "documents": actions.prolonger_les_documents()}
