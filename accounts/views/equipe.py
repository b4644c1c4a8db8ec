"""Caisse-side accounts (A-20): the administrateur's team, the national administrateur's administrateurs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.actions.comptes import creer_compte
from accounts.forms.comptes import AgentForm
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.reauthentification import confirmer_identite
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


def vers_le_contreseing(request: HttpRequest, compte: Compte) -> HttpResponse:
    """Lead to what waits for a second person, that was just asked for an account (A-24)."""
    contreseing = compte.contreseings.order_by("pk").last()
    if contreseing.statut == Contreseing.Statut.SEUL:
        messages.success(request, "Un lien d’activation est envoyé à la personne. La caisse en est informée.")
    else:
        messages.success(request, "C’est demandé : rien n’est ouvert avant qu’une seconde personne confirme.")
    return redirect("contreseing", contreseing.pk)


@confirmer_identite
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Ask for a caisse-side account, in one or several caisses and pôles: a second person confirms (A-20, A-24)."""
    exiger(permissions.can_gerer_equipe(request.user))
    crees = profils_sous(request.user, Geste.CREER)
    profils = [profil for profil in Profil if profil in crees and not role(profil).places]
    formulaire = AgentForm(
        request.POST if request.method == "POST" else None, par=request.user, profils=profils
    )
    crees_ici: list[Compte] = []
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and tenter(
            formulaire, lambda: crees_ici.append(creer_compte(par=request.user, **formulaire.cleaned_data))
        )
    ):
        return vers_le_contreseing(request, crees_ici[0])
    contexte = {"form": formulaire}
    return render(request, "accounts/equipe_nouveau.html", contexte, status=422 if formulaire.errors else 200)
