"""Import existing conventions from a CSV: preview line by line, then confirmation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from caisses.models import Caisse
from conventions import colonnes
from conventions.forms.convention import ImportationForm
from conventions.importation import COLONNES, LigneConvention, lire, reprendre
from conventions.importation import modele as ecrire_modele
from conventions.permissions import can_chercher_partenaire
from socle.actes import envoye
from socle.roles import exiger
from socle.templatetags.portail import accorder


@require_safe
def modele(request: HttpRequest) -> HttpResponse:
    """Send a CSV to fill in."""
    exiger(can_chercher_partenaire(request.user))
    reponse = HttpResponse(ecrire_modele(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="conventions.csv"'
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def importer(request: HttpRequest) -> HttpResponse:
    """Show the form; with a CSV, what each line would do; on confirmation, write the sound ones."""
    exiger(can_chercher_partenaire(request.user))
    form = ImportationForm(envoye(request), caisses=Caisse.objects.visibles_par(request.user))
    lignes: list[LigneConvention] = []
    if request.method == "POST" and form.is_valid():
        caisse = form.cleaned_data["caisse"]
        try:
            lignes = lire(form.cleaned_data["csv"], caisse)
        except ValidationError as erreur:
            form.add_error("csv", erreur)
        if lignes and "confirmer" in request.POST:
            faites = reprendre(par=request.user, caisse=caisse, lignes=lignes)
            messages.success(request, f"{accorder(len(faites), 'convention reprise,conventions reprises')}.")
            lignes = [ligne for ligne in lignes if ligne.erreurs]
            if not lignes:
                return redirect("conventions")
    contexte = {
        "form": form,
        # What must be looked at is read first.
        "lignes": sorted(lignes, key=lambda ligne: (not ligne.erreurs, ligne.numero)),
        "bonnes": sum(not ligne.erreurs for ligne in lignes),
        "colonnes": COLONNES,
        "facultatives": colonnes.COLONNES,
    }
    return render(request, "conventions/importation.html", contexte, status=422 if form.errors else 200)
