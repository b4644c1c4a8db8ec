"""How every field of a form is rendered: the server judges, so the browser is not told to judge first."""

from typing import Any

from django.forms import BaseForm, BoundField, Field, Widget
from django.forms.renderers import TemplatesSetting

# Radios say it on their group; the standard knows no such attribute on the others, whose form says it.
SANS_ARIA = frozenset({"radio", "file", "date", "datetime-local"})
FORME_D_UNE_ADRESSE = "prenom.nom@structure.example"


class ChampRendu(BoundField):
    """Compulsory for assistive technologies, not for the browser.

    With the native attribute Firefox says « invalid entry » of each field before a word is typed, although no form
    of the portal is judged by the browser.
    """

    def __init__(self, form: BaseForm, field: Field, name: str) -> None:
        """Give every address its format, before (RGAA 11.10) and after the fault (11.11)."""
        super().__init__(form, field, name)
        if getattr(field.widget, "input_type", "") == "email":
            field.error_messages.setdefault(
                "invalid", f"Écrivez l’adresse sous la forme {FORME_D_UNE_ADRESSE}."
            )
            if "@" not in str(self.help_text):
                self.help_text = f"Par exemple {FORME_D_UNE_ADRESSE}. {self.help_text}".strip()

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Put `aria-required` in the place of `required`."""
        attributs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        sorte = getattr(widget, "input_type", "")
        if widget.use_fieldset:
            # The group is at fault, not each of its choices.
            attributs.pop("aria-invalid", None)
        if attributs.pop("required", False) and sorte not in SANS_ARIA:
            attributs["aria-required"] = "true"
        return attributs


class Rendu(TemplatesSetting):
    """Widgets by the templates of the portal, fields as above (FORM_RENDERER)."""

    bound_field_class = ChampRendu
