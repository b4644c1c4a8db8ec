"""Celery entry points of accounts: each finds what is due by itself."""

from celery import shared_task

from accounts.actions.confirmations import expirer_contreseings
from accounts.actions.echeances import (
    balayer,
    envoyer_notices,
    executer_departs,
    inactiver_fins_de_convention,
)
from accounts.actions.revues import suivre_les_revues


@shared_task(name="comptes.departs")
def departs() -> dict[str, int]:
    """Carry out the departures announced for today (A-10)."""
    return {"inactives": executer_departs()}


@shared_task(name="comptes.fins_de_convention")
def fins_de_convention() -> dict[str, int]:
    """Inactivate the accounts of the structures whose last convention ended (A-13)."""
    return {"inactives": inactiver_fins_de_convention()}


@shared_task(name="comptes.notices")
def notices() -> dict[str, int]:
    """Announce ends of access, deletions and old passwords, 30 and 7 days before (A-06, A-13, A-14)."""
    return envoyer_notices()


@shared_task(name="comptes.balayer")
def balayage() -> dict[str, int]:
    """Delete expired sessions, posts and links; close what no second person confirmed in time (A-24)."""
    return {"lignes": balayer(), "expires": expirer_contreseings()}


@shared_task(name="comptes.revues")
def revues() -> dict[str, int]:
    """Open the regular reviews, remind the late ones, close the finished ones (A-17)."""
    return suivre_les_revues()
