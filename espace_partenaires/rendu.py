"""How every field of a form is rendered: the server judges, so the browser is not told to judge first."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from django.forms import BaseForm, BoundField, Field, Widget
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.template import Origin
from django.template.loaders.filesystem import Loader
from django.utils.safestring import SafeString

from socle.templatetags.portail import espaces

# Radios say it on their group; the standard knows no such attribute on the others, whose form says it.
SANS_ARIA = frozenset({"radio", "file", "date", "datetime-local"})
# The kinds of widget that are an <input> and nothing around it.
ENTREES = (
    *("checkbox", "date", "email", "file", "hidden", "number"),
    *("password", "search", "tel", "text", "time", "checkbox_option", "radio_option"),
)
CHOISISSEZ = "Choisissez…"
FORME_D_UNE_ADRESSE = "prenom.nom@structure.example"


def _sur(valeur: Any) -> str:
    """What may stand in a page: what Django’s `conditional_escape` gives, at a third of its price (a desk asks 500 times)."""
    return str(valeur.__html__()) if hasattr(valeur, "__html__") else escape(str(valeur))


def _attributs(attributs: dict[str, Any]) -> str:
    """As Django’s templates write them, in order: True is the name alone, False nothing."""
    return "".join(
        f" {_sur(nom)}" if valeur is True else f' {_sur(nom)}="{_sur(valeur)}"'
        for nom, valeur in attributs.items()
        if valeur is not False
    )


def _entree(widget: dict[str, Any]) -> SafeString:
    valeur = {} if widget["value"] is None else {"value": str(widget["value"])}
    attributs = {"type": widget["type"], "name": widget["name"], **valeur, **widget["attrs"]}
    return SafeString(f"<input{_attributs(attributs)}>")


def _zone(widget: dict[str, Any]) -> SafeString:
    attributs = _attributs({"name": widget["name"], **widget["attrs"]})
    return SafeString(f"<textarea{attributs}>\n{_sur(widget['value'] or '')}</textarea>")


def _choix(widget: dict[str, Any]) -> SafeString:
    attributs = _attributs({"name": widget["name"], **widget["attrs"]})
    return SafeString(f"<select{attributs}>{_groupes(widget['optgroups'])}</select>")


def _groupes(groupes: list[tuple[str | None, list[dict[str, Any]], int]]) -> str:
    lignes = (
        f'<optgroup label="{_sur(groupe)}">{_options(options)}</optgroup>' if groupe else _options(options)
        for groupe, options, _ in groupes
    )
    return "".join(lignes)


def _options(options: list[dict[str, Any]]) -> str:
    """An option that chooses nothing says it in words."""
    return "".join(
        f'<option value="{_sur(str(option["value"]))}"{_attributs(option["attrs"])}>'
        f"{CHOISISSEZ if option['label'] == '---------' else _sur(espaces(option['label']))}</option>"
        for option in options
    )


ECRITURES: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    f"django/forms/widgets/{genre}.html": ecrire
    for genre, ecrire in {**dict.fromkeys(ENTREES, _entree), "textarea": _zone, "select": _choix}.items()
}


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
        """Write the plain widgets at once: Django reads up to three templates for each, and a desk has forty."""
        ecrire = ECRITURES.get(template_name)
        # A choice inside its label is Django's to write: the portal puts the label beside it.
        if ecrire is None or context["widget"].get("wrap_label"):
            return SafeString(super().render(template_name, context, request))
        return ecrire(context["widget"])


class SansRetrait(Loader):
    """Reads pages without their indentation, which nobody sees and which is carried: a sixteenth of what they weigh."""

    def get_contents(self, origin: Origin) -> str:
        """Return the text of a template; each line keeps its number."""
        texte = str(super().get_contents(origin))
        return re.sub(r"[ \t]*\n[ \t]*", "\n", texte) if origin.name.endswith(".html") else texte
