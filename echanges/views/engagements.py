"""The engagement de confidentialité: read, signed, downloaded (E-04)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from conventions.models.conventions import Convention
from echanges import permissions
from echanges.actions.engagements import organisme_de, signer_engagement
from echanges.catalogue import engagements, version_en_cours
from echanges.forms import EngagementForm
from echanges.journal import Acte
from echanges.models.engagements import Engagement
from socle.actes import LECTURE_ECRITURE, ActeDePage, PageDUnActe
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger


def _charger(request: HttpRequest, reference: str) -> Convention:
    visibles = permissions.participations_visibles(request.user).values("convention")
    convention = get_object_or_404(
        Convention.objects.filter(pk__in=visibles).select_related("partenaire"), reference=reference
    )
    exiger(permissions.can_signer(request.user, convention))
    return convention


class _Signer(PageDUnActe):
    """Show the text of today, and its form until it is signed."""

    gabarit = "echanges/engagement.html"
    # The text is there to be read again, once it is signed.
    lisible = True
    trop_tard = "Vous avez déjà signé ce texte pour cette convention."
    actes = (
        ActeDePage.unique(
            *("signer", signer_engagement, EngagementForm),
            fait="Votre engagement est signé : vous pouvez échanger des fichiers.",
            droit=permissions.can_signer,
            quand=lambda convention: convention.signe is None,
        ),
    )
    vers = ("echanges",)

    def charger(self) -> Any:
        """Return the convention, with what the account signed of today’s text."""
        convention: Any = _charger(self.request, self.reference)
        convention.signe = Engagement.objects.valables().de(self.compte).filter(convention=convention).first()
        return convention

    def verrouiller(self, objet: Convention) -> None:
        """Two clicks sign once."""
        Convention.objects.select_for_update(no_key=True).get(pk=objet.pk)

    def options(self, acte: ActeDePage, objet: Convention) -> dict[str, Any]:
        return {"request": self.request, "initial": {"fonction": self.compte.fonction}}

    def contexte(self, objet: Any) -> dict[str, Any]:
        return {
            "convention": objet,
            "signe": objet.signe,
            "paragraphes": engagements()[version_en_cours()].splitlines(),
            "organisme": organisme_de(self.compte, objet),
        }

    def faire(self, acte: ActeDePage, objet: Convention, /, **donnees: Any) -> Engagement:
        return signer_engagement(par=self.compte, convention=objet, **donnees)


engagement = sensitive_post_parameters("mot_de_passe")(_Signer.vue(methodes=LECTURE_ECRITURE))


@require_safe
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Send one's own signed engagement, in two copies."""
    convention = _charger(request, reference)
    signe = get_object_or_404(Engagement.objects.valables().de(request.user), convention=convention)
    contexte = {
        "engagement": signe,
        "convention": convention,
        "paragraphes": signe.texte.splitlines(),
        "exemplaires": ["signataire", "organisme"],
    }
    contenu = rendre_pdf("echanges/pdf/engagement.html", contexte)
    consigner(Acte.ENGAGEMENT_PDF, par=request.user, objet=signe)
    return reponse_pdf(contenu, f"{convention.reference}-engagement.pdf")
