"""Statistics with pictures: a structure's own, a caisse's, the nation's; each chart beside its table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from signalements import permissions
from signalements.journal import Acte
from signalements.statistiques.forms import ChiffresForm
from signalements.statistiques.nation import de_la_nation
from signalements.statistiques.requetes import (
    de_la_caisse,
    de_la_structure,
    lignes_de_la_structure,
    lignes_exportees,
)
from socle.roles import exiger
from socle.tableur import reponse_csv


@require_safe
def statistiques(request: HttpRequest) -> HttpResponse:
    """Show counts and delays to the structure; volumes, delays, ends, seats and reviews to those who run the caisse."""
    compte = request.user
    exiger(permissions.can_lire_chiffres(compte))
    form: ChiffresForm | None = ChiffresForm(request.GET or None, compte=compte)
    if compte.cote_partenaire:
        series, qui = de_la_structure(compte, form), compte.partenaire.nom
        legende, export = "Période, par mois entiers", "Exporter ces chiffres (CSV)"
    elif not compte.cote_caisse:
        # By the bilans' tables: nothing to choose, nothing to take away.
        form, legende, export = None, "", ""
        series, qui = de_la_nation(), "Toutes les caisses"
    else:
        legende, export = "Période de dépôt", "Exporter issues et motifs de non recevabilité (CSV)"
        series, qui = de_la_caisse(compte, form), ", ".join(caisse.nom for caisse in compte.caisses.all())
    contexte = {
        "series": series,
        "qui": qui,
        "form": form,
        "filtres": form,
        "legende": legende,
        "export": export,
        "parametres": request.GET.urlencode(),
    }
    return render(
        request,
        "signalements/statistiques.html",
        contexte,
        status=422 if form is not None and form.errors else 200,
    )


@require_safe
def exporter(request: HttpRequest) -> HttpResponse:
    """Send a structure its figures, a caisse how demandes ended, as CSV: numbers only, small ones masked."""
    compte = request.user
    exiger(permissions.can_exporter_chiffres(compte))
    form = ChiffresForm(request.GET or None, compte=compte)
    entetes, lignes = (
        lignes_de_la_structure(compte, form) if compte.cote_partenaire else lignes_exportees(compte, form)
    )
    consigner(Acte.STATISTIQUES_EXPORTER, par=compte, objet=compte, nombre=len(lignes))
    return reponse_csv("statistiques.csv", entetes, lignes)
