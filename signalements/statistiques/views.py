"""Statistics with pictures: a structure's own, a caisse's, the nation's; each chart beside its table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from signalements import permissions
from signalements.journal import Acte
from signalements.statistiques.forms import ChiffresForm
from signalements.statistiques.nation import de_la_nation
from signalements.statistiques.requetes import de_la_caisse, de_la_structure, lignes_exportees
from socle.roles import exiger
from socle.tableur import reponse_csv


@require_safe
def statistiques(request: HttpRequest) -> HttpResponse:
    """Show counts and delays to the structure; volumes, delays, ends, seats and reviews to those who run the caisse."""
    compte, form = request.user, None
    exiger(permissions.can_lire_chiffres(compte))
    if compte.cote_partenaire:
        series, qui = de_la_structure(compte), compte.partenaire.nom
    elif not compte.cote_caisse:
        series, qui = de_la_nation(), "Toutes les caisses"
    else:
        form = ChiffresForm(request.GET or None, compte=compte)
        series, qui = de_la_caisse(compte, form), ", ".join(caisse.nom for caisse in compte.caisses.all())
    contexte = {
        "series": series,
        "qui": qui,
        "form": form,
        "filtres": form,
        "parametres": request.GET.urlencode(),
    }
    statut = 422 if form is not None and form.errors else 200
    return render(request, "signalements/statistiques.html", contexte, status=statut)


@require_safe
def exporter(request: HttpRequest) -> HttpResponse:
    """Send how demandes ended, by motif and by structure, as CSV: numbers only, small ones masked."""
    exiger(permissions.can_exporter_chiffres(request.user))
    lignes = lignes_exportees(request.user, ChiffresForm(request.GET or None, compte=request.user))
    consigner(Acte.STATISTIQUES_EXPORTER, par=request.user, objet=request.user, nombre=len(lignes))
    return reponse_csv("statistiques.csv", ("Tableau", "Motif ou structure", "Suite", "Demandes"), lignes)
