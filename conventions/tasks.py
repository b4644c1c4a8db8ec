"""Celery entry points of the conventions."""

from celery import shared_task

from conventions.actions import avenants, fins, importations, preuves
from conventions.actions import rappels as actions_rappels


@shared_task(name="conventions.echeances")
def echeances() -> dict[str, int]:
    """Apply the avenants whose day has come, note the ends, move the terms of the proofs, take up imports (C-06, A-13)."""
    faits = avenants.appliquer_avenants() | fins.constater_les_fins() | preuves.prolonger_les_preuves()
    return faits | importations.poursuivre_toutes()


@shared_task(name="conventions.rappels")
def rappels() -> dict[str, int]:
    """Write the reminders that are due (C-03)."""
    return actions_rappels.rappeler()
