"""Import existing conventions from a table: preview line by line, confirmation, then how far it is."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from caisses.models import Caisse
from conventions import colonnes
from conventions.actions.importations import demander_importation
from conventions.forms.convention import ImportationForm
from conventions.importation import COLONNES, LigneConvention, en_texte, lire
from conventions.importation import modele as ecrire_modele
from conventions.models.importations import Importation
from conventions.permissions import can_chercher_partenaire
from socle.actes import ActeDePage, PageASoi, envoye
from socle.roles import exiger


@require_safe
def modele(request: HttpRequest) -> HttpResponse:
    """Send a CSV to fill in."""
    exiger(can_chercher_partenaire(request.user))
    reponse = HttpResponse(ecrire_modele(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="conventions.csv"'
    return reponse


class _PageDImportation(PageASoi):
    """With a table, what each line would do; on confirmation, the sound ones are written."""

    gabarit = "conventions/importation.html"
    texte = ""
    lignes: Sequence[LigneConvention] = ()

    def former(self, acte: ActeDePage, objet: Any) -> ImportationForm:
        caisses = Caisse.objects.visibles_par(self.compte)
        return ImportationForm(envoye(self.request), self.request.FILES or None, caisses=caisses)

    def juger(self, form: Any) -> bool:
        """Read the table."""
        if not form.is_valid():
            return False
        envoi = form.cleaned_data["fichiers"]
        try:
            self.texte = form.cleaned_data["csv"]
            if envoi is not None:
                self.texte = en_texte(envoi.name or "", envoi.read(), pour=self.compte.pk)
            self.lignes = lire(self.texte, form.cleaned_data["caisse"])
        except ValidationError as erreur:
            form.add_error("fichiers" if envoi is not None else "csv", erreur)
        return not form.errors

    def montrer(self, objet: Any, acte: ActeDePage, form: Any) -> HttpResponse | None:
        """Show the lines first: what is confirmed is what was read, wherever it came from."""
        if "confirmer" in self.request.POST:
            return None
        if not self.juger(form):
            return self.afficher(objet, acte.verbe, form, 422)
        lu = {"caisse": form.cleaned_data["caisse"].pk, "csv": self.texte}
        return self.afficher(objet, acte.verbe, ImportationForm(lu, caisses=form.fields["caisse"].queryset))

    def contexte(self, objet: Any) -> dict[str, object]:
        return {
            # What must be looked at is read first.
            "lignes": sorted(self.lignes, key=lambda ligne: (not ligne.erreurs, ligne.numero)),
            "bonnes": sum(not ligne.erreurs for ligne in self.lignes),
            "colonnes": COLONNES,
            "facultatives": colonnes.COLONNES,
        }

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        return demander_importation(par=self.compte, caisse=donnees["caisse"], texte=self.texte)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("conventions-importation", args=[self.rendu.pk]) if self.rendu else ""


importer = _PageDImportation.pour(
    "importer",
    titre="Reprendre des conventions",
    fait="L’importation est demandée.",
    faire=demander_importation,
    formulaire=ImportationForm,
    droit=lambda compte, _: can_chercher_partenaire(compte),
)


@require_safe
def suivre(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell how far an import is, then what became of each line, those that were left out first."""
    exiger(can_chercher_partenaire(request.user))
    trouvee = get_object_or_404(
        Importation.objects.filter(caisse__in=request.user.caisses.all()).select_related("caisse"), pk=pk
    )
    return render(request, "conventions/importation_suivie.html", {"importation": trouvee})
