"""Celery entry points of the exchanges."""

from celery import shared_task

from echanges.echeances import faire_ce_qui_est_du


@shared_task(name="echanges.echeances")
def echeances() -> dict[str, int]:
    """Remind, tell what is late, warn before the term: whatever is due (E-10, E-11)."""
    return faire_ce_qui_est_du()
