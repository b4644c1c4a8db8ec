"""Information notices for the persons and for the professionals, as pages and PDF; the material of an AIPD (R-03, R-07)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from caisses.models import Caisse
from droits import permissions
from droits.aipd import MESURES, RISQUES, faits
from droits.registre import NOTICES, TRAITEMENTS, durees
from socle import horloge
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger


@login_not_required
@require_safe
def notice(request: HttpRequest, public: str) -> HttpResponse:
    """Show the notice of a public: what is kept about it, why, how long, and its rights."""
    return render(request, "droits/notice.html", _notice(public))


@login_not_required
@require_safe
def notice_pdf(request: HttpRequest, public: str) -> HttpResponse:
    """Give the same notice as PDF: to hand over, or to put on a wall."""
    contenu = rendre_pdf("droits/notice_pdf.html", _notice(public))
    return reponse_pdf(contenu, f"notice-{public}.pdf")


@require_safe
def aipd(request: HttpRequest) -> HttpResponse:
    """R-07: give what an impact assessment needs, from the register and from what the portal applies."""
    exiger(permissions.can_voir_registre(request.user))
    contexte = {
        "traitements": [(une, durees(une)) for une in TRAITEMENTS],
        "risques": RISQUES,
        "mesures": MESURES,
        "faits": faits(),
        "le": horloge.jour("Europe/Paris"),
    }
    return reponse_pdf(rendre_pdf("droits/aipd_pdf.html", contexte), "elements-pour-l-aipd.pdf")


def _notice(public: str) -> dict[str, object]:
    if public not in NOTICES:
        raise Http404
    concernes = [une for une in TRAITEMENTS if public in une.publics]
    return {
        "public": public,
        "titre": NOTICES[public],
        "traitements": [(une, durees(une)) for une in concernes],
        "caisses": Caisse.objects.exclude(dpo_courriel="").order_by("nom"),
        "le": horloge.jour("Europe/Paris"),
    }
