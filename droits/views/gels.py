"""Holds: what a DPO keeps past its term, why and until when."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models.compte import Compte
from accounts.reauthentification import confirmer_identite
from caisses.models import Caisse
from conformite.gels import DejaGele, lever_gel, poser_gel
from conformite.jours import dernier_jour
from conformite.models.travaux import Gel
from droits import permissions
from droits.forms.gels import GelForm
from socle import horloge
from socle.confirmation import demander_confirmation
from socle.roles import exiger

_PAR_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def gels(request: HttpRequest) -> HttpResponse:
    """Show the holds of the DPO's caisses; put a new one."""
    exiger(permissions.can_geler(request.user))
    return _geler(request) if request.method == "POST" else _page(request, GelForm(par=request.user))


@confirmer_identite
def _geler(request: HttpRequest) -> HttpResponse:
    form = GelForm(request.POST, par=request.user)
    if form.is_valid() and _poser(request, form):
        return redirect("gels")
    return _page(request, form)


def _page(request: HttpRequest, form: GelForm) -> HttpResponse:
    page = Paginator(_visibles(request.user), _PAR_PAGE).get_page(request.GET.get("page"))
    fuseaux = dict(Caisse.objects.values_list("pk", "fuseau"))
    for gel in page:
        gel.dernier_jour = dernier_jour(gel.jusqu_a, fuseaux[gel.caisse])
    contexte = {"form": form, "page": page, "maintenant": horloge.maintenant()}
    return render(request, "droits/gels.html", contexte, status=422 if form.errors else 200)


@confirmer_identite
@require_http_methods(["GET", "HEAD", "POST"])
def lever(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold: the demande finds its term again."""
    gel = get_object_or_404(_visibles(request.user), pk=pk)
    exiger(permissions.can_geler(request.user))
    if request.method != "POST":
        pertes = [
            f"La demande {gel.reference} retrouve son terme. S’il est passé, elle sera détruite à la prochaine "
            "exécution de la purge."
        ]
        return demander_confirmation(request, "Lever le gel", pertes, reverse("gels"))
    caisse = Caisse.objects.get(pk=gel.caisse)
    if lever_gel(gel, fuseau=caisse.fuseau, par=request.user):
        messages.success(request, "Le gel est levé : la demande retrouve son terme.")
    else:
        messages.info(request, "Ce gel était déjà levé.")
    return redirect("gels")


def _visibles(compte: Compte) -> QuerySet[Gel]:
    return Gel.objects.filter(caisse__in=compte.caisses.values("pk"))


def _poser(request: HttpRequest, form: GelForm) -> bool:
    demande = form.cleaned_data["reference"]
    try:
        poser_gel(
            demande,
            raison=form.cleaned_data["raison"],
            jusqu_a=form.cleaned_data["jusqu_a"],
            fuseau=demande.caisse.fuseau,
            par=request.user,
            caisse=demande.caisse,
        )
    except DejaGele:
        form.add_error("reference", "Cette demande est déjà gelée pour cette raison.")
        return False
    messages.success(request, "La demande est gelée : elle ne sera pas détruite avant la fin du gel.")
    return True
