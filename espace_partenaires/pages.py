"""Public pages, error pages, and what keeps a session alive: nothing here belongs to an app."""

import datetime as dt
import sys
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from espace_partenaires import guide, indisponible
from espace_partenaires.attentes import est_une_attente, page_occupee
from espace_partenaires.saisies import contexte_de_la_saisie
from socle import horloge
from socle.accessibilite import declaration
from socle.pdf import reponse_pdf

LONGUEUR_RECHERCHE = 100


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Show the accessibility declaration, as the grid of the criteria makes it."""
    contexte = {
        "declaration": declaration(),
        "organisme": settings.EXPLOITANT["Éditeur"],
        "schema": settings.SCHEMA_ACCESSIBILITE,
    }
    return render(request, "pages/accessibilite.html", contexte)


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """Tell which personal data the portal handles, why, how long, and the rights (R-03)."""
    return render(request, "pages/donnees_personnelles.html")


@login_not_required
@require_safe
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Show the legal notice."""
    return render(request, "pages/mentions_legales.html", {"mentions": list(settings.EXPLOITANT.items())})


@login_not_required
@require_safe
def contact_securite(request: HttpRequest) -> HttpResponse:
    """Tell where a weakness is reported (RFC 9116)."""
    adresse, fin = settings.ADRESSE_DU_PORTAIL, horloge.maintenant() + dt.timedelta(days=180)
    lignes = {
        "Contact": adresse + reverse("securite-signaler"),
        "Expires": f"{fin:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages": "fr, en",
        "Canonical": adresse + reverse("contact-securite"),
    }
    texte = "".join(f"{nom}: {valeur}\n" for nom, valeur in lignes.items())
    return HttpResponse(texte, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def plan_du_site(request: HttpRequest) -> HttpResponse:
    """List the pages that the account may reach."""
    return render(request, "pages/plan_du_site.html", {"articles": guide.articles()})


@login_not_required
@require_safe
def aide(request: HttpRequest) -> HttpResponse:
    """Show the guide: the articles of the account's profile first, or those that a search finds."""
    saisie = request.GET.get("q", "")[:LONGUEUR_RECHERCHE].strip()
    profil = getattr(request.user, "profil", "")
    contexte = {
        "saisie": saisie,
        "resultats": guide.chercher(saisie),
        "miens": [a for a in guide.articles() if a.pour(profil)],
        "autres": [a for a in guide.articles() if not a.pour(profil)],
    }
    return render(request, "pages/aide.html", contexte)


@login_not_required
@require_safe
def aide_article(request: HttpRequest, cle: str) -> HttpResponse:
    """Show one article of the guide; 404 when there is none of that name."""
    article = guide.article(cle)
    if article is None:
        raise Http404
    suite = [a for a in guide.articles() if a.pour(getattr(request.user, "profil", "")) and a is not article]
    caisses = indisponible.caisses_et_moyens() if cle == "autres-moyens" else []
    return render(
        request, "pages/aide_article.html", {"article": article, "suite": suite, "caisses": caisses}
    )


@login_not_required
@require_safe
def mode_d_emploi(request: HttpRequest) -> HttpResponse:
    """Give the whole guide as one PDF."""
    return reponse_pdf(guide.mode_d_emploi(), "mode-d-emploi.pdf")


@require_safe
def session_prolonger(request: HttpRequest) -> HttpResponse:
    """Answer nothing: being asked is what counts as activity (called by the warning before the session ends)."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; what was typed for an object that left meanwhile, to another caisse, is given back (D-09)."""
    textes = contexte_de_la_saisie(request)["textes"] if request.method == "POST" else []
    reponse = render(request, "404.html", {"textes": textes}, status=HTTPStatus.NOT_FOUND)
    if textes:
        reponse.headers["Cache-Control"] = "no-store"
    return reponse


def erreur_500(request: HttpRequest) -> HttpResponse:
    """Answer an unexpected error without database nor session; one of the gates that only waits says so."""
    if est_une_attente(erreur := sys.exc_info()[1]):
        return page_occupee(request, erreur)
    texte = render_to_string("500.html", {"quand": horloge.temps_reel()})
    return HttpResponse(texte, status=HTTPStatus.INTERNAL_SERVER_ERROR)


urlpatterns = [
    path("aide/", aide, name="aide"),
    path("aide/mode-d-emploi.pdf", mode_d_emploi, name="mode-d-emploi"),
    path("aide/<slug:cle>/", aide_article, name="aide-article"),
    path(".well-known/security.txt", contact_securite, name="contact-securite"),
    path("accessibilite/", accessibilite, name="accessibilite"),
    path("donnees-personnelles/", donnees_personnelles, name="donnees-personnelles"),
    path("mentions-legales/", mentions_legales, name="mentions-legales"),
    path("plan-du-site/", plan_du_site, name="plan-du-site"),
    path("session/prolonger/", session_prolonger, name="session-prolonger"),
]
