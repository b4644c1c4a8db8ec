"""What every request goes through, besides access (accounts.middleware)."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from conformite.journal import consigner
from socle import horloge

Reponse = Callable[[HttpRequest], HttpResponse]


def entetes(get_response: Reponse) -> Reponse:
    """Forbid caches to keep what a signed-in person sees, and features that the portal never uses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response

    return middleware


def adresses_lisibles(get_response: Reponse) -> Reponse:
    """Refuse an address with a NUL, which nobody types and which no text of the database may hold."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any(
            "\0" in valeur for _, valeur in parse_qsl(request.META["QUERY_STRING"])
        ):
            raise BadRequest("NUL")
        return get_response(request)

    return middleware


def horloge_relue(get_response: Reponse) -> Reponse:
    """Read the shift of the clock afresh at each request (nothing happens in production)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        horloge.relire()
        return get_response(request)

    return middleware


def refus_journalises(get_response: Reponse) -> Reponse:
    """Leave one journal line for each refusal met by a signed-in account: other's object or no right (R-04)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in (403, 404) and request.user.is_authenticated and request.resolver_match:
            consigner(
                "acces.refuse",
                par=request.user,
                reference=str(request.resolver_match.kwargs.get("reference", ""))[:40],
                vue=request.resolver_match.view_name[:60],
                statut=response.status_code,
            )
        return response

    return middleware
