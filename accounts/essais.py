"""Failed sign-ins: how long an account waits, and when an address is suspected. The block itself is django-axes'.

An address may be a whole caisse behind one router: ten failures block one identifiant at one address, never the
address; only a flood, far above what forgetful people do, slows the address down.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, QueryDict

from accounts.regles import ECHECS_PAR_ADRESSE, FENETRE_ECHECS, delai_apres_echecs
from socle import horloge


class EssaisSansSaisie(AxesDatabaseHandler):
    """django-axes' counters, without what it would copy of the request: body, query, address of the page.

    A wrong password is nearly the right one, or another account's; the address may be a personal link.
    """

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count the failure; axes reads an empty request meanwhile."""
        if request is None:
            return
        recu = request.GET, request.POST, request.axes_path_info
        request.GET, request.POST, request.axes_path_info = QueryDict(), QueryDict(), ""
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST, request.axes_path_info = recu


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
