"""Failed sign-ins: how long an account waits, and when an address is suspected. The block itself is django-axes'.

An address may be a whole caisse behind one router: ten failures block one identifiant at one address, never the
address; only a flood, far above what forgetful people do, slows the address down.
"""

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum

from accounts.regles import ECHECS_PAR_ADRESSE, FENETRE_ECHECS, delai_apres_echecs
from socle import horloge


def secondes_d_attente(identifiant: str, adresse: str) -> int:
    """Return the seconds left before the next try for this identifiant, known or not, from this address.

    All the addresses count together: who changes address at each try waits as long.
    """
    essais = AccessAttempt.objects.filter(username=identifiant)
    if essais.filter(ip_address=adresse, failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists():
        # Blocked: axes answers, with the way out.
        return 0
    bilan = essais.aggregate(n=Sum("failures_since_start"), dernier=Max("attempt_time"))
    delai = delai_apres_echecs(bilan["n"] or 0)
    if not delai:
        return 0
    ecoule = (horloge.temps_reel() - bilan["dernier"]).total_seconds()
    return max(0, int(delai - ecoule + 0.999))


def adresse_suspecte(adresse: str) -> bool:
    """Whether so many sign-ins failed lately from this address that it is slowed down, whatever the identifiants."""
    depuis = horloge.temps_reel() - FENETRE_ECHECS
    essais = AccessAttempt.objects.filter(ip_address=adresse, attempt_time__gt=depuis)
    return (essais.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= ECHECS_PAR_ADRESSE
