"""Conditions of use: accepted before anything else, published by the national administrateur (A-08, A-18)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.actions.acces import accepter_cgu, publier_cgu
from accounts.forms.cgu import CGUForm, VersionCGUForm
from accounts.models.acces import VersionCGU
from accounts.models.compte import Compte
from accounts.views.actes import PageDeLAuteur
from accounts.views.connexion import SUITE
from socle.actes import LECTURE_ECRITURE, ActeDePage


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cgu(request: HttpRequest) -> HttpResponse:
    """Show the conditions of use, accepted by a POST before anything else is reachable (A-08)."""
    version, acceptee = VersionCGU.objects.derniere_pour(request.user)
    formulaire = CGUForm(request.POST if request.method == "POST" else None)
    if version and not acceptee and request.method == "POST" and formulaire.is_valid():
        accepter_cgu(request.user, version)
        return redirect(request.session.pop(SUITE, None) or settings.LOGIN_REDIRECT_URL)
    contexte = {"form": formulaire, "version": version, "a_accepter": not acceptee}
    return render(request, "accounts/cgu.html", contexte)


class _Publication(PageDeLAuteur):
    """Write the next version from the one in force, and publish it: each account accepts it at its next page (A-08)."""

    actes = (
        ActeDePage.unique(
            *("publier", publier_cgu, VersionCGUForm),
            fait=lambda cgu: f"La version {cgu.numero} est publiée : chacun l’accepte à sa prochaine page.",
            permis=permissions.can_publier_cgu,
        ),
    )
    vers = ("national-cgu",)
    gabarit = "accounts/cgu_publier.html"

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        actuelle = VersionCGU.objects.en_vigueur()
        return {"initial": {"texte": actuelle.texte if actuelle else ""}}

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {
            "versions": VersionCGU.objects.avec_acceptations().select_related("publiee_par"),
            "actifs": Compte.objects.actifs().count(),
        }


publication = _Publication.vue(methodes=LECTURE_ECRITURE)
