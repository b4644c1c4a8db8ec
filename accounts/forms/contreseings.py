"""The second person's answer (A-24)."""

from typing import Any, ClassVar

from django import forms

from socle.champs import Formulaire, Ligne


class DecisionContreseingForm(Formulaire):
    """Confirm, or refuse with a reason."""

    marques: ClassVar = {"raison": "pour refuser ou retirer"}

    decision = forms.ChoiceField(choices=[("confirmer", "Confirmer"), ("refuser", "Refuser")])
    raison = Ligne(
        label="Raison",
        max_length=300,
        required=False,
        help_text="Elle est dite à ceux qui suivent les comptes.",
    )

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        donnees = super().clean() or {}
        if donnees.get("decision") == "refuser" and not donnees.get("raison"):
            self.add_error("raison", "Dites pourquoi.")
        return donnees
