"""What a rule asks, and what a trial of the rules asks."""

from typing import Any

from django import forms

from caisses.models import Caisse, Motif, Pole
from conventions.models.partenaires import Partenaire
from signalements.departements import DEPARTEMENTS
from socle.actes import ActeForm
from socle.champs import Formulaire, entier


class _Conditions(Formulaire):
    """The motif, the structure and the département of a demande."""

    motif = forms.ModelChoiceField(
        Motif.objects.select_related("service"), label="Motif", required=False, empty_label="Tous"
    )
    structure = forms.ChoiceField(
        label="Type de structure", choices=[("", "Tous"), *Partenaire.Type.choices], required=False
    )
    departement = forms.ChoiceField(
        label="Département de la personne", choices=[("", "Tous"), *DEPARTEMENTS], required=False
    )


class RegleForm(_Conditions, ActeForm):
    """A rule: its conditions, its pôles, its place among the others."""

    poles = forms.ModelMultipleChoiceField(
        Pole.objects.none(),
        label="Pôle",
        help_text="Cochez-en plusieurs pour aller au moins chargé d’entre eux.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un pôle."},
    )
    place = entier("Place parmi les règles", "La première qui convient décide.", mini=1, maxi=99)

    def __init__(self, *args: Any, caisse: Caisse, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["poles"].queryset = caisse.poles.all()


class EssaiForm(_Conditions):
    """« Où irait cette demande ? »"""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for nom in ("motif", "structure"):
            self.fields[nom].required = True
        self.fields["motif"].empty_label = "Choisissez un motif"
        self.fields["structure"].choices = [("", "Choisissez un type"), *Partenaire.Type.choices]
        self.fields["departement"].choices = [("", "Aucun"), *DEPARTEMENTS]
