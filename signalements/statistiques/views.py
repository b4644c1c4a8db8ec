"""Statistics with pictures: a structure's own, a caisse's; each chart beside its table."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from signalements.statistiques.requetes import de_la_caisse, de_la_structure
from socle.profils import PROFILS_PARTENAIRE, Profil

PROFILS_CHIFFRES = frozenset({Profil.SUPERVISEUR, Profil.ADMINISTRATEUR})


@require_safe
def statistiques(request: HttpRequest) -> HttpResponse:
    """Show counts and delays to the structure; volumes, delays, seats and reviews to those who run the caisse."""
    compte = request.user
    if compte.profil in PROFILS_PARTENAIRE:
        series, qui = de_la_structure(compte), compte.partenaire.nom
    elif compte.profil in PROFILS_CHIFFRES:
        series, qui = de_la_caisse(compte), ", ".join(caisse.nom for caisse in compte.caisses.all())
    else:
        raise PermissionDenied
    masque = compte.profil in PROFILS_CHIFFRES
    return render(request, "signalements/statistiques.html", {"series": series, "qui": qui, "masque": masque})
