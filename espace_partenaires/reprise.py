"""What a person typed is never lost because a session or a form grew too old.

When a form arrives from one of our own pages after the session ended, or with a token that is no longer right,
nothing is done with it, and the page that answers gives it back: the texts to read and copy, and a button that sends
the same form again. Nothing is stored: the text goes back to the browser that sent it. A form that does not come
from our pages gets the explanation alone.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render, resolve_url

# Never given back, whatever the form.
SECRETS = ("password", "mot_de_passe", "csrfmiddlewaretoken", "code", "jeton", "secret")
LONGUEUR_AFFICHEE = 20


def vient_de_nos_pages(request: HttpRequest) -> bool:
    """Whether the browser says that the form was sent by a page of this very site."""
    provenance = request.headers.get("Sec-Fetch-Site")
    if provenance is not None:
        return provenance == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def saisie(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the typed fields, secrets left out; nothing when the form cannot be read."""
    try:
        listes = request.POST.lists()
        return [
            (nom, str(valeur))
            for nom, valeurs in listes
            if not any(secret in nom.lower() for secret in SECRETS)
            for valeur in valeurs
        ]
    except (RequestDataTooBig, TooManyFieldsSent, UnreadablePostError):
        return []


def _page(request: HttpRequest, *, session_terminee: bool) -> HttpResponse:
    champs = saisie(request) if vient_de_nos_pages(request) else []
    textes = [
        (nom.replace("_", " ").replace("-", " ").capitalize(), valeur)
        for nom, valeur in champs
        if len(valeur) > LONGUEUR_AFFICHEE
    ]
    contexte = {
        "session_terminee": session_terminee,
        "champs": champs,
        "textes": textes,
        "fichiers_perdus": bool(champs and request.FILES),
        "adresse": request.get_full_path(),
    }
    response = render(request, "403_csrf.html", contexte, status=HTTPStatus.FORBIDDEN)
    response.headers["Cache-Control"] = "no-store"
    return response


def echec_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not right: give the text back, with a fresh token (CSRF_FAILURE_VIEW)."""
    return _page(request, session_terminee=False)


def saisie_gardee(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Replace the redirection to the sign-in page by the typed text, when the session ended during a form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        connexion = resolve_url(settings.LOGIN_URL)
        vers = response.headers.get("Location", "")
        if (
            urlsplit(vers).path != connexion
            or request.path.startswith(connexion)
            or request.user.is_authenticated
        ):
            return response
        if request.method == "POST" and saisie(request) and vient_de_nos_pages(request):
            return _page(request, session_terminee=True)
        return response

    return middleware
