"""What the pages of a violation and of a person's request share: the acts that they offer, and their doing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from socle.roles import exiger

Afficher = Callable[..., HttpResponse]


@dataclass(frozen=True)
class ActeDroits:
    """One act offered on a page: its form, its action, the sentence that confirms it, and when it comes."""

    verbe: str
    titre: str
    bouton: str
    fait: str
    faire: Callable[..., Any]
    quand: Callable[[Any], bool]
    formulaire: type[Form] = Form
    variante: str = ""


def executer(
    request: HttpRequest,
    objet: Model,
    actes: tuple[ActeDroits, ...],
    verbe: str,
    *,
    permis: bool,
    impossible: type[Exception],
    afficher: Afficher,
) -> HttpResponse:
    """Do the act that was posted. 404: unknown verb; 403: no right; page again: refused form, or too late."""
    acte = next((un for un in actes if un.verbe == verbe), None)
    if acte is None:
        raise Http404
    exiger(permis)
    form = acte.formulaire(request.POST, prefix=verbe)
    if not form.is_valid():
        return afficher(request, objet, refuse=(verbe, form), status=422)
    try:
        if not acte.quand(objet):
            raise impossible
        acte.faire(objet, par=request.user, **form.cleaned_data)
    except impossible:
        messages.warning(request, "La situation a changé entre-temps : votre action n’a pas été faite.")
        return afficher(request, objet, refuse=(verbe, form), status=409)
    messages.success(request, acte.fait)
    return redirect(request.path.removesuffix(f"{verbe}/"))


def offerts(
    objet: Model, actes: tuple[ActeDroits, ...], refuse: tuple[str, Form] | None
) -> list[tuple[ActeDroits, Form]]:
    """Return the acts that come now, each with its form; the refused one with what was typed."""
    return [
        (acte, refuse[1] if refuse and refuse[0] == acte.verbe else acte.formulaire(prefix=acte.verbe))
        for acte in actes
        if acte.quand(objet)
    ]
