"""Absences of both sides: who is away, who answers for him."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models.compte import Compte
from signalements import permissions
from signalements.bureau.actions import declarer_absence, supprimer_absence
from signalements.forms.absences import AbsenceDuTechnicienForm, AbsenceForm, PeriodeForm
from signalements.models.absences import Absence
from socle.confirmation import demander_confirmation
from socle.roles import exiger


@dataclass(frozen=True)
class CoteDesAbsences:
    """What differs from one side to the other: who may, the form, the addresses, the words."""

    droit: Callable[[Any], bool]
    formulaire: type[PeriodeForm]
    liste: tuple[str, str]
    vue: str
    suppression: str
    qui: str
    chapo: str


COTES = {
    "partenaire": CoteDesAbsences(
        permissions.can_nouvelle,
        AbsenceDuTechnicienForm,
        ("demandes", "Demandes de la structure"),
        "demandes-absences",
        "demandes-absence-supprimer",
        "Technicien",
        "Pendant votre absence, vos demandes et les courriels de la caisse vont à un collègue. "
        "Ils vous reviennent ensuite.",
    ),
    "caisse": CoteDesAbsences(
        permissions.can_traiter,
        AbsenceForm,
        ("tri", "Demandes à traiter"),
        "tri-absences",
        "tri-absence-supprimer",
        "Agent",
        "Pendant une absence, les demandes et les courriels de l’agent vont à son remplaçant. "
        "Ils lui reviennent ensuite.",
    ),
}


def _visibles(compte: Compte) -> QuerySet[Absence]:
    """The absences of the account's structure, or of its caisses; of nobody when it has none."""
    if compte.partenaire_id:
        siens = Compte.objects.filter(partenaire=compte.partenaire_id)
    else:
        siens = Compte.objects.filter(caisses__in=compte.caisses.all())
    return Absence.objects.filter(compte__in=siens).select_related("compte", "remplacant")


@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest, cote: str) -> HttpResponse:
    """Who is away, today or later, and who answers for him."""
    cote_de = COTES[cote]
    exiger(cote_de.droit(request.user))
    form = cote_de.formulaire(request.POST or None, compte=request.user)
    if request.method == "POST" and form.is_valid():
        declarer_absence(par=request.user, **form.cleaned_data)
        messages.success(
            request,
            "L’absence est notée. Pendant cette période, demandes et courriels vont au remplaçant.",
        )
        return redirect(cote_de.vue)
    a_montrer = _visibles(request.user).a_montrer()
    contexte = {
        "form": form,
        "cote": cote_de,
        "absences": [(une, permissions.can_supprimer_absence(request.user, une)) for une in a_montrer],
    }
    return render(request, "signalements/absences.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def absence_supprimer(request: HttpRequest, pk: int, cote: str) -> HttpResponse:
    """Who was away is back, or does not go: his demandes are his again."""
    absence = get_object_or_404(_visibles(request.user), pk=pk)
    exiger(COTES[cote].droit(request.user) and permissions.can_supprimer_absence(request.user, absence))
    vue = COTES[cote].vue
    if request.method != "POST":
        pertes = [
            f"L’absence de {absence.compte.nom_complet} sera supprimée : ses demandes et ses courriels lui reviennent "
            "aussitôt."
        ]
        return demander_confirmation(request, "Supprimer cette absence", pertes, reverse(vue))
    supprimer_absence(absence, par=request.user)
    messages.success(request, "L’absence est supprimée.")
    return redirect(vue)
