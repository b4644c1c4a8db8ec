"""Import of techniciens: a preview says line by line what will happen, then the gestionnaire confirms."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.actions.places import places
from accounts.forms.importation import ImportForm
from accounts.importation import LigneCompte, importer
from accounts.reauthentification import confirmer_identite
from socle.profils import Profil
from socle.roles import exiger


@require_http_methods(["GET", "HEAD", "POST"])
def importation(request: HttpRequest) -> HttpResponse:
    """Read a file, show what it would do; the password is asked before it is done, when there is no file any more."""
    return (confirmer_identite(_importer) if request.POST.get("confirmer") else _importer)(request)


def _importer(request: HttpRequest) -> HttpResponse:
    """Nothing typed is kept on the server in between."""
    exiger(permissions.can_creer(request.user, Profil.TECHNICIEN))
    poste = request.method == "POST"
    formulaire = ImportForm(request.POST if poste else None, request.FILES if poste else None)
    bilan: list[LigneCompte] = []
    if poste:
        formulaire.is_valid()
        confirme = formulaire.is_valid() and bool(formulaire.cleaned_data["confirmer"])
        try:
            if contenu := formulaire.cleaned_data.get("contenu"):
                bilan = importer(contenu, par=request.user, essai=not confirme)
        except ValidationError as refus:
            formulaire.add_error("fichier", refus)
        else:
            if confirme:
                crees = sum(not ligne.erreurs for ligne in bilan)
                messages.success(
                    request, f"Comptes créés : {crees}. Lignes laissées de côté : {len(bilan) - crees}."
                )
                return redirect("comptes")
    contexte = {
        "form": formulaire,
        "bilan": bilan,
        "contenu": formulaire.cleaned_data.get("contenu", "") if bilan else "",
        "bonnes": sum(not ligne.erreurs for ligne in bilan),
        "places": places(request.user.partenaire, Profil.TECHNICIEN),
        "libelle": "Techniciens",
    }
    return render(request, "accounts/importer.html", contexte, status=422 if formulaire.errors else 200)
