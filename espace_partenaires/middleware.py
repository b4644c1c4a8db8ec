"""What every request goes through, besides access (accounts.middleware)."""

import codecs
import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models.compte import Compte
from conformite.journal import consigner
from conventions.models.conventions import Convention
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from espace_partenaires.journal import Acte
from signalements.models.demandes import Demande
from socle import horloge
from socle.references import FORME

Reponse = Callable[[HttpRequest], HttpResponse]


class _EnCookie(CookieStorage):
    cookie_name = f"{settings.PREFIXE_COOKIES}messages"


class Messages(FallbackStorage):
    """Django's messages, in a cookie that no sub-domain plants."""

    storage_classes = (_EnCookie, SessionStorage)


def entetes(get_response: Reponse) -> Reponse:
    """Forbid caches to keep what a signed-in person sees, and features that the portal never uses.

    Above all that may answer by itself: a static file, a host that is not ours.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        # The server names its software where nobody speaks.
        response.headers["Server"] = "portail"
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response

    return middleware


# No address of ours ends so.
_AVEC_PONCTUATION = re.compile(r"(.*)/[)\]}>»”’'\".,;:!*…\s\u200b]+/?")


def adresses_lisibles(get_response: Reponse) -> Reponse:
    """Leave the signs that a mail software took into a link: « …/lien/) ».

    Refuse an address with a NUL, which nobody types and which no text of the database may hold, and a form that is not in
    UTF-8: the page that says so reads it again, as if it were.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any(
            "\0" in valeur for _, valeur in parse_qsl(request.META["QUERY_STRING"])
        ):
            raise BadRequest("NUL")
        if request.encoding is not None:
            en_utf_8 = codecs.lookup(request.encoding).name == "utf-8"
            request.encoding = "utf-8"
            if not en_utf_8:
                raise BadRequest("encodage")
        if request.method in ("GET", "HEAD") and (trouvee := _AVEC_PONCTUATION.fullmatch(request.path)):
            return HttpResponseRedirect(f"/{trouvee[1].strip('/')}/" if trouvee[1].strip("/") else "/")
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
            _consigner_le_refus(request, response.status_code)
        return response

    return middleware


def _consigner_le_refus(request: HttpRequest, statut: int) -> None:
    """Write whose refusal it is: of what the account's structure holds, that object's; else the account's (R-04).

    A shared structure met by a refusal with one caisse tells its reference to no other. What an account asks for
    beyond its structure, or its caisse, is only what it typed: cited where it has the form of a reference.
    """
    adresse = request.resolver_match
    saisie = str(adresse.kwargs.get("reference", ""))
    reference = saisie if FORME.fullmatch(saisie) else ""
    siens = _de_sa_structure(request.user, reference)
    consigner(
        Acte.ACCES_REFUSE,
        par=request.user,
        objet=siens or request.user,
        citees=[reference] if reference and siens is None else [],
        vue=adresse.view_name[:60],
        statut=statut,
    )


def _de_sa_structure(compte: Compte, reference: str) -> Model | None:
    if not reference or compte.partenaire_id is None:
        return None
    trouves = (
        modele.objects.filter(reference=reference, partenaire=compte.partenaire_id).first()
        for modele in (Demande, Convention, Violation, DemandeDroits)
    )
    return next((un for un in trouves if un is not None), None)
