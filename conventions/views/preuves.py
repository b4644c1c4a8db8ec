"""The proofs kept with a convention: add, download."""

import uuid

import structlog
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from conventions.actions.preuves import joindre_preuves
from conventions.forms import PreuveForm
from conventions.models import Convention
from conventions.views.commun import charger, charger_pour_conduire
from espace_partenaires.templatetags.portail import accorder
from fichiers.actions import examiner_envoi
from fichiers.limites import ENVOI_MAX, MO
from fichiers.reponse import servir

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def preuves(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the proofs, and the form that adds some; a refused file is named with what to do."""
    convention = charger(request, reference)
    if request.method == "POST":
        return _joindre(request, charger_pour_conduire(request, reference))
    return _page(request, convention, PreuveForm())


def _joindre(request: HttpRequest, convention: Convention) -> HttpResponse:
    form = PreuveForm(request.POST, request.FILES)
    if int(request.META.get("CONTENT_LENGTH") or 0) > ENVOI_MAX:
        form.add_error(
            "fichiers", f"Cet envoi dépasse {ENVOI_MAX // MO}\N{NO-BREAK SPACE}Mo. Envoyez en plusieurs fois."
        )
    if not form.is_valid():
        return _page(request, convention, form)
    examines, refuses = examiner_envoi(form.cleaned_data["fichiers"])
    try:
        pris = joindre_preuves(
            par=request.user, convention=convention, nature=form.cleaned_data["nature"], examines=examines
        )
    except ValidationError as erreur:
        form.refuser(erreur)
        return _page(request, convention, form)
    except OSError as erreur:
        log.error("depot_impossible", erreur=type(erreur).__name__)
        form.add_error(
            "fichiers", "Le portail ne peut pas ranger ces fichiers pour l’instant. Réessayez plus tard."
        )
        return _page(request, convention, form)
    if pris:
        messages.success(
            request, f"{accorder(len(pris), 'fichier gardé,fichiers gardés')} avec la convention."
        )
    for nom, refus in refuses:
        form.add_error("fichiers", f"{nom[:80]} : {refus}")
    return (
        _page(request, convention, form) if refuses else redirect("convention-preuves", convention.reference)
    )


def _page(request: HttpRequest, convention: Convention, form: PreuveForm) -> HttpResponse:
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
        "form": form,
        "preuves": lignes,
        "conduit": request.user.cote_caisse,
    }
    return render(request, "conventions/preuves.html", contexte, status=422 if form.errors else 200)


@require_safe
def telecharger(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> StreamingHttpResponse:
    """Send one clean proof."""
    convention = charger(request, reference)
    preuve = get_object_or_404(convention.preuves, emplacement=emplacement)
    reponse = servir(preuve)
    consigner(
        "convention.telecharger_preuve",
        par=request.user,
        objet=preuve,
        reference=convention.reference,
        partenaire=convention.partenaire_id,
    )
    return reponse
