"""What the pages of the exchanges share: loading in the perimeter, and the engagement that comes before any act."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from conventions.models.conventions import Participation
from echanges import permissions
from echanges.models.depots import Depot
from echanges.models.flux import FluxConvenu
from socle.roles import exiger


def charger_participation(request: HttpRequest, reference: str, caisse: str) -> Participation:
    """Return a caisse's part whose exchanges the account sees (404)."""
    visibles = permissions.participations_visibles(request.user)
    return get_object_or_404(
        visibles.select_related("caisse", "convention", "partenaire"),
        convention__reference=reference,
        caisse__code=caisse,
    )


def charger_flux(request: HttpRequest, pk: int) -> FluxConvenu:
    """Return a flow of a part that the account sees (404)."""
    visibles = permissions.participations_visibles(request.user)
    return get_object_or_404(
        FluxConvenu.objects.filter(participation__in=visibles.values("pk")).select_related(
            "participation__caisse", "participation__convention", "participation__partenaire"
        ),
        pk=pk,
    )


def charger_depot(request: HttpRequest, reference: str) -> Depot:
    """Return a deposit that the account sees (404)."""
    return get_object_or_404(
        permissions.depots_visibles(request.user).select_related(
            "caisse", "partenaire", "participation__convention", "flux", "ouvert_par", "courriel", "remplace"
        ),
        reference=reference,
    )


def apres_engagement(
    *, charger: Callable[..., Any], permis: Callable[[Any, Any], bool]
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Give a view what `charger` finds (404), once `permis` says yes (403) and the engagement is signed (E-04)."""

    def decorer(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(vue)
        def porte(request: HttpRequest, cle: object, **reste: Any) -> HttpResponse:
            objet = charger(request, cle)
            exiger(permis(request.user, objet))
            convention = objet.participation.convention
            if not permissions.a_signe(request.user, convention):
                return redirect("engagement", convention.reference)
            return vue(request, objet, **reste)

        return porte

    return decorer
