"""Closed by default: what stands between a request and a page, in order.

Anonymous → sign-in (`ConnexionExigee`); password only → one-time code; password too old → change
it; conditions of use not accepted → accept them; no open convention → out, with the reason; a sensitive act → the
password again. Views marked
`login_not_required` are public at every step.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.journal import Acte
from accounts.models.acces import VersionCGU
from accounts.models.compte import Compte
from accounts.models.sessions import CLE_DUE, OUVERTE, VUE
from accounts.permissions import can_publier_cgu
from accounts.raisons import raison_compte, raison_ecrite, raison_structure
from accounts.reauthentification import redemander
from accounts.regles import mot_de_passe_expire
from conformite.journal import consigner
from socle import horloge
from socle.perimetre import PERSONNE, au_nom_de, lecture

# URL names served before each step is passed.
TOUJOURS = frozenset({"deconnexion"})
ETAPES = {
    "connexion-code": frozenset({"connexion-code"}),
    "cle-ajouter": frozenset({"cle-ajouter"}),
    "mot-de-passe-changer": frozenset({"mot-de-passe-changer"}),
    "cgu": frozenset({"cgu"}),
    # Before the first conditions, nothing opens but their publication.
    "national-cgu": frozenset({"national-cgu"}),
}
# A session that stops at the password is short.
SECONDES_SANS_CODE = 10 * 60
# The last activity is written at most once a minute.
SECONDES_ENTRE_ECRITURES = 60
# What a page asks by itself, without anybody acting: keeps no session alive.
PASSIF = "X-Passif"


def session_terminee(reponse: HttpResponse) -> HttpResponse:
    """Mark the answer given because no session is open, or no longer: what was typed is given back (`reprise`)."""
    reponse.session_terminee = True
    return reponse


def _reconnu(compte: Compte) -> bool:
    return bool(compte.is_authenticated and compte.is_verified())


def perimetre(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The database serves the account from its second factor on, and nobody before (ADR 27)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        qui = request.user.pk if _reconnu(request.user) else PERSONNE
        with au_nom_de(qui), lecture(request.method in ("GET", "HEAD")):
            return get_response(request)

    return middleware


class ConnexionExigee(LoginRequiredMiddleware):
    """Django's door; its answer says why."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:
        """Send to the sign-in page."""
        return session_terminee(super().handle_no_permission(request, view_func))


class AccesMiddleware:
    """The gate of every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Cut dead sessions before anything else, whatever the page."""
        if SESSION_KEY in request.session:
            raison = self._raison_de_couper(request)
            if raison:
                return self._sortir(request, raison)
            ouverte = dt.datetime.fromtimestamp(request.session.get(OUVERTE, 0), dt.UTC)
            request.fin_de_session = ouverte + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
            # A page that asks again by itself is nobody's activity.
            if not request.headers.get(PASSIF):
                self._noter_activite(request)
        reponse = self.get_response(request)
        if getattr(request, "axes_locked_out", False) and request.user.is_authenticated:
            # Who guesses the password of an open session has no session any more (ASVS 6.3.1).
            consigner(Acte.CONNEXION_FERMEE, par=request.user, objet=request.user)
            logout(request)
            reponse.headers["Cache-Control"] = "no-store"
        return reponse

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send to the first step not passed yet."""
        if not getattr(view, "login_required", True):
            return None
        nom = request.resolver_match.view_name
        if nom in TOUJOURS:
            return None
        etape = self._etape(request)
        if etape is not None and nom not in ETAPES[etape]:
            return self._vers(request, reverse(etape))
        if etape is None and (raison := raison_structure(request.user)):
            ecrite = raison_ecrite(request.user) if raison.startswith("structure-") else ""
            reponse = self._sortir(request, raison)
            if ecrite:
                messages.warning(request, ecrite)
            return reponse
        return redemander(request, nom)

    def _etape(self, request: HttpRequest) -> str | None:
        compte = request.user
        if not compte.is_verified():
            return "connexion-code"
        if request.session.get(CLE_DUE) and not compte.cles_d_acces.exists():
            return "cle-ajouter"
        if mot_de_passe_expire(compte.profil, compte.mot_de_passe_change_le, horloge.maintenant()):
            return "mot-de-passe-changer"
        version, acceptee = VersionCGU.objects.derniere_pour(compte)
        if version is None and can_publier_cgu(compte):
            return "national-cgu"
        return None if acceptee else "cgu"

    def _raison_de_couper(self, request: HttpRequest) -> str:
        a = int(horloge.temps_reel().timestamp())
        ouverte, vue = request.session.get(OUVERTE, 0), request.session.get(VUE, 0)
        if not request.user.is_authenticated:
            compte = Compte.objects.filter(pk=request.session[SESSION_KEY]).first()
            return raison_compte(compte)
        if a - vue > settings.SESSION_INACTIVITE:
            return "inactivite"
        if a - ouverte > settings.SESSION_COOKIE_AGE:
            return "duree"
        if not request.user.is_verified() and a - ouverte > SECONDES_SANS_CODE:
            return "code-attendu"
        return ""

    def _noter_activite(self, request: HttpRequest) -> None:
        a = int(horloge.temps_reel().timestamp())
        if a - request.session.get(VUE, 0) >= SECONDES_ENTRE_ECRITURES:
            request.session[VUE] = a

    def _sortir(self, request: HttpRequest, raison: str) -> HttpResponse:
        logout(request)
        return session_terminee(self._vers(request, f"{reverse(settings.LOGIN_URL)}?raison={raison}"))

    def _vers(self, request: HttpRequest, url: str) -> HttpResponse:
        # Nothing moves a page away by itself while somebody types in it.
        if request.headers.get(PASSIF):
            return HttpResponse(status=204)
        return redirect(url)
