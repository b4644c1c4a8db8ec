"""The proofs kept with a convention: add, download."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from conventions.actions.preuves import joindre_preuves
from conventions.forms.suites import PreuveForm
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.models.suites import Preuve
from conventions.permissions import can_conduire_convention
from conventions.views.actes import charger, charger_pour_conduire
from fichiers.actions import examiner_envoi
from fichiers.controle import Examine
from fichiers.limites import ENVOI_MAX, MO
from fichiers.reponse import servir
from socle.actes import ActeForm, envoye
from socle.templatetags.portail import accorder

log = structlog.get_logger(__name__)


@require_safe
def preuves(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the files kept with a convention."""
    convention = charger(request, reference)
    lignes = [
        {
            "nom": preuve.nom,
            "piece": preuve.get_nature_display(),
            "taille": preuve.taille,
            "ajoute_le": preuve.ajoute_le,
            "etat": "" if preuve.est_telechargeable else preuve.get_etat_display(),
            "niveau": preuve.niveau,
            "emplacement": preuve.emplacement,
            "telechargeable": preuve.est_telechargeable,
        }
        for preuve in convention.preuves.order_by("ajoute_le", "pk")
    ]
    contexte = {
        "convention": convention,
        "preuves": lignes,
        "conduit": can_conduire_convention(request.user, convention),
    }
    return render(request, "conventions/preuves.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep files with a convention; a refused one is named with what to do."""
    convention = charger_pour_conduire(request, reference)
    form = PreuveForm(envoye(request), request.FILES or None)
    if request.method == "POST" and _joindre(request, convention, form):
        return redirect("convention-preuves", reference)
    contexte = {"convention": convention, "form": form}
    return render(request, "conventions/preuve.html", contexte, status=422 if form.errors else 200)


def _joindre(request: HttpRequest, convention: Convention, form: PreuveForm) -> bool:
    pris: list[Preuve] = []

    def garder(examines: list[Examine]) -> None:
        pris.extend(
            joindre_preuves(
                par=request.user, convention=convention, nature=form.cleaned_data["nature"], examines=examines
            )
        )

    tous = envoyer_fichiers(request, form, garder, tous_ou_rien=False)
    if pris:
        messages.success(
            request, f"{accorder(len(pris), 'fichier gardé,fichiers gardés')} avec la convention."
        )
    return tous


def envoyer_fichiers(
    request: HttpRequest,
    form: ActeForm,
    agir: Callable[[list[Examine]], Any],
    *,
    tous_ou_rien: bool = True,
) -> bool:
    """Check the files sent and call `agir` with them; return whether all were taken, else the form says why.

    `tous_ou_rien`: a refused file keeps the act from being done.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > ENVOI_MAX:
        form.add_error(
            "fichiers", f"Cet envoi dépasse {ENVOI_MAX // MO}\N{NO-BREAK SPACE}Mo. Envoyez en plusieurs fois."
        )
    if not form.is_valid():
        return False
    examines, refuses = examiner_envoi(form.cleaned_data["fichiers"], par=request.user)
    for nom, refus in refuses:
        form.add_error("fichiers", f"{nom[:80]} : {getattr(refus, 'message', refus)}")
    if refuses and tous_ou_rien:
        return False
    try:
        agir(examines)
    except ValidationError as erreur:
        form.refuser(erreur)
        return False
    except OSError as erreur:
        log.error("depot_impossible", erreur=type(erreur).__name__)
        form.add_error(
            "fichiers", "Le portail ne peut pas ranger ces fichiers pour l’instant. Réessayez plus tard."
        )
        return False
    return not refuses


@require_safe
def telecharger(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> StreamingHttpResponse:
    """Send one clean proof."""
    convention = charger(request, reference)
    preuve = get_object_or_404(convention.preuves, emplacement=emplacement)
    reponse = servir(preuve)
    consigner(
        Acte.CONVENTION_TELECHARGER_PREUVE,
        par=request.user,
        objet=preuve,
    )
    return reponse
