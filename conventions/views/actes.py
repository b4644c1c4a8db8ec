"""What the pages of conventions share: loading in the perimeter, and the page of one act."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from caisses.models import Motif
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Signataire
from conventions.permissions import (
    can_conduire_convention,
    can_conduire_participation,
    can_ecrire_suivi,
    can_lire_conventions,
)
from socle import crochets
from socle.actes import ActeForm, a_agi, envoye
from socle.roles import exiger

NIVEAUX = {
    Convention.Statut.BROUILLON: "neutre",
    Convention.Statut.A_SIGNER: "info",
    Convention.Statut.EN_VIGUEUR: "succes",
    Convention.Statut.DENONCEE: "avertissement",
    Convention.Statut.RESILIEE: "erreur",
    Convention.Statut.REMPLACEE: "neutre",
    Convention.Statut.TERMINEE: "neutre",
}


def jour_de_la_page(convention: Convention) -> dt.date:
    """Return today as the convention's caisses count it."""
    return max(part.caisse.jour for part in convention.participations.select_related("caisse"))


def charger(request: HttpRequest, reference: str) -> Convention:
    """Return a convention of the account's perimeter (404), that it may read (403)."""
    convention = get_object_or_404(
        Convention.objects.visibles_par(request.user).select_related("partenaire", "remplace"),
        reference=reference,
    )
    exiger(can_lire_conventions(request.user))
    return convention


def charger_pour_conduire(request: HttpRequest, reference: str) -> Convention:
    """Return a convention that the account signs, amends and ends; 403 for the partner."""
    convention = charger(request, reference)
    exiger(can_conduire_convention(request.user, convention))
    return convention


def charger_pour_suivre(request: HttpRequest, reference: str) -> Convention:
    """Return a convention in which the account writes its side: the caisse that conducts it, or the structure (C-20)."""
    convention = charger(request, reference)
    exiger(can_ecrire_suivi(request.user, convention))
    return convention


def charger_part(request: HttpRequest, reference: str, caisse: str) -> Participation:
    """Return one caisse's part, that only this caisse's administrateur conducts."""
    convention = charger(request, reference)
    part = get_object_or_404(convention.participations.select_related("caisse"), caisse__code=caisse)
    part.convention = convention
    exiger(can_conduire_participation(request.user, part))
    return part


def page_d_acte(
    request: HttpRequest,
    *,
    convention: Convention,
    titre: str,
    form: ActeForm,
    agir: Callable[..., Any],
    fait: str,
    bouton: str = "Enregistrer",
    avant: list[str] | None = None,
    effets: list[str] | None = None,
    danger: bool = False,
    vers: str = "",
) -> HttpResponse:
    """Show the form of one act, call `agir` with `par` and the data, say `fait`, go back to the convention, or `vers`.

    `avant`: sentences shown above the form; `effets`: what the act would change.
    """
    if a_agi(request, form, agir, fait):
        return redirect(vers) if vers else redirect("convention", convention.reference)
    contexte = {
        "convention": convention,
        "titre_acte": titre,
        "form": form,
        "bouton": bouton,
        "avant": avant or [],
        "effets": effets or [],
        "danger": danger,
    }
    return render(request, "conventions/acte.html", contexte, status=422 if form.errors else 200)


def page_d_acte_commun(
    request: HttpRequest,
    reference: str,
    *,
    formulaire: type[ActeForm],
    action: Any,
    pour: Callable[[HttpRequest, str], Convention] = charger_pour_conduire,
    **textes: Any,
) -> HttpResponse:
    """Show the page of an act on the whole convention; `pour` loads it for who may do that act."""
    convention = pour(request, reference)
    return page_d_acte(
        request,
        convention=convention,
        form=formulaire(envoye(request)),
        agir=partial(action, convention=convention),
        **textes,
    )


def acte_sans_page(
    request: HttpRequest, convention: Convention, agir: Callable[..., Any], fait: str
) -> HttpResponse:
    """Do what a button of the convention's page asks; say `fait`, or why not."""
    try:
        agir(par=request.user)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, fait)
    return redirect("convention", convention.reference)


def effets(participation: Participation, *, suspension: bool = False) -> list[str]:
    """Return what the end of a caisse's part, or its suspension, would change, as each app says it (A-13, A-16, C-16)."""
    fournisseurs = crochets.effets.values()
    return [str(effet) for fournir in fournisseurs for effet in fournir(participation, suspension=suspension)]


def charger_signataire(convention: Convention, pk: int) -> Signataire:
    """Return a signatory of the convention (404)."""
    return get_object_or_404(convention.signataires.select_related("caisse", "convention__partenaire"), pk=pk)


def par_service(codes: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the names of these motifs under those of their services, in the order of the referential (C-09)."""
    services: dict[str, list[str]] = {}
    for motif in (
        Motif.objects.filter(pk__in=codes).select_related("service").order_by("service__ordre", "ordre")
    ):
        services.setdefault(motif.service.libelle, []).append(motif.libelle)
    return list(services.items())
