"""What takes two persons: the second one's page says who asked, for whom, what it gives; he confirms or refuses (A-24)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.actions.confirmations import contresigner, refuser
from accounts.forms.contreseings import DecisionContreseingForm
from accounts.models.contreseings import Contreseing
from accounts.reauthentification import confirmer_identite
from accounts.views.erreurs import tenter
from socle.notifications import lire_celles_de
from socle.roles import exiger, role

Statut = Contreseing.Statut
NIVEAUX = {
    Statut.ATTENDU: "info",
    Statut.CONFIRME: "succes",
    Statut.REFUSE: "erreur",
    Statut.EXPIRE: "neutre",
    Statut.SEUL: "avertissement",
}
# As many as one looks back on.
DERNIERS = 50


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person's confirmation, then what waits for others, then what was decided lately."""
    exiger(permissions.can_suivre_contreseings(request.user))
    visibles = Contreseing.objects.visibles_par(request.user)
    miens = visibles.a_confirmer_par(request.user)
    autres = visibles.exclude(pk__in=[un.pk for un in miens]).select_related("compte", "demande_par")
    contexte = {
        "groupes": [
            ("À confirmer par vous", _decrits(miens)),
            ("Tous les autres", _decrits(autres.prefetch_related("caisses")[:DERNIERS])),
        ]
    }
    return render(request, "accounts/contreseings.html", contexte)


def _decrits(contreseings: list[Contreseing]) -> list[dict[str, object]]:
    return [{"c": un, "niveau": NIVEAUX[Statut(un.statut)]} for un in contreseings]


def _charger(request: HttpRequest, pk: int) -> Contreseing:
    visibles = Contreseing.objects.visibles_par(request.user)
    return get_object_or_404(
        visibles.select_related("compte__partenaire", "demande_par", "decide_par"), pk=pk
    )


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who asked, for whom, which profile and caisse, and who may confirm."""
    contreseing = _charger(request, pk)
    lire_celles_de(request.user, request.path)
    return _page(request, contreseing)


def _page(
    request: HttpRequest, contreseing: Contreseing, lie: DecisionContreseingForm | None = None
) -> HttpResponse:
    attendu = contreseing.statut == Statut.ATTENDU
    contexte = {
        "c": contreseing,
        "niveau": NIVEAUX[Statut(contreseing.statut)],
        "phrase": role(contreseing.compte.profil).phrase,
        "form": lie,
        "formulaire": lie or DecisionContreseingForm(),
        "caisses": contreseing.caisses.order_by("nom"),
        "poles": contreseing.poles.order_by("libelle"),
        "seconds": contreseing.seconds().order_by("nom", "prenom") if attendu else [],
        "peut_contresigner": permissions.can_contresigner(request.user, contreseing),
        "peut_refuser": permissions.can_refuser(request.user, contreseing),
    }
    return render(request, "accounts/contreseing.html", contexte, status=422 if lie else 200)


@confirmer_identite
@require_POST
def decider(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse, with the password; both rights are asked again under the lock (A-24)."""
    contreseing = _charger(request, pk)
    formulaire = DecisionContreseingForm(request.POST)
    confirme = request.POST.get("decision") == "confirmer"
    permis = permissions.can_contresigner if confirme else permissions.can_refuser
    if contreseing.statut == Statut.ATTENDU:
        exiger(permis(request.user, contreseing))
    if not formulaire.is_valid() or not tenter(
        formulaire, lambda: _decider(request, contreseing, formulaire)
    ):
        contreseing.refresh_from_db()
        return _page(request, contreseing, formulaire)
    messages.success(request, "C’est confirmé." if confirme else "La demande est refusée.")
    return redirect("contreseing", pk)


def _decider(request: HttpRequest, contreseing: Contreseing, formulaire: DecisionContreseingForm) -> None:
    if formulaire.cleaned_data["decision"] == "confirmer":
        contresigner(contreseing, par=request.user)
    else:
        refuser(contreseing, par=request.user, raison=formulaire.cleaned_data["raison"])
