"""The gestionnaire sees how many demandes of a technicien are open, by their references alone, and who takes them (A-12)."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404

from accounts.models.compte import Compte
from accounts.permissions import can_confier
from accounts.views.actes import PageSurCompte
from signalements.reprise.actions import demandes_suivies, partager, repreneurs
from socle.actes import ActeDePage, PageDUnActe


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


class _PageDeReprise(PageDUnActe, PageSurCompte):
    """Show the references of the open demandes, never their content, and hand them over."""

    gabarit = "signalements/reprise.html"
    vers = ("compte", "pk")

    def charger(self) -> Compte:
        return get_object_or_404(Compte.objects.visibles_par(self.compte), pk=self.cles["pk"])

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"cible": objet}

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {
            "compte": objet,
            "references": list(demandes_suivies(objet).values_list("reference", flat=True)),
            "possible": repreneurs(objet).exists(),
        }

    def faire(self, acte: ActeDePage, objet: Compte, /, **donnees: Any) -> str:
        choix = self.form.choix()
        nombre = partager(objet, choix=choix, par=self.compte)
        qui = set(choix.values()) or {donnees["repreneur"]} - {None}
        noms = ", ".join(sorted(un.nom_complet for un in qui)) or "personne"
        return f"Demandes reprises par {noms} : {nombre}."


reprendre_demandes = _PageDeReprise.pour(
    "reprendre",
    fait=lambda dit: dit,
    faire=partager,
    formulaire=RepriseForm,
    droit=can_confier,
)
