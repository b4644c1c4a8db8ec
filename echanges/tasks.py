"""Celery entry points of the exchanges."""

from celery import shared_task

from echanges.actions.rapprochements import tenir_les_rapprochements
from echanges.echeances import faire_ce_qui_est_du


@shared_task(name="echanges.echeances")
def echeances() -> dict[str, int]:
    """Remind, tell what is late, warn before the term: whatever is due (E-10, E-11)."""
    return faire_ce_qui_est_du()


@shared_task(name="echanges.rapprochements")
def rapprochements() -> dict[str, int]:
    """Compare again what a list that came or went has changed (E-05)."""
    return {"rapproches": tenir_les_rapprochements()}
