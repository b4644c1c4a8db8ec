"""Caisse-side accounts (A-20): the administrateur's team, the national administrateur's administrateurs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions.comptes import creer_compte
from accounts.forms.comptes import AgentForm
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.views.actes import PageDeLAuteur
from socle.actes import LECTURE_ECRITURE, ActeDePage
from socle.certain import certain
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


class _Nouveau(PageDeLAuteur):
    """Ask for a caisse-side account, in one or several caisses and pôles: a second person confirms (A-20, A-24)."""

    actes = (ActeDePage.unique("creer", creer_compte, AgentForm, permis=permissions.can_gerer_equipe),)
    gabarit = "accounts/equipe_nouveau.html"

    def charger(self) -> Compte:
        exiger(permissions.can_gerer_equipe(self.compte))
        return self.compte

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        crees = profils_sous(objet, Geste.CREER)
        return {"par": objet, "profils": [un for un in Profil if un in crees and not role(un).places]}

    def annoncer(self, acte: ActeDePage) -> None:
        if self._contreseing().statut == Contreseing.Statut.SEUL:
            dit = "Un lien d’activation est envoyé à la personne. La caisse en est informée."
        else:
            dit = "C’est demandé : rien n’est ouvert avant qu’une seconde personne confirme."
        messages.success(self.request, dit)

    def _contreseing(self) -> Contreseing:
        return certain(self.rendu.contreseings.order_by("pk").last())

    def retour(self, acte: ActeDePage) -> str:
        return reverse("contreseing", args=[self._contreseing().pk]) if self.rendu else reverse("equipe")


nouveau = _Nouveau.vue(methodes=LECTURE_ECRITURE)
