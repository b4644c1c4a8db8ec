"""The client's address behind trusted proxies, read once and for all: lock-outs and logs depend on it."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

Reponse = Callable[[HttpRequest], HttpResponse]
PAR_MANDATAIRE = "portail.par_mandataire"


def adresse_du_client(get_response: Reponse) -> Reponse:
    """Put the client's address in REMOTE_ADDR, and drop the header that anyone can write.

    `settings.MANDATAIRES` is the number of proxies of ours in front: each appends the address it saw, so the
    client's is that many from the end. Without proxy the connection's address is the client's.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        dites = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        request.META[PAR_MANDATAIRE] = bool(dites)
        recues = [adresse.strip() for adresse in dites.split(",")]
        rang = settings.MANDATAIRES
        if rang and len(recues) >= rang and _est_une_adresse(recues[-rang]):
            request.META["REMOTE_ADDR"] = recues[-rang]
        return get_response(request)

    return middleware


def exiger_l_interieur(request: HttpRequest) -> None:
    """Raise Http404 unless the process is asked by itself, from a private network: what only its operator reads."""
    if request.META[PAR_MANDATAIRE] or not ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_private:
        raise Http404


def _est_une_adresse(texte: str) -> bool:
    try:
        ipaddress.ip_address(texte)
    except ValueError:
        return False
    return True
