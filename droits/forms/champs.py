"""Fields shared by these forms."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from signalements.garde_texte import texte_libre
from socle import horloge
from socle.texte import normaliser


class Texte(forms.CharField):
    """A free text: bounded, normalised, without NIR (D-04)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 4000)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 5}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the normal form; raise ValidationError on a NIR or an invisible character."""
        return texte_libre(super().clean(value) or "")


class Ligne(forms.CharField):
    """One line of text: bounded and normalised."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 80)
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the normal form, blanks folded; raise ValidationError on an invisible character."""
        return " ".join(normaliser(super().clean(value) or "").split())


class Jour(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InstantPasse(forms.DateTimeField):
    """An instant that is not to come, and not older than a year."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"]

    def clean(self, value: Any) -> dt.datetime:
        """Return the aware instant; raise ValidationError for one to come, or too old."""
        instant = super().clean(value)
        maintenant = horloge.maintenant()
        if instant is not None and instant > maintenant:
            raise ValidationError("Ce moment n’est pas encore venu.", code="futur")
        if instant is not None and instant < maintenant - dt.timedelta(days=366):
            raise ValidationError("Ce moment date de plus d’un an.", code="ancien")
        return instant
