"""Import existing conventions from a table: preview line by line, confirmation, then how far it is."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from caisses.models import Caisse
from conventions import colonnes
from conventions.actions.importations import demander_importation
from conventions.forms.convention import ImportationForm
from conventions.importation import COLONNES, LigneConvention, en_texte, lire
from conventions.importation import modele as ecrire_modele
from conventions.models.importations import Importation
from conventions.permissions import can_chercher_partenaire
from socle.actes import LECTURE_ECRITURE, envoye
from socle.roles import exiger


@require_safe
def modele(request: HttpRequest) -> HttpResponse:
    """Send a CSV to fill in."""
    exiger(can_chercher_partenaire(request.user))
    reponse = HttpResponse(ecrire_modele(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="conventions.csv"'
    return reponse


@require_http_methods(LECTURE_ECRITURE)
def importer(request: HttpRequest) -> HttpResponse:
    """Show the form; with a table, what each line would do; on confirmation, have the sound ones written."""
    exiger(can_chercher_partenaire(request.user))
    caisses = Caisse.objects.visibles_par(request.user)
    form = ImportationForm(envoye(request), request.FILES or None, caisses=caisses)
    lignes: list[LigneConvention] = []
    if request.method == "POST" and form.is_valid():
        try:
            caisse, texte = form.cleaned_data["caisse"], _texte(request, form)
            lignes = lire(texte, caisse)
            if "confirmer" in request.POST:
                importation = demander_importation(par=request.user, caisse=caisse, texte=texte)
                return redirect("conventions-reprise", importation.pk)
        except ValidationError as erreur:
            form.add_error("fichiers" if request.FILES else "csv", erreur)
        else:
            # What is confirmed is what was read, wherever it came from.
            form = ImportationForm({"caisse": caisse.pk, "csv": texte}, caisses=caisses)
    contexte = {
        "form": form,
        # What must be looked at is read first.
        "lignes": sorted(lignes, key=lambda ligne: (not ligne.erreurs, ligne.numero)),
        "bonnes": sum(not ligne.erreurs for ligne in lignes),
        "colonnes": COLONNES,
        "facultatives": colonnes.COLONNES,
    }
    return render(request, "conventions/importation.html", contexte, status=422 if form.errors else 200)


def _texte(request: HttpRequest, form: ImportationForm) -> str:
    """Return the table that was sent, as text. Raise ValidationError."""
    envoi = form.cleaned_data["fichiers"]
    if envoi is None:
        return form.cleaned_data["csv"]
    return en_texte(envoi.name or "", envoi.read(), pour=request.user.pk)


@require_safe
def reprise(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell how far an import is, then what became of each line, those that were left out first."""
    exiger(can_chercher_partenaire(request.user))
    trouvee = get_object_or_404(
        Importation.objects.filter(caisse__in=request.user.caisses.all()).select_related("caisse"), pk=pk
    )
    return render(request, "conventions/reprise.html", {"importation": trouvee})
