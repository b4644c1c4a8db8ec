"""Public pages, error pages, and what keeps a session alive: nothing here belongs to an app."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from espace_partenaires import horloge


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Show the accessibility declaration: « non conforme » until an audit says otherwise."""
    return render(request, "pages/accessibilite.html")


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """Tell which personal data the portal handles, why, how long, and the rights (R-03)."""
    return render(request, "pages/donnees_personnelles.html")


@login_not_required
@require_safe
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Show the legal notice."""
    return render(request, "pages/mentions_legales.html")


@login_not_required
@require_safe
def plan_du_site(request: HttpRequest) -> HttpResponse:
    """List the pages that the account may reach."""
    return render(request, "pages/plan_du_site.html")


@login_not_required
@require_safe
def aide(request: HttpRequest) -> HttpResponse:
    """Show the help."""
    return render(request, "pages/aide.html")


@require_safe
def session_prolonger(request: HttpRequest) -> HttpResponse:
    """Answer nothing: being asked is what counts as activity (called by the warning before the session ends)."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def erreur_500(request: HttpRequest) -> HttpResponse:
    """Answer an unexpected error without database nor session."""
    texte = render_to_string("500.html", {"quand": horloge.temps_reel()})
    return HttpResponse(texte, status=HTTPStatus.INTERNAL_SERVER_ERROR)


urlpatterns = [
    path("aide/", aide, name="aide"),
    path("accessibilite/", accessibilite, name="accessibilite"),
    path("donnees-personnelles/", donnees_personnelles, name="donnees-personnelles"),
    path("mentions-legales/", mentions_legales, name="mentions-legales"),
    path("plan-du-site/", plan_du_site, name="plan-du-site"),
    path("session/prolonger/", session_prolonger, name="session-prolonger"),
]
