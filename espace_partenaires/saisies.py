"""What a person typed is never lost because a session or a form grew too old.

When a form arrives from one of our own pages after the session ended, or with a token that is no longer right,
nothing is done with it, and the page that answers gives it back: the texts to read and copy, and a button that sends
the same form again. Nothing is stored: the text goes back to the browser that sent it. A form that does not come
from our pages gets the explanation alone.

What may be given back is declared: a form says `a_rendre = True`, and then its visible fields are, by their names; a
field that holds a secret, a file or a hidden value never is, nor a name that is a secret in any form, nor anything of
a page that needs no session. Whether a session ended is told by the gate, on its answer (`session_terminee`).
"""

from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus

from django import forms
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import resolve

LONGUEUR_AFFICHEE = 20


def _formulaires(racine: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for enfant in racine.__subclasses__():
        yield enfant
        yield from _formulaires(enfant)


@cache
def _declares() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of the fields to give back, and the beginnings of those that a form makes when it is built."""
    rendus: set[str] = set()
    retenus: set[str] = set()
    familles: set[str] = set()
    for forme in _formulaires():
        familles.update(getattr(forme, "familles_a_rendre", ()))
        for nom, champ in getattr(forme, "base_fields", {}).items():
            widget = champ.widget
            secret = isinstance(widget, forms.PasswordInput) or not getattr(champ, "rendable", True)
            if secret or widget.is_hidden or widget.needs_multipart_form:
                retenus.add(nom)
            elif getattr(forme, "a_rendre", False):
                rendus.add(nom)
    return frozenset(rendus - retenus), tuple(sorted(familles))


def est_rendable(nom: str) -> bool:
    """Whether a form declares that what is typed under this name, prefix of the form apart, is given back."""
    court = nom.rpartition("-")[2]
    rendus, familles = _declares()
    return court in rendus or court.startswith(familles)


def _demande_une_session(request: HttpRequest) -> bool:
    try:
        vue = (request.resolver_match or resolve(request.path_info)).func
    except Http404:
        return False
    return getattr(vue, "login_required", True)


def vient_de_nos_pages(request: HttpRequest) -> bool:
    """Whether the browser says that the form was sent by a page of this very site."""
    provenance = request.headers.get("Sec-Fetch-Site")
    if provenance is not None:
        return provenance == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def saisie(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the typed fields to give back; nothing when the form cannot be read, or comes from elsewhere."""
    if not vient_de_nos_pages(request) or not _demande_une_session(request):
        return []
    try:
        listes = request.POST.lists()
        return [(nom, str(valeur)) for nom, valeurs in listes if est_rendable(nom) for valeur in valeurs]
    except (RequestDataTooBig, TooManyFieldsSent, UnreadablePostError):
        return []


def contexte_de_la_saisie(request: HttpRequest) -> dict[str, object]:
    """Return what a page needs to give back what was typed: the fields, the long texts, where to send them again."""
    champs = saisie(request)
    textes = [
        (nom.replace("_", " ").replace("-", " ").capitalize(), valeur)
        for nom, valeur in champs
        if len(valeur) > LONGUEUR_AFFICHEE
    ]
    return {
        "champs": champs,
        "textes": textes,
        "fichiers_perdus": bool(champs and request.FILES),
        "adresse": request.get_full_path(),
    }


def _page(request: HttpRequest, *, session_terminee: bool) -> HttpResponse:
    contexte = contexte_de_la_saisie(request) | {
        "session_terminee": session_terminee,
        # The page that was served set one: a browser that gives none back refuses them.
        "sans_cookie": not request.COOKIES,
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
    """Replace the gate's redirection to the sign-in page by the typed text, when the session ended during a form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not getattr(response, "session_terminee", False):
            return response
        if request.method == "POST" and saisie(request):
            return _page(request, session_terminee=True)
        return response

    return middleware
