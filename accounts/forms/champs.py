"""Fields shared by the forms of accounts: normal form, no control character, phones, days."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from socle.texte import normaliser

_TELEPHONE = re.compile(r"^(\+[1-9][0-9]{7,14}|0[1-9][0-9]{8})$")


class ChampTexte(forms.CharField):
    """One line of text, in NFC, without control nor direction characters."""

    def clean(self, value: Any) -> str:
        """Return the normalised text."""
        texte = normaliser(super().clean(value))
        if "\n" in texte and not isinstance(self.widget, forms.Textarea):
            raise ValidationError("Écrivez sur une seule ligne.", code="ligne")
        return texte


class ChampLong(ChampTexte):
    """A text of several lines."""

    widget = forms.Textarea(attrs={"rows": 4})


class ChampTelephone(ChampTexte):
    """A French telephone number, or an international one; kept without spaces."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": "Téléphone",
            "max_length": 25,
            "help_text": "Par exemple 03 87 00 00 00 ou +262 262 00 00 00.",
            "widget": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        } | kwargs
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Return the digits; raise ValidationError for what is no number."""
        texte = re.sub(r"[\s.\-/()\u00a0\u202f]", "", super().clean(value))
        if texte and not _TELEPHONE.match(texte):
            raise ValidationError(
                "Écrivez un numéro à 10 chiffres, ou au format international.", code="telephone"
            )
        return texte


class ChampJour(forms.DateField):
    """A day, chosen or typed as 31/12/2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "input_formats": ["%Y-%m-%d", "%d/%m/%Y"],
            "error_messages": {
                "invalid": "Écrivez une date au format jour/mois/année, par exemple 31/12/2026."
            },
        } | kwargs
        super().__init__(**kwargs)


class ChampAdresse(forms.EmailField):
    """A mail address, normalised, in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"label": "Adresse électronique professionnelle", "max_length": 254} | kwargs))

    def clean(self, value: Any) -> str:
        """Return the address in lower case."""
        return normaliser(super().clean(value)).lower()
