"""The support page: who to ask first, the report that gathers what the support needs, the answers (I-04)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from information import actions, permissions
from information.forms import AccessibiliteForm, AssistanceForm, ReponseAssistanceForm
from information.models import Assistance, caisses_suivies
from information.regles import ANONYMES_PAR_HEURE
from socle.acteurs import ANONYME
from socle.limites import Porte, laisser_passer

NOMBRE_AFFICHE = 50
ENVIRONNEMENT = 200


@require_http_methods(["GET", "HEAD", "POST"])
def assistance(request: HttpRequest) -> HttpResponse:
    """Show the interlocuteur of each caisse, take a report, list what was told and what waits (I-04)."""
    caisses = list(caisses_suivies(request.user))
    page = request.GET.get("page", "")[:ENVIRONNEMENT]
    form = AssistanceForm(
        request.POST if request.method == "POST" else None, caisses=caisses, initial={"page": page}
    )
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        demande = actions.demander_assistance(par=request.user, **donnees, environnement=_navigateur(request))
        messages.success(request, f"Votre demande {demande.reference} est transmise.")
        return redirect("assistance-fiche", demande.reference)
    demandes = Assistance.objects.visibles_par(request.user).select_related("caisse", "compte")
    contexte = {
        "form": form,
        "caisses": caisses,
        "demandes": demandes.order_by("repondue_le", "due_le", "pk")[:NOMBRE_AFFICHE],
    }
    return render(request, "information/assistance.html", contexte)


@require_safe
def fiche(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request and its answer."""
    return _page(request, _charger(request, reference), ReponseAssistanceForm())


@require_POST
def agir(request: HttpRequest, reference: str, verbe: str) -> HttpResponse:
    """Answer, or hand over to the national support (I-04)."""
    demande = _charger(request, reference)
    if verbe == "transmettre":
        actions.transmettre(demande, par=request.user)
        messages.success(request, "La demande est transmise au support national.")
        return redirect("assistance-fiche", reference)
    if verbe != "repondre":
        raise Http404
    form = ReponseAssistanceForm(request.POST)
    if permissions.can_repondre(request.user, demande) and not form.is_valid():
        return _page(request, demande, form)
    actions.repondre(demande, par=request.user, texte=form.cleaned_data["texte"] if form.is_valid() else "")
    messages.success(request, "Votre réponse est envoyée.")
    return redirect("assistance-fiche", reference)


ANONYMES = Porte(
    "accessibilite",
    "Trop de messages arrivent de votre réseau en ce moment. Réessayez dans une heure.",
    reseau=ANONYMES_PAR_HEURE,
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accessibilite_contact(request: HttpRequest) -> HttpResponse:
    """Take an obstacle met with a disability, from anybody; the answer is due within a week."""
    compte = request.user if request.user.is_authenticated and request.user.is_verified() else None
    par = compte or ANONYME
    initial = {"courriel": compte.email if compte else "", "environnement": _navigateur(request)}
    form = AccessibiliteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if par.compte is None:
                laisser_passer(ANONYMES, reseau=request.META.get("REMOTE_ADDR", ""))
            demande = actions.demander_accessibilite(par=par, **form.cleaned_data)
        except ValidationError as refus:
            form.add_error(None, refus)
        else:
            return redirect(f"{reverse('accessibilite-contact')}?recue={demande.reference}")
    recue = Assistance.objects.filter(reference=request.GET.get("recue", "")[:13]).first()
    return render(request, "information/accessibilite_contact.html", {"form": form, "recue": recue})


def _navigateur(request: HttpRequest) -> str:
    """Return what the browser says of itself, without what is not printable."""
    return "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())[:ENVIRONNEMENT]


def _charger(request: HttpRequest, reference: str) -> Assistance:
    visibles = Assistance.objects.visibles_par(request.user).select_related("caisse", "compte__partenaire")
    return get_object_or_404(visibles, reference=reference)


def _page(request: HttpRequest, demande: Assistance, form: Any) -> HttpResponse:
    contexte = {
        "demande": demande,
        "recit": demande.recit,
        "form": form,
        "peut_repondre": permissions.can_repondre(request.user, demande),
        "peut_transmettre": permissions.can_transmettre(request.user, demande),
        "fuseau": demande.caisse.fuseau if demande.caisse else "",
    }
    return render(request, "information/assistance_fiche.html", contexte)
