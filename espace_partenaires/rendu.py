"""How every field of a form is rendered: the server judges, so the browser is not told to judge first."""

from typing import Any

from django.forms import BaseForm, BoundField, Field, Widget
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

# Radios say it on their group; the standard knows no such attribute on the others, whose form says it.
SANS_ARIA = frozenset({"radio", "file", "date", "datetime-local"})
# Of the kinds of widget that are an <input> and nothing around it.
ENTREES = frozenset(
    f"django/forms/widgets/{genre}.html"
    for genre in (
        "checkbox",
        "date",
        "email",
        "file",
        "hidden",
        "number",
        "password",
        "search",
        "tel",
        "text",
        "time",
    )
)
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

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """Write an <input> at once: for each, Django reads three templates, and the page of a demande has forty."""
        if template_name not in ENTREES:
            return super().render(template_name, context, request)
        widget = context["widget"]
        valeur = {} if widget["value"] is None else {"value": str(widget["value"])}
        attributs = {"type": widget["type"], "name": widget["name"], **valeur, **widget["attrs"]}
        return format_html("<input{}>", flatatt(attributs))
