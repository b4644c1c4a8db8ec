"""The clauses of a convention: chosen in its draft, then changed by an avenant (C-19)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from conventions.actions.avenants import rediger_avenant
from conventions.actions.clauses import choisir_clauses
from conventions.forms.clauses import ClausesForm
from conventions.models.conventions import Convention
from conventions.views.actes import charger_pour_conduire
from socle.actes import LECTURE_ECRITURE, envoye

Statut = Convention.Statut


@require_http_methods(LECTURE_ECRITURE)
def clauses(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the library beside what the convention holds of it; a draft keeps the choice, a signed text gets an avenant."""
    convention = charger_pour_conduire(request, reference)
    if convention.statut not in {Statut.BROUILLON, Statut.EN_VIGUEUR, Statut.DENONCEE}:
        messages.warning(request, "Les clauses se choisissent dans un brouillon, ou changent par un avenant.")
        return redirect("convention", reference)
    form = ClausesForm(envoye(request), convention=convention)
    if request.method == "POST" and form.is_valid():
        try:
            return _garder(request, convention, form)
        except ValidationError as erreur:
            form.refuser(erreur)
    contexte = {"form": form, "convention": convention, "brouillon": convention.statut == Statut.BROUILLON}
    return render(request, "conventions/clauses.html", contexte, status=422 if form.errors else 200)


def _garder(request: HttpRequest, convention: Convention, form: ClausesForm) -> HttpResponse:
    version = form.cleaned_data["version"] or 0
    if convention.statut == Statut.BROUILLON:
        choisir_clauses(par=request.user, convention=convention, retenues=form.retenues(), version=version)
        messages.success(request, "Les clauses sont enregistrées.")
        return redirect("convention", convention.reference)
    avenant = rediger_avenant(
        par=request.user,
        convention=convention,
        objet=form.cleaned_data["objet_avenant"],
        valeurs={"clauses": form.retenues()},
        prend_effet_le=form.cleaned_data["prend_effet_le"],
        version=version,
    )
    messages.success(request, f"L’avenant n° {avenant.numero} est rédigé : il reste à le signer.")
    return redirect("avenant", convention.reference, avenant.numero)
