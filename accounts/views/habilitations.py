"""Demandes d'habilitation: the structure asks, the caisse decides, late ones first (A-01, A-09, A-10)."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.actions.habilitations import (
    accepter_demande,
    completer_demande,
    deposer_demande,
    refuser_demande,
    renvoyer_demande,
    retirer_demande,
)
from accounts.actions.places import places
from accounts.forms.habilitations import FORMULAIRES_DEMANDE, DecisionForm
from accounts.models.habilitations import DemandeHabilitation
from accounts.reauthentification import confirmer_identite
from accounts.regles import annonce_tardive
from accounts.views.erreurs import tenter
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.confirmation import demander_confirmation
from socle.profils import Profil
from socle.roles import exiger

Nature, Statut = DemandeHabilitation.Nature, DemandeHabilitation.Statut
NIVEAUX = {
    Statut.DEPOSEE: "info",
    Statut.RENVOYEE: "avertissement",
    Statut.ACCEPTEE: "succes",
    Statut.REFUSEE: "erreur",
    Statut.RETIREE: "neutre",
}
PAR_PAGE = 25
# The delay kept is measured over the requests decided lately.
JOURS_MESURES = dt.timedelta(days=365)
REPONSES = {"accepter": "acceptée", "renvoyer": "renvoyée à la structure", "refuser": "refusée"}


def _decrire(demande: DemandeHabilitation) -> dict[str, Any]:
    jour = horloge.jour(demande.caisse.fuseau)
    return {
        "demande": demande,
        "niveau": NIVEAUX[Statut(demande.statut)],
        "en_retard": demande.en_retard(jour),
        "tardive": demande.depart_le is not None
        and annonce_tardive(horloge.jour(demande.caisse.fuseau, demande.deposee_le), demande.depart_le),
    }


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show what awaits the caisse, late ones first, then what was decided."""
    exiger(permissions.can_demander(request.user))
    visibles = DemandeHabilitation.objects.visibles_par(request.user).select_related(
        "caisse", "partenaire", "compte", "deposee_par"
    )
    attendues = visibles.a_traiter()
    if permissions.can_gerer_structure(request.user):
        attendues = visibles.filter(statut__in=(Statut.DEPOSEE, Statut.RENVOYEE)).order_by("echeance", "pk")
    passees = visibles.exclude(pk__in=attendues.values("pk")).order_by("-deposee_le", "-pk")
    page = Paginator(passees, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "attendues": [_decrire(demande) for demande in attendues],
        "passees": [_decrire(demande) for demande in page],
        "page": page,
        "delai": visibles.delai_tenu(horloge.maintenant() - JOURS_MESURES)
        if permissions.can_decider(request.user)
        else None,
        "natures": Nature.choices if permissions.can_gerer_structure(request.user) else [],
    }
    return render(request, "accounts/habilitations.html", contexte)


def _structure(request: HttpRequest) -> Partenaire:
    """Return the structure that asks: the gestionnaire's own, or the one that the administrateur names."""
    if permissions.can_gerer_structure(request.user):
        return request.user.partenaire
    siret = request.GET.get("structure", "")
    return get_object_or_404(Partenaire.objects.visibles_par(request.user), siret=siret)


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: HttpRequest, nature: str) -> HttpResponse:
    """File a request; the caisse may file one for a structure that wrote to it (A-01)."""
    exiger(permissions.can_demander(request.user))
    if nature not in Nature.values:
        raise Http404
    partenaire = _structure(request)
    formulaire = FORMULAIRES_DEMANDE[nature](
        request.POST if request.method == "POST" else None, partenaire=partenaire, par=request.user
    )
    if request.method == "POST" and formulaire.is_valid():
        deposees: list[DemandeHabilitation] = []
        if tenter(formulaire, lambda: deposees.append(_deposer(request, nature, partenaire, formulaire))):
            messages.success(request, "La demande est déposée.")
            return redirect("habilitation", deposees[0].pk)
    contexte = {
        "form": formulaire,
        "titre": Nature(nature).label,
        "nature": nature,
        "partenaire": partenaire,
        "places": places(partenaire, Profil.GESTIONNAIRE),
    }
    return render(
        request, "accounts/habilitation_nouvelle.html", contexte, status=422 if formulaire.errors else 200
    )


def _deposer(
    request: HttpRequest, nature: str, partenaire: Partenaire, formulaire: Any
) -> DemandeHabilitation:
    return deposer_demande(nature=nature, partenaire=partenaire, par=request.user, **formulaire.cleaned_data)


def _charger(request: HttpRequest, pk: int) -> DemandeHabilitation:
    visibles = DemandeHabilitation.objects.visibles_par(request.user).select_related(
        "caisse", "partenaire", "compte", "releve_de", "deposee_par", "traitee_par"
    )
    return get_object_or_404(visibles, pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request."""
    return _page(request, _charger(request, pk))


def _page(
    request: HttpRequest, demande: DemandeHabilitation, lie: DecisionForm | None = None
) -> HttpResponse:
    contexte = _decrire(demande) | {
        "form": lie,
        "formulaire": lie or DecisionForm(),
        "peut_traiter": permissions.can_traiter(request.user, demande),
        "peut_completer": permissions.can_completer(request.user, demande),
        "places": places(demande.partenaire, Profil.GESTIONNAIRE),
    }
    return render(request, "accounts/habilitation.html", contexte, status=422 if lie else 200)


@confirmer_identite
@require_POST
def decider(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, send back with a comment, refuse with a reason (A-01)."""
    demande = _charger(request, pk)
    exiger(permissions.can_decider(request.user))
    formulaire = DecisionForm(request.POST)
    if not formulaire.is_valid() or not tenter(formulaire, lambda: _decider(request, demande, formulaire)):
        demande.refresh_from_db()
        return _page(request, demande, formulaire)
    messages.success(request, f"La demande est {REPONSES[formulaire.cleaned_data['decision']]}.")
    return redirect("habilitations")


def _decider(request: HttpRequest, demande: DemandeHabilitation, formulaire: DecisionForm) -> None:
    decision, commentaire = formulaire.cleaned_data["decision"], formulaire.cleaned_data["commentaire"]
    if decision == "accepter":
        accepter_demande(demande, par=request.user)
    elif decision == "renvoyer":
        renvoyer_demande(demande, par=request.user, commentaire=commentaire)
    else:
        refuser_demande(demande, par=request.user, commentaire=commentaire)


@require_http_methods(["GET", "HEAD", "POST"])
def completer(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete what the caisse sent back and file it again."""
    demande = _charger(request, pk)
    exiger(permissions.can_completer(request.user, demande))
    classe = FORMULAIRES_DEMANDE[demande.nature]
    initial = {champ.name: getattr(demande, champ.attname) for champ in demande._meta.concrete_fields}
    formulaire = classe(
        request.POST if request.method == "POST" else None,
        partenaire=demande.partenaire,
        par=request.user,
        initial=initial,
    )
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and tenter(
            formulaire, lambda: completer_demande(demande, par=request.user, **formulaire.cleaned_data)
        )
    ):
        messages.success(request, "La demande est déposée à nouveau.")
        return redirect("habilitation", pk)
    contexte = {
        "form": formulaire,
        "titre": f"Compléter\N{NO-BREAK SPACE}: {demande.get_nature_display()}",
        "nature": demande.nature,
        "partenaire": demande.partenaire,
        "places": places(demande.partenaire, Profil.GESTIONNAIRE),
    }
    return render(
        request, "accounts/habilitation_nouvelle.html", contexte, status=422 if formulaire.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a request."""
    demande = _charger(request, pk)
    exiger(permissions.can_completer(request.user, demande))
    if request.method != "POST":
        pertes = ["La caisse ne la traitera pas. Pour la faire à nouveau, il faudra tout saisir."]
        retour = reverse("habilitation", args=[pk])
        return demander_confirmation(request, "Retirer la demande", pertes, retour)
    retirer_demande(demande, par=request.user)
    messages.success(request, "La demande est retirée.")
    return redirect("habilitations")
