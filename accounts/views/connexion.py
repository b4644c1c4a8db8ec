"""Sign in, one-time code, sign out, conditions of use."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp.models import Device

from accounts.actions.cles import cle_exigee
from accounts.actions.facteurs import poste_connu, retenir_poste, verifier_second_facteur
from accounts.essais import prouver, retenir_lieu
from accounts.forms.acces import CodeForm, ConnexionForm
from accounts.journal import Acte
from accounts.models.compte import Compte
from accounts.models.facteurs import AppareilTOTP
from accounts.models.sessions import CLE_DUE, NAVIGATEUR, OUVERTE, VUE
from accounts.navigateur import nom_du_navigateur
from accounts.raisons import SENTENCES, raison_compte, raison_ecrite
from accounts.regles import DUREE_POSTE
from conformite.journal import consigner
from socle import horloge

SUITE = "suite"
COOKIE_POSTE = f"{settings.PREFIXE_COOKIES}poste"
REFUS = "Identifiant ou mot de passe incorrect. Vérifiez la saisie, puis réessayez."
BACKEND = "accounts.backends.ComptesActifs"


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def connexion(request: HttpRequest) -> HttpResponse:
    """Ask for the identifiant and the password (A-07); the answer never says which one is wrong."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    formulaire = ConnexionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and formulaire.is_valid():
        reponse = _tenter(request, formulaire)
        if reponse is not None:
            return reponse
    contexte = {
        "form": formulaire,
        "raison": SENTENCES.get(request.GET.get("raison", "")),
        "suite": suite_permise(request, request.POST.get("next") or request.GET.get("next") or ""),
    }
    return render(request, "accounts/connexion.html", contexte)


def _tenter(request: HttpRequest, formulaire: ConnexionForm) -> HttpResponse | None:
    donnees = formulaire.cleaned_data
    try:
        compte = prouver(request, donnees["identifiant"], donnees["mot_de_passe"])
    except ValidationError as refus:
        formulaire.add_error(None, refus)
        return None
    if compte is None:
        ferme = getattr(request, "compte_ferme", None)
        if ferme is not None and ferme.statut == Compte.Statut.INACTIF:
            # The right password was given: its owner is told why, nobody else.
            titre, texte = SENTENCES[raison_compte(ferme)]
            return render(
                request,
                "accounts/compte_ferme.html",
                {"titre": titre, "texte": texte, "compte": ferme, "raison": _raison_ecrite(ferme)},
                status=403,
            )
        formulaire.add_error(None, REFUS)
        return None
    suite = suite_permise(request, request.POST.get("next", ""))
    ouvrir_session(request, compte)
    if suite:
        request.session[SUITE] = suite
    poste = poste_connu(compte, request.COOKIES.get(COOKIE_POSTE, "")) and compte.appareiltotp_set.exists()
    # A post that was remembered is no key.
    if poste and not cle_exigee(compte):
        return entrer(request)
    return redirect("connexion-cle" if compte.cles_d_acces.exists() else "connexion-code")


def _raison_ecrite(ferme: Compte) -> str:
    """Return what the caisse wrote when the last convention ended, for its people only (A-13, C-05)."""
    return raison_ecrite(ferme) if ferme.inactivation == Compte.Inactivation.FIN_CONVENTION else ""


def ouvrir_session(request: HttpRequest, compte: Compte) -> None:
    """Open a session that stands at the password: a new key, real time."""
    login(request, compte, backend=BACKEND)
    a = int(horloge.temps_reel().timestamp())
    request.session[OUVERTE] = request.session[VUE] = a
    request.session[NAVIGATEUR] = nom_du_navigateur(request.headers.get("User-Agent", ""))


def suite_permise(request: HttpRequest, adresse: str) -> str:
    """Return the address to go to after the sign-in when it is one of ours, else ""."""
    permise = url_has_allowed_host_and_scheme(
        adresse, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return adresse if permise and adresse.startswith("/") else ""


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor; nothing else answers before."""
    if request.user.is_verified():
        return redirect(settings.LOGIN_REDIRECT_URL)
    cles = request.user.cles_d_acces.exists()
    if cles and cle_exigee(request.user):
        return redirect("connexion-cle")
    formulaire = CodeForm(request.POST if request.method == "POST" else None)
    appareil = AppareilTOTP.objects.filter(user=request.user).first()
    if request.method == "POST" and formulaire.is_valid():
        saisi = formulaire.cleaned_data["code"]
        if verifier_second_facteur(request.user, saisi):
            return _retenir(request, entrer(request), formulaire.cleaned_data["se_souvenir"])
        appareil = AppareilTOTP.objects.filter(user=request.user).first()
        attente = appareil.attente_secondes() if appareil else 0
        formulaire.add_error(
            "code",
            "Ce code n’est pas valable. Un code ne sert qu’une fois et change toutes les 30 secondes"
            + (f" ; nouvel essai possible dans {attente} s." if attente > 1 else ".")
            + " L’heure de votre téléphone est peut-être fausse : réglez-la sur automatique.",
        )
    contexte = {
        "form": formulaire,
        "appareil": appareil,
        "cles": cles,
    }
    return render(request, "accounts/code.html", contexte)


def _retenir(request: HttpRequest, reponse: HttpResponse, voulu: bool) -> HttpResponse:
    if voulu:
        reponse.set_cookie(
            COOKIE_POSTE,
            retenir_poste(request.user),
            max_age=int(DUREE_POSTE.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return reponse


def entrer(request: HttpRequest, facteur: Device | None = None) -> HttpResponse:
    """Open the session of who proved both factors, and go where one was going. `facteur`: the passkey that proved."""
    compte: Compte = request.user
    terminer_connexion(request, compte, facteur)
    if facteur is None and cle_exigee(compte):
        request.session[CLE_DUE] = True
    reponse = redirect(request.session.pop(SUITE, None) or settings.LOGIN_REDIRECT_URL)
    return retenir_lieu(request, reponse, compte.identifiant)


@transaction.atomic
def terminer_connexion(request: HttpRequest, compte: Compte, facteur: Device | None = None) -> None:
    """Turn a session that stands at the password into an open one: a new key again, the sign-in dated (A-22)."""
    request.session.cycle_key()
    otp_login(request, facteur or compte.appareiltotp_set.get())
    compte.derniere_connexion_le = horloge.maintenant()
    compte.save(update_fields=["derniere_connexion_le"])
    consigner(Acte.CONNEXION_OUVERTE, par=compte, objet=compte)


@require_POST
def deconnexion(request: HttpRequest) -> HttpResponse:
    """Close the session."""
    consigner(Acte.CONNEXION_FERMEE, par=request.user, objet=request.user)
    logout(request)
    response = redirect(f"{reverse('connexion')}?raison=deconnexion")
    # The next person of this post finds nothing; not the cookies: one says that its owner was here lately.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
