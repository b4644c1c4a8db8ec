"""The bilan annuel as a page: figures, each side's part, then a document that changes no more (C-11, C-20, C-21)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from conventions import bilans
from conventions.actions.bilans import arreter, ecrire_sa_part
from conventions.bilans import Annee
from conventions.forms.suites import ArreterForm, PartDuBilanForm
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.models.suites import BilanAnnuel
from conventions.permissions import can_conduire_convention, can_ecrire_suivi
from conventions.views.actes import PageSurConvention, charger, jour_de_la_page
from socle.actes import ActeDePage
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


class _PageDuBilan(PageSurConvention):
    droit = staticmethod(lambda compte, bilan: can_ecrire_suivi(compte, bilan.convention))

    def trouver(self, rang: int) -> Any:
        annee = annee_de(self.convention, rang)
        trouve: Any = bilans.bilan_de(self.convention, annee)
        trouve.convention, trouve.annee = self.convention, annee
        return trouve

    def retour(self, acte: ActeDePage) -> str:
        return reverse("bilan", args=[self.reference, self.cles["rang"]])


def _sa_part(compte: Any, bilan: BilanAnnuel) -> dict[str, Any]:
    texte = bilan.part_partenaire if compte.cote_partenaire else bilan.part_caisse
    return {"initial": {"texte": texte, "version": bilan.version}}


def _arrete(bilan: BilanAnnuel) -> str:
    return "Ce bilan est arrêté : il ne change plus." if bilan.clos_le else ""


def _arreter(bilan: Any, **champs: Any) -> BilanAnnuel:
    return arreter(bilan.convention, annee=bilan.annee, pdf=rendre(bilan.convention, bilan.annee), **champs)


# The part of one's own side
part = _PageDuBilan.pour(
    "ecrire-part",
    titre="Votre part du bilan, année {0.annee.rang}",
    bouton="Enregistrer",
    fait="Votre part est enregistrée.",
    faire=lambda bilan, **champs: ecrire_sa_part(bilan.convention, annee=bilan.annee, **champs),
    formulaire=PartDuBilanForm,
    avec=_sa_part,
    obstacle=_arrete,
)
# It changes no more.
clore = _PageDuBilan.pour(
    "arreter",
    titre="Arrêter le bilan, année {0.annee.rang}",
    bouton="Arrêter le bilan",
    fait="Le bilan est arrêté ; les deux parties en sont averties.",
    faire=_arreter,
    formulaire=ArreterForm,
    avec=lambda compte, bilan: {"initial": {"version": bilan.version}},
    avant=lambda bilan: ["Arrêté, il ne change plus : ni ses chiffres, ni la part de chacun."],
    droit=lambda compte, bilan: can_conduire_convention(compte, bilan.convention),
    obstacle=_arrete,
)


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
