"""Caisse-side accounts (A-20): the administrateur's team, the national administrateur's administrateurs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.actions.comptes import creer_compte
from accounts.forms.comptes import AgentForm
from accounts.models.compte import Compte
from accounts.views.erreurs import tenter
from socle.profils import Profil
from socle.roles import Geste, exiger, profils_sous, role


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the caisse-side accounts that the person runs."""
    exiger(permissions.can_gerer_equipe(request.user))
    comptes = (
        Compte.objects.visibles_par(request.user)
        .filter(partenaire=None)
        .prefetch_related("caisses", "poles")
        .order_by("nom", "prenom")
    )
    rang = {Compte.Statut.ACTIF: 0, Compte.Statut.EN_ATTENTE: 1}
    contexte = {"comptes": sorted(comptes, key=lambda compte: rang.get(compte.statut, 2))}
    return render(request, "accounts/equipe.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Create a caisse-side account, in one or several caisses and pôles (A-20)."""
    exiger(permissions.can_gerer_equipe(request.user))
    crees = profils_sous(request.user, Geste.CREER)
    profils = [profil for profil in Profil if profil in crees and not role(profil).places]
    formulaire = AgentForm(
        request.POST if request.method == "POST" else None, par=request.user, profils=profils
    )
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and tenter(formulaire, lambda: creer_compte(par=request.user, **formulaire.cleaned_data))
    ):
        messages.success(request, "Le compte est créé. Un lien d’activation est envoyé à la personne.")
        return redirect("equipe")
    contexte = {"form": formulaire}
    return render(request, "accounts/equipe_nouveau.html", contexte, status=422 if formulaire.errors else 200)
