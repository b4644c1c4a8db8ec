"""The bilan annuel as a page: figures, each side's part, then a document that changes no more (C-11, C-20, C-21)."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conformite.journal import consigner
from conventions import bilans
from conventions.actions.bilans import arreter, ecrire_sa_part
from conventions.bilans import Annee
from conventions.forms.suites import PartDuBilanForm
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.permissions import can_conduire_convention, can_ecrire_suivi
from conventions.views.actes import (
    charger,
    charger_pour_conduire,
    charger_pour_suivre,
    jour_de_la_page,
    page_d_acte,
)
from socle.actes import LECTURE_ECRITURE, envoye
from socle.pdf import rendre_pdf, reponse_pdf


def annee_de(convention: Convention, rang: int) -> Annee:
    """Return a year of the convention that has begun (404)."""
    for annee in bilans.annees(convention, jour_de_la_page(convention)):
        if annee.rang == rang:
            return annee
    raise Http404


@require_safe
def bilan(request: HttpRequest, reference: str, rang: int) -> HttpResponse:
    """Show the year: its figures beside those of the one before, what was met and decided, and each side's part."""
    convention = charger(request, reference)
    annee = annee_de(convention, rang)
    ligne = bilans.bilan_de(convention, annee)
    jour = jour_de_la_page(convention)
    contexte = {
        "convention": convention,
        "annee": annee,
        "bilan": ligne,
        "contenu": bilans.contenu(convention, annee),
        "annees": bilans.annees(convention, jour),
        "attendues": bilans.parts_attendues(convention, ligne),
        "ecrit": ligne.clos_le is None and can_ecrire_suivi(request.user, convention),
        "arrete": ligne.clos_le is None
        and annee.fin <= jour
        and can_conduire_convention(request.user, convention),
    }
    return render(request, "conventions/bilan.html", contexte)


@require_http_methods(LECTURE_ECRITURE)
def part(request: HttpRequest, reference: str, rang: int) -> HttpResponse:
    """Write the part of one's own side."""
    convention = charger_pour_suivre(request, reference)
    annee = annee_de(convention, rang)
    ligne = bilans.bilan_de(convention, annee)
    texte = ligne.part_partenaire if request.user.cote_partenaire else ligne.part_caisse
    return page_d_acte(
        request,
        convention=convention,
        titre=f"Votre part du bilan, année {rang}",
        form=PartDuBilanForm(envoye(request), initial={"texte": texte}),
        agir=partial(ecrire_sa_part, convention=convention, annee=annee),
        fait="Votre part est enregistrée.",
        vers=reverse("bilan", args=[reference, rang]),
    )


@require_POST
def clore(request: HttpRequest, reference: str, rang: int) -> HttpResponse:
    """Close the bilan: it changes no more."""
    convention = charger_pour_conduire(request, reference)
    annee = annee_de(convention, rang)
    try:
        arreter(
            par=request.user,
            convention=convention,
            annee=annee,
            version=int(request.POST.get("version", "0") or 0),
            pdf=rendre(convention, annee),
        )
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, "Le bilan est arrêté ; les deux parties en sont averties.")
    return redirect("bilan", reference, rang)


@require_safe
def document(request: HttpRequest, reference: str, rang: int) -> HttpResponse:
    """Send the bilan as a document to sign."""
    convention = charger(request, reference)
    annee = annee_de(convention, rang)
    consigner(Acte.CONVENTION_PDF, par=request.user, objet=convention, piece="bilan-annuel")
    return reponse_pdf(rendre(convention, annee), f"{reference}-bilan-{rang}.pdf")


def rendre(convention: Convention, annee: Annee) -> bytes:
    """Return the document of a year, from nothing but what the bilan holds."""
    return rendre_pdf(
        "conventions/pdf/bilan-annuel.html",
        {"reference": convention.reference, "rang": annee.rang, "contenu": bilans.contenu(convention, annee)},
    )
