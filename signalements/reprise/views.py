"""The gestionnaire sees how many demandes of a technicien are open, by their references alone, and who takes them (A-12)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models.compte import Compte
from accounts.permissions import can_confier
from signalements.reprise.actions import demandes_suivies, partager, repreneurs
from socle.roles import exiger


class RepriseForm(forms.Form):
    """Who takes the demandes over: one colleague for all, others for those that are named."""

    repreneur = forms.ModelChoiceField(
        label="Technicien qui les reprend",
        queryset=Compte.objects.none(),
        required=False,
        empty_label="Choisissez…",
        help_text="Il reçoit leurs références par courriel, et désormais les messages de la caisse.",
    )

    def __init__(self, *args: Any, cible: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demandes = list(demandes_suivies(cible).values_list("pk", "reference"))
        self.fields["repreneur"].required = len(self.demandes) == 1
        collegues = repreneurs(cible)
        for cle, reference in self.demandes if len(self.demandes) > 1 else ():
            self.fields[f"pour_{cle}"] = forms.ModelChoiceField(
                label=f"Pour {reference}", queryset=collegues, required=False, empty_label="Comme les autres"
            )
        for champ in self.fields.values():
            champ.queryset = collegues
            champ.label_from_instance = lambda compte: compte.nom_complet

    def clean(self) -> dict[str, Any]:
        """Each demande has somebody."""
        donnees = super().clean() or {}
        if self.demandes and not self.errors and None in self.choix().values():
            self.add_error(
                "repreneur", "Choisissez un technicien pour toutes ces demandes, ou un pour chacune."
            )
        return donnees

    def choix(self) -> dict[int, Compte]:
        """Return who takes each demande."""
        tous = self.cleaned_data.get("repreneur")
        return {cle: self.cleaned_data.get(f"pour_{cle}") or tous for cle, _ in self.demandes}


@require_http_methods(["GET", "HEAD", "POST"])
def reprendre_demandes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the references of the open demandes, never their content, and hand them over."""
    cible = get_object_or_404(Compte.objects.visibles_par(request.user), pk=pk)
    exiger(can_confier(request.user, cible))
    form = RepriseForm(request.POST if request.method == "POST" else None, cible=cible)
    if request.method == "POST" and form.is_valid():
        choix = form.choix()
        nombre = partager(cible, choix=choix, par=request.user)
        qui = set(choix.values()) or {form.cleaned_data["repreneur"]} - {None}
        noms = ", ".join(sorted(un.nom_complet for un in qui)) or "personne"
        messages.success(request, f"Demandes reprises par {noms} : {nombre}.")
        return redirect("compte", pk)
    contexte = {
        "compte": cible,
        "form": form,
        "references": [reference for _, reference in form.demandes],
        "possible": form.fields["repreneur"].queryset.exists(),
    }
    return render(request, "signalements/reprise.html", contexte, status=422 if form.errors else 200)
