"""A list: what narrows it is a form that stands in its address and that its title says; its pages."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from socle.champs import Formulaire

# A browser remembers nothing of what is looked for: several people share the poste.
RECHERCHE = forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"})


class FiltresDeListe(Formulaire):
    """What narrows a list, and orders it: all is optional, and what has no meaning is as what was not chosen.

    Nothing there names an assuré: it stands in the address. The title of the page says it (`titre_filtres`), but for
    the fields of `dits_par_le_titre`. A list of rows of the database says its `filter`.
    """

    dits_par_le_titre: Sequence[str] = ()

    def choix(self, nom: str) -> Any:
        """Return what was chosen for a field; None, or empty, when nothing was, or nothing that exists."""
        return self.cleaned_data.get(nom)

    @property
    def poses(self) -> dict[str, str]:
        """Return what was chosen, and holds, as it stands in the address."""
        return {nom: self.data[nom] for nom in self.fields if self.data.get(nom) and self.choix(nom)}

    @property
    def adresse(self) -> str:
        """Return it as the end of an address; empty when nothing was."""
        return urlencode(self.poses)


def feuilleter(request: HttpRequest, lignes: Any, par_page: int, nombre: int | None = None) -> Page[Any]:
    """Return the page of a list that is asked for, in its address or with a search that was posted.

    `nombre`: how many lines there are, where they were counted already.
    """
    pages = Paginator(lignes, par_page)
    if nombre is not None:
        pages.count = nombre
    return pages.get_page(request.POST.get("page") or request.GET.get("page"))
