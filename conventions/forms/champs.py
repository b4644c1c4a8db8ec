"""Fields and base form shared by the forms of conventions: each says in French what is wrong."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from espace_partenaires.texte import normaliser


class Ligne(forms.CharField):
    """A line of text, in normal form, without invisible characters."""

    def to_python(self, value: Any) -> str:
        """Normalise what was typed; raise ValidationError for an invisible character."""
        return normaliser(super().to_python(value) or "")


class Zone(Ligne):
    """Several lines of text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class Jour(forms.DateField):
    """A day, typed or picked; years that no letter bears are refused."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages", {"invalid": "Indiquez une date qui existe, sous la forme jour/mois/année."}
        )
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            **kwargs,
        )

    def validate(self, value: dt.date | None) -> None:
        """Refuse a day before 1990 or after 2100."""
        super().validate(value)
        if value is not None and not 1990 <= value.year <= 2100:
            raise ValidationError("Indiquez une date entre 1990 et 2100.")


class Lignes(Zone):
    """One value per line."""

    def clean(self, value: Any) -> list[str]:
        """Return the lines that are not empty."""
        return [ligne.strip() for ligne in super().clean(value).split("\n") if ligne.strip()]


def entier(
    libelle: str, aide: str = "", *, requis: bool = True, mini: int = 0, maxi: int = 120
) -> forms.IntegerField:
    """Return a number field with its bounds, said in its errors."""
    bornes = f"Indiquez un nombre de {mini} à {maxi}."
    return forms.IntegerField(
        label=libelle,
        help_text=aide,
        required=requis,
        min_value=mini,
        max_value=maxi,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"min_value": bornes, "max_value": bornes, "invalid": "Indiquez un nombre entier."},
    )


class FormulaireAction(forms.Form):
    """A form whose action may still refuse: the sentence goes beside its field."""

    a_rendre = True

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of the action: the fields themselves, unless a form says otherwise."""
        return dict(self.cleaned_data)

    def refuser(self, erreur: ValidationError) -> None:
        """Put the errors of an action on the fields that they name, the others on the form."""
        if not hasattr(erreur, "error_dict"):
            self.add_error(None, erreur)
            return
        for champ, erreurs in erreur.error_dict.items():
            cible = self.champ_de(champ)
            self.add_error(cible, [message for une in erreurs for message in une.messages])

    def champ_de(self, nom: str) -> str | None:
        """Return the field of the form that shows the errors of a column; None for the whole form."""
        return nom if nom in self.fields else None
