"""Dates entered wrongly: the pages that correct them (C-23)."""

from typing import Any

from django.shortcuts import get_object_or_404

from conventions.actions import corrections
from conventions.actions.signatures import designer
from conventions.forms.corrections import CorrigerDenonciationForm, CorrigerMiseForm, CorrigerSignatureForm
from conventions.models.conventions import Convention, FinCause
from conventions.models.suites import Signature
from conventions.views.actes import PageDUnePart, PageSurConvention, effets
from conventions.views.fins import PageDUneMise, close
from conventions.views.signatures import peut_la_signer

_COMMUN = {
    "bouton": "Corriger",
    "fait": "La correction est enregistrée ; l’histoire de la convention dit ce qu’elle change.",
}

EN_VIGUEUR = "Cet avenant est en vigueur : un autre avenant corrige ce qu’il dit."
AUCUNE = "Aucune dénonciation n’est enregistrée pour cette caisse."


def _lu(convention: Convention, **dates: Any) -> dict[str, Any]:
    return {"initial": {"version": convention.version, **dates}}


class _PageDUneSignature(PageSurConvention):
    droit = staticmethod(peut_la_signer)

    def trouver(self, signature: int) -> Signature:
        lignes = Signature.objects.select_related("signataire__caisse", "signataire__convention", "avenant")
        return get_object_or_404(lignes, signataire__convention=self.convention, pk=signature)


signature = _PageDUneSignature.pour(
    "corriger-signature",
    titre="Corriger la date d’une signature – {0}",
    faire=corrections.corriger_signature,
    formulaire=CorrigerSignatureForm,
    avec=lambda compte, une: _lu(une.signataire.convention, le=une.signee_le),
    obstacle=lambda une: EN_VIGUEUR if une.avenant is not None and une.avenant.signe_le else "",
    avant=lambda une: [
        f"{une.get_document_display()} : {designer(une.signataire)}, signature du {une.signee_le:%d/%m/%Y}.",
        "Si c’est la dernière signature, l’entrée en vigueur et toutes les échéances suivent.",
    ],
    **_COMMUN,
)
denonciation = PageDUnePart.pour(
    "corriger-denonciation",
    titre="Corriger ou retirer la dénonciation – {0.caisse}",
    faire=corrections.corriger_denonciation,
    formulaire=CorrigerDenonciationForm,
    avec=lambda compte, part: _lu(part.convention, lettre_du=part.denoncee_le),
    obstacle=lambda part: "" if part.fin_cause == FinCause.DENONCIATION else AUCUNE,
    effets=effets,
    **_COMMUN,
)
mise_en_demeure = PageDUneMise.pour(
    "corriger-mise-en-demeure",
    titre="Corriger les dates de la mise en demeure",
    faire=corrections.corriger_mise_en_demeure,
    formulaire=CorrigerMiseForm,
    avec=lambda compte, mise: _lu(
        mise.participation.convention, envoyee_le=mise.envoyee_le, recue_le=mise.recue_le
    ),
    obstacle=close,
    **_COMMUN,
)
