"""Statistics with pictures: a structure's own, a caisse's; each chart beside its table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from signalements import permissions
from signalements.statistiques.requetes import de_la_caisse, de_la_structure
from socle.roles import exiger


@require_safe
def statistiques(request: HttpRequest) -> HttpResponse:
    """Show counts and delays to the structure; volumes, delays, seats and reviews to those who run the caisse."""
    compte = request.user
    exiger(permissions.can_lire_chiffres(compte))
    if compte.cote_partenaire:
        series, qui = de_la_structure(compte), compte.partenaire.nom
    else:
        series, qui = de_la_caisse(compte), ", ".join(caisse.nom for caisse in compte.caisses.all())
    masque = compte.cote_caisse
    return render(request, "signalements/statistiques.html", {"series": series, "qui": qui, "masque": masque})
