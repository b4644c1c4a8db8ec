"""Dates entered wrongly: the pages that correct them (C-23)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from conventions.actions import corrections
from conventions.actions.signatures import designer
from conventions.forms.corrections import CorrigerDenonciationForm, CorrigerMiseForm, CorrigerSignatureForm
from conventions.models.suites import Signature
from conventions.views.actes import charger_part, charger_pour_conduire, effets, page_d_acte
from socle.actes import LECTURE_ECRITURE, envoye

FAIT = "La correction est enregistrée ; l’histoire de la convention dit ce qu’elle change."


@require_http_methods(LECTURE_ECRITURE)
def signature(request: HttpRequest, reference: str, signature: int) -> HttpResponse:
    """Correct the date of a signature."""
    convention = charger_pour_conduire(request, reference)
    ligne = get_object_or_404(
        Signature.objects.filter(signataire__convention=convention).select_related("signataire__caisse"),
        pk=signature,
    )
    return page_d_acte(
        request,
        convention=convention,
        titre="Corriger la date d’une signature",
        form=CorrigerSignatureForm(envoye(request), initial={"le": ligne.signee_le}),
        agir=partial(corrections.corriger_signature, signature=ligne),
        bouton="Corriger",
        fait=FAIT,
        avant=[
            f"{ligne.get_document_display()} : {designer(ligne.signataire)}, signature du {ligne.signee_le:%d/%m/%Y}.",
            "Si c’est la dernière signature, l’entrée en vigueur et toutes les échéances suivent.",
        ],
    )


@require_http_methods(LECTURE_ECRITURE)
def denonciation(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Correct the date of a letter of denunciation, or withdraw it."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Corriger ou retirer la dénonciation – {part.caisse}",
        form=CorrigerDenonciationForm(envoye(request), initial={"lettre_du": part.denoncee_le}),
        agir=partial(corrections.corriger_denonciation, participation=part),
        bouton="Corriger",
        fait=FAIT,
        effets=effets(part),
        danger=True,
    )


@require_http_methods(LECTURE_ECRITURE)
def mise_en_demeure(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Correct the dates of a formal notice that runs."""
    part = charger_part(request, reference, caisse)
    lettre = get_object_or_404(part.mises_en_demeure.filter(close_le=None), pk=mise)
    lettre.participation = part
    return page_d_acte(
        request,
        convention=part.convention,
        titre="Corriger les dates de la mise en demeure",
        form=CorrigerMiseForm(
            envoye(request), initial={"envoyee_le": lettre.envoyee_le, "recue_le": lettre.recue_le}
        ),
        agir=partial(corrections.corriger_mise_en_demeure, mise=lettre),
        bouton="Corriger",
        fait=FAIT,
    )
