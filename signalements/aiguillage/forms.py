"""What a rule asks, and what a trial of the rules asks."""

from django import forms
from django.http import QueryDict

from caisses.models import Caisse, Motif, Pole
from conventions.models.partenaires import Partenaire
from signalements.departements import DEPARTEMENTS
from socle.actes import ActeForm
from socle.champs import Formulaire, entier


class RegleForm(ActeForm):
    """A rule: its conditions, its pôles, its place among the others."""

    motif = forms.ModelChoiceField(
        Motif.objects.select_related("service"), label="Motif", required=False, empty_label="Tous"
    )
    structure = forms.ChoiceField(
        label="Type de structure", choices=[("", "Tous"), *Partenaire.Type.choices], required=False
    )
    departement = forms.ChoiceField(
        label="Département de la personne", choices=[("", "Tous"), *DEPARTEMENTS], required=False
    )
    poles = forms.ModelMultipleChoiceField(
        Pole.objects.none(),
        label="Pôle",
        help_text="Cochez-en plusieurs pour aller au moins chargé d’entre eux.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un pôle."},
    )
    place = entier("Place parmi les règles", "La première qui convient décide.", mini=1, maxi=99)

    def __init__(
        self,
        donnees: QueryDict | None = None,
        fichiers: None = None,
        *,
        caisse: Caisse,
        initial: dict[str, object],
        prefix: str | None = None,
    ) -> None:
        super().__init__(donnees, fichiers, initial=initial, prefix=prefix)
        self.fields["poles"].queryset = caisse.poles.all()


class EssaiForm(Formulaire):
    """« Où irait cette demande ? »"""

    motif = forms.ModelChoiceField(
        Motif.objects.select_related("service"), label="Motif", empty_label="Choisissez un motif"
    )
    structure = forms.ChoiceField(
        label="Type de structure", choices=[("", "Choisissez un type"), *Partenaire.Type.choices]
    )
    departement = forms.ChoiceField(
        label="Département de la personne", choices=[("", "Aucun"), *DEPARTEMENTS], required=False
    )
