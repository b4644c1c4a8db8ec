"""How a caisse's part ends: denunciation, formal notice, termination, suspension (C-04, C-05, A-16)."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from conventions.actions import fins
from conventions.forms.suites import (
    ClotureMiseForm,
    DenonciationForm,
    MiseEnDemeureForm,
    RaisonForm,
    ReceptionForm,
    ResiliationForm,
)
from conventions.lecture import effet_denonciation
from conventions.models.suites import MiseEnDemeure
from conventions.views.actes import acte_sans_page, charger_part, effets, page_d_acte
from socle.actes import LECTURE_ECRITURE, envoye


@require_http_methods(LECTURE_ECRITURE)
def denoncer(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Write down a denunciation for one caisse's part (C-04); its effect is shown before the click."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Dénonciation – {part.caisse}",
        form=DenonciationForm(envoye(request), initial={"bonne_fin_jours": part.convention.bonne_fin_jours}),
        agir=partial(fins.denoncer, participation=part),
        bouton="Enregistrer la dénonciation",
        fait="La dénonciation est enregistrée ; les deux parties en sont averties.",
        avant=_si_denoncee_aujourd_hui(part),
        effets=effets(part),
        danger=True,
    )


def _si_denoncee_aujourd_hui(part: Any) -> list[str]:
    if part.debut is None or part.debut > part.caisse.jour:
        return []
    effet = effet_denonciation(part, part.caisse.jour)
    phrases = [f"Une lettre d’aujourd’hui mettrait fin à la convention le {effet.fin:%d/%m/%Y}."]
    if effet.echeance_manquee:
        phrases.append(
            f"Le dernier jour utile pour l’échéance du {effet.echeance_manquee:%d/%m/%Y} est passé : la convention "
            "serait reconduite une fois encore."
        )
    return phrases


@require_http_methods(LECTURE_ECRITURE)
def mettre_en_demeure(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Write down a formal notice (C-05)."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Mise en demeure – {part.caisse}",
        form=MiseEnDemeureForm(envoye(request)),
        agir=partial(fins.mettre_en_demeure, participation=part),
        bouton="Enregistrer la mise en demeure",
        fait="La mise en demeure est enregistrée.",
        avant=[
            "Rien n’est automatique : le délai passé, une personne décide. Un manquement réparé clôt la procédure."
        ],
    )


def _mise(request: HttpRequest, reference: str, caisse: str, pk: int) -> MiseEnDemeure:
    part = charger_part(request, reference, caisse)
    mise = get_object_or_404(part.mises_en_demeure.filter(close_le=None), pk=pk)
    mise.participation = part
    return mise


@require_http_methods(LECTURE_ECRITURE)
def noter_reception(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Write down when the letter was received (C-05)."""
    lettre = _mise(request, reference, caisse, mise)
    return page_d_acte(
        request,
        convention=lettre.participation.convention,
        titre="Réception de la mise en demeure",
        form=ReceptionForm(envoye(request)),
        agir=partial(fins.noter_reception, mise=lettre),
        fait="La réception est enregistrée.",
    )


@require_http_methods(LECTURE_ECRITURE)
def clore_mise_en_demeure(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Close a formal notice: cured in time, or withdrawn (C-05)."""
    lettre = _mise(request, reference, caisse, mise)
    return page_d_acte(
        request,
        convention=lettre.participation.convention,
        titre="Clore la mise en demeure",
        form=ClotureMiseForm(envoye(request)),
        agir=partial(fins.clore_mise_en_demeure, mise=lettre),
        bouton="Clore la mise en demeure",
        fait="La mise en demeure est close.",
    )


@require_http_methods(LECTURE_ECRITURE)
def resilier(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Terminate for breach (C-05)."""
    lettre = _mise(request, reference, caisse, mise)
    part = lettre.participation
    possible = lettre.resiliable_des
    avant = (
        [f"Résiliation possible à partir du {possible:%d/%m/%Y}."]
        if possible
        else ["Notez d’abord la réception de la lettre : le délai court à partir d’elle."]
    )
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Résiliation – {part.caisse}",
        form=ResiliationForm(envoye(request), initial={"bonne_fin_jours": part.convention.bonne_fin_jours}),
        agir=partial(fins.resilier, mise=lettre),
        bouton="Résilier",
        fait="La résiliation est enregistrée ; les deux parties en sont averties.",
        avant=avant,
        effets=effets(part),
        danger=True,
    )


@require_http_methods(LECTURE_ECRITURE)
def suspendre(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Suspend the structure for that caisse (A-16)."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Suspendre l’accès – {part.caisse}",
        form=RaisonForm(envoye(request)),
        agir=partial(fins.suspendre, participation=part),
        bouton="Suspendre l’accès",
        fait="L’accès est suspendu ; la structure en est avertie.",
        avant=["L’accès à cette caisse cesse à l’instant."],
        effets=effets(part, suspension=True),
        danger=True,
    )


@require_POST
def lever_suspension(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Give the access back (A-16)."""
    part = charger_part(request, reference, caisse)
    agir = partial(fins.lever_suspension, participation=part)
    return acte_sans_page(request, part.convention, agir, "L’accès est rétabli.")
