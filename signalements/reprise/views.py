"""The gestionnaire sees how many demandes of a technicien are open, by their references alone, and who takes them (A-12)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models.compte import Compte
from accounts.permissions import can_confier
from signalements.reprise.actions import demandes_suivies, reprendre, repreneurs
from socle.roles import exiger


class RepriseForm(forms.Form):
    """Who takes the demandes over."""

    repreneur = forms.ModelChoiceField(
        label="Technicien qui les reprend",
        queryset=Compte.objects.none(),
        empty_label="Choisissez…",
        help_text="Il reçoit leurs références par courriel, et désormais les messages de la caisse.",
    )

    def __init__(self, *args: Any, cible: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["repreneur"].queryset = repreneurs(cible)
        self.fields["repreneur"].label_from_instance = lambda compte: compte.nom_complet


@require_http_methods(["GET", "HEAD", "POST"])
def reprendre_demandes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the references of the open demandes, never their content, and hand them over."""
    cible = get_object_or_404(Compte.objects.visibles_par(request.user), pk=pk)
    exiger(can_confier(request.user, cible))
    form = RepriseForm(request.POST if request.method == "POST" else None, cible=cible)
    if request.method == "POST" and form.is_valid():
        repreneur = form.cleaned_data["repreneur"]
        nombre = reprendre(cible, repreneur=repreneur, par=request.user)
        messages.success(request, f"Demandes reprises par {repreneur.nom_complet} : {nombre}.")
        return redirect("compte", pk)
    contexte = {
        "compte": cible,
        "form": form,
        "references": list(demandes_suivies(cible).values_list("reference", flat=True)),
        "possible": form.fields["repreneur"].queryset.exists(),
    }
    return render(request, "signalements/reprise.html", contexte, status=422 if form.errors else 200)
