"""The engagement de confidentialité: read, signed, downloaded (E-04)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from conventions.models.conventions import Convention
from echanges import permissions
from echanges.actions.engagements import organisme_de, signer_engagement
from echanges.catalogue import engagements, version_en_cours
from echanges.forms import EngagementForm
from echanges.journal import Acte
from echanges.models.engagements import Engagement
from socle.actes import LECTURE_ECRITURE, a_agi, envoye
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger


def _charger(request: HttpRequest, reference: str) -> Convention:
    visibles = permissions.participations_visibles(request.user).values("convention")
    convention = get_object_or_404(
        Convention.objects.filter(pk__in=visibles).select_related("partenaire"), reference=reference
    )
    exiger(permissions.can_signer(request.user, convention))
    return convention


@sensitive_post_parameters("mot_de_passe")
@require_http_methods(LECTURE_ECRITURE)
def engagement(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text of today, and its form until it is signed."""
    convention = _charger(request, reference)
    signe = Engagement.objects.valables().de(request.user).filter(convention=convention).first()
    form = EngagementForm(envoye(request), request=request, initial={"fonction": request.user.fonction})
    agir = partial(signer_engagement, convention=convention)
    if a_agi(request, form, agir, "Votre engagement est signé : vous pouvez échanger des fichiers."):
        return redirect("echanges")
    contexte = {
        "convention": convention,
        "signe": signe,
        "paragraphes": engagements()[version_en_cours()].splitlines(),
        "organisme": organisme_de(request.user, convention),
        "form": form,
    }
    return render(request, "echanges/engagement.html", contexte, status=422 if form.errors else 200)


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
