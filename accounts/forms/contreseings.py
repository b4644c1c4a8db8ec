"""The second person's answer (A-24)."""

from typing import Any

from django import forms

from socle.champs import Formulaire, Ligne


class DecisionContreseingForm(Formulaire):
    """Confirm, or refuse with a reason."""

    decision = forms.ChoiceField(choices=[("confirmer", "Confirmer"), ("refuser", "Refuser")])
    raison = Ligne(
        label="Raison du refus",
        max_length=300,
        required=False,
        help_text="Pour refuser seulement. Elle est dite à la personne qui a demandé.",
    )

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        donnees = super().clean() or {}
        if donnees.get("decision") == "refuser" and not donnees.get("raison"):
            self.add_error("raison", "Dites pourquoi vous refusez.")
        return donnees
