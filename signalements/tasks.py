"""Celery entry points of the demandes."""

from celery import shared_task

from signalements.echeances import envoyer_les_resumes, faire_ce_qui_est_du


@shared_task(name="demandes.echeances")
def echeances() -> dict[str, int]:
    """Remind, close, prolong and warn: whatever is due (D-15, D-20)."""
    return faire_ce_qui_est_du()


@shared_task(name="demandes.resumes")
def resumes() -> dict[str, int]:
    """Say to the agents who asked for it what awaits them this morning."""
    return {"envoyes": envoyer_les_resumes()}
