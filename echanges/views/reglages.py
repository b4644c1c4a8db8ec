"""What the administrateur of the caisse sets for a convention: flows, authorisations, mailboxes (E-01, E-08, E-10)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conventions.models.conventions import Participation
from conventions.views.actes import charger_part
from echanges.actions import acces, flux
from echanges.actions.recuperation import compte_en_vigueur, declarer_compte
from echanges.forms import (
    AutorisationForm,
    BoiteForm,
    ClotureFluxForm,
    CodeDeBoiteForm,
    ComptePayeurForm,
    FluxForm,
)
from socle.actes import LECTURE_ECRITURE, ActeForm, a_agi, envoye
from socle.confirmation import demander_confirmation


def _retour(participation: Participation) -> HttpResponse:
    return redirect("echange-reglages", participation.convention.reference, participation.caisse.code)


@require_safe
def reglages(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Show what is set, and where to change it."""
    participation = charger_part(request, reference, caisse)
    libelles = {un.code: un.libelle for un in participation.flux.order_by("pk")}
    autorisations = participation.autorisations.filter(retiree_le=None).order_by("cote", "courriel")
    contexte = {
        "participation": participation,
        "convention": participation.convention,
        "flux": participation.flux.ouverts().select_related("avenant").order_by("code"),
        "autorisations": [
            {"autorisation": une, "flux": ", ".join(libelles.get(code, code) for code in une.flux)}
            for une in autorisations
        ],
        "compte_payeur": compte_en_vigueur(participation),
        "recupere": participation.flux.ouverts().filter(code="indu").exists(),
        "boites": participation.boites.presentes().order_by("cote"),
    }
    return render(request, "echanges/reglages.html", contexte)


def _acte(
    request: HttpRequest, participation: Participation, titre: str, form: ActeForm, agir: Callable[..., Any], fait: str,
    bouton: str = "Enregistrer",
) -> HttpResponse:  # fmt: skip
    """Show the form of one act, call it, go back to the settings."""
    if a_agi(request, form, agir, fait):
        return _retour(participation)
    contexte = {
        "participation": participation,
        "convention": participation.convention,
        "titre_acte": titre,
        "form": form,
        "bouton": bouton,
    }
    return render(request, "echanges/acte.html", contexte, status=422 if form.errors else 200)


@require_http_methods(LECTURE_ECRITURE)
def flux_nouveau(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Open a flow."""
    participation = charger_part(request, reference, caisse)
    par_avenant = flux.exige_un_avenant(participation)
    form = FluxForm(envoye(request), participation=participation, par_avenant=par_avenant)
    agir = partial(flux.convenir_flux, participation=participation)
    return _acte(request, participation, "Ouvrir un flux", form, agir, "Le flux est ouvert.")


@require_http_methods(LECTURE_ECRITURE)
def autorisation_nouvelle(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Authorise an address (E-01)."""
    participation = charger_part(request, reference, caisse)
    form = AutorisationForm(envoye(request), participation=participation)
    agir = partial(acces.donner_autorisation, participation=participation)
    return _acte(request, participation, "Autoriser une personne", form, agir, "L’autorisation est donnée.")


@require_http_methods(LECTURE_ECRITURE)
def boite_nouvelle(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Declare a mailbox (E-08)."""
    participation = charger_part(request, reference, caisse)
    form = BoiteForm(envoye(request), initial={"cote": request.GET.get("cote", "")})
    agir = partial(acces.declarer_boite, participation=participation)
    fait = "La boîte est déclarée : le code qui la vérifie vient de lui être envoyé."
    return _acte(request, participation, "Déclarer une boîte dédiée", form, agir, fait)


@require_http_methods(LECTURE_ECRITURE)
def compte_payeur(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Declare the paymaster’s account (E-06)."""
    participation = charger_part(request, reference, caisse)
    form = ComptePayeurForm(envoye(request), participation=participation)
    agir = partial(declarer_compte, participation=participation)
    return _acte(request, participation, "Déclarer le compte du payeur", form, agir, "Le compte est déclaré.")


@require_http_methods(LECTURE_ECRITURE)
def boite_verifier(request: HttpRequest, reference: str, caisse: str, boite: int) -> HttpResponse:
    """Take the code that the mailbox received (E-08)."""
    participation = charger_part(request, reference, caisse)
    trouvee = get_object_or_404(participation.boites.presentes(), pk=boite)
    form = CodeDeBoiteForm(envoye(request))
    agir = partial(acces.verifier_boite, boite=trouvee)
    return _acte(
        request, participation, "Vérifier une boîte dédiée", form, agir, "La boîte est vérifiée.", "Vérifier"
    )


def _retrait(
    request: HttpRequest,
    participation: Participation,
    bouton: str,
    perte: str,
    agir: Callable[..., bool],
    fait: str,
) -> HttpResponse:
    """Ask once, then do it."""
    if request.method != "POST":
        retour = _retour(participation).url
        return demander_confirmation(request, bouton, [perte], retour)
    if agir(par=request.user):
        messages.success(request, fait)
    return _retour(participation)


@require_http_methods(LECTURE_ECRITURE)
def flux_clore(request: HttpRequest, reference: str, caisse: str, flux_pk: int) -> HttpResponse:
    """Close a flow: by avenant once it has served, else after one question."""
    participation = charger_part(request, reference, caisse)
    trouve = get_object_or_404(participation.flux.select_related("participation__caisse"), pk=flux_pk)
    agir = partial(flux.clore_flux, flux=trouve)
    if trouve.a_servi:
        form = ClotureFluxForm(envoye(request), participation=participation, par_avenant=True)
        titre = f"Fermer le flux « {trouve.libelle} »"
        return _acte(request, participation, titre, form, agir, "Le flux est fermé.", "Fermer ce flux")
    perte = "Plus rien ne sera déposé ni attendu pour ce flux."
    return _retrait(request, participation, "Fermer ce flux", perte, agir, "Le flux est fermé.")


@require_http_methods(LECTURE_ECRITURE)
def autorisation_retirer(
    request: HttpRequest, reference: str, caisse: str, autorisation: int
) -> HttpResponse:
    """Withdraw an authorisation (E-01)."""
    participation = charger_part(request, reference, caisse)
    trouvee = get_object_or_404(
        participation.autorisations.select_related("participation__caisse"), pk=autorisation
    )
    perte = "Cette personne ne pourra plus ni déposer ni lire, dès sa prochaine page."
    agir = partial(acces.retirer_autorisation, autorisation=trouvee)
    return _retrait(
        request, participation, "Retirer cette autorisation", perte, agir, "L’autorisation est retirée."
    )


@require_http_methods(LECTURE_ECRITURE)
def boite_retirer(request: HttpRequest, reference: str, caisse: str, boite: int) -> HttpResponse:
    """Withdraw a mailbox (E-08)."""
    participation = charger_part(request, reference, caisse)
    trouvee = get_object_or_404(participation.boites.select_related("participation__caisse"), pk=boite)
    perte = "Aucun dépôt ne pourra être ouvert vers cette partie tant qu’une autre boîte n’est pas vérifiée."
    agir = partial(acces.retirer_boite, boite=trouvee)
    return _retrait(request, participation, "Retirer cette boîte", perte, agir, "La boîte est retirée.")
