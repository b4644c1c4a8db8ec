"""Celery entry points of the demandes."""

from celery import shared_task

from signalements.echeances import faire_ce_qui_est_du


@shared_task(name="demandes.echeances")
def echeances() -> dict[str, int]:
    """Remind, close, prolong and warn: whatever is due (D-15, D-20)."""
    return faire_ce_qui_est_du()
