"""Failed sign-ins: how long a place waits, and what the owner is told. The block itself is django-axes'.

Failures are counted by identifiant and place. A place is a network, where a whole caisse may sit behind one router, or
a post from which this account signed in lately, recognised by its cookie: what strangers do never shuts it out.
"""

import hashlib
import ipaddress
import secrets
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, authenticate
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import salted_hmac

from accounts.actions.acces import empreinte, prevenir_d_une_vague, prevenir_des_essais
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.mots_de_passe import PasDejaUtilise
from accounts.regles import (
    DUREE_LIEU,
    ECHECS_AVANT_DELAI,
    ECHECS_PAR_ADRESSE,
    ECHECS_PARTOUT,
    FENETRE_ECHECS,
    delai_apres_echecs,
)
from conformite.journal import consigner
from socle import crochets, horloge
from socle.limites import Porte, compter, laisser_passer, reseau, verifier

# What anybody may post, within the hour (socle.limites).
_PATIENCE = "Trop de demandes sont venues de votre réseau, ou pour cet identifiant ou cette adresse. "
OUBLI = Porte(
    "oubli",
    _PATIENCE
    + "Si un compte actif y correspond, un courriel est déjà parti : relisez vos messages, ou réessayez dans une heure.",
    reseau=60,
    cible=5,
)
SECURITE = Porte(
    "securite",
    _PATIENCE + "Réessayez dans une heure ; si c’est urgent, téléphonez à votre caisse.",
    reseau=20,
    cible=5,
)
CLE = Porte(
    "cle", "Trop de demandes de connexion sont venues de votre réseau. Réessayez dans une heure.", reseau=600
)
ANCIENS = Porte(
    "anciens",
    "Trop de mots de passe déjà utilisés ont été essayés. Demandez un nouveau lien dans une heure.",
    cible=10,
)
ASSIEGE = (
    "Trop d’essais ont échoué pour cet identifiant, depuis plusieurs réseaux. Connectez-vous depuis un poste d’où vous "
    "l’avez fait récemment, ou choisissez un nouveau mot de passe avec « Mot de passe oublié »."
)
PAS_LE_VOTRE = "Ce n’est pas votre mot de passe."
COOKIE_LIEU = f"{settings.PREFIXE_COOKIES}lieu"
SEL = "accounts.lieu"
# A post shared by more accounts forgets the first of them.
COMPTES_PAR_POSTE = 8
# Counters are kept by address: a known post has one of the block that is no network's (RFC 6666).
POSTES = ipaddress.IPv6Network("100::/64")


def _nom(identifiant: str) -> str:
    return salted_hmac(SEL, identifiant, algorithm="sha256").hexdigest()[:16]


def _postes(request: HttpRequest) -> dict[str, str]:
    """Return what the cookie says: account, under a hash, to number of the post for it; nothing when forged or old."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE_LIEU, ""), salt=SEL, max_age=DUREE_LIEU)
    except signing.BadSignature:
        return {}


def lieu(request: HttpRequest, identifiant: str) -> str:
    """Return the place of a try, written as an address."""
    if numero := _postes(request).get(_nom(identifiant)):
        suite = hashlib.sha256(f"{identifiant}|{numero}".encode()).digest()[:8]
        return str(POSTES[int.from_bytes(suite)])
    return reseau(request.META.get("REMOTE_ADDR", ""))


def connu(place: str) -> bool:
    """Whether the place is a post from which the account signed in lately."""
    return ipaddress.ip_address(place) in POSTES


def retenir_lieu(request: HttpRequest, reponse: HttpResponse, identifiant: str) -> HttpResponse:
    """Remember, in the browser only, that this account signed in from here. It opens nothing: it has its own count."""
    postes = _postes(request)
    numero = postes.pop(_nom(identifiant), None) or secrets.token_hex(8)
    gardes = dict([*postes.items(), (_nom(identifiant), numero)][-COMPTES_PAR_POSTE:])
    reponse.set_cookie(
        COOKIE_LIEU,
        signing.dumps(gardes, salt=SEL),
        max_age=int(DUREE_LIEU.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return reponse


def prouver(
    request: HttpRequest, identifiant: str, mot_de_passe: str, compte: Compte | None = None
) -> Compte | None:
    """Return the account whose password this is, None when it is wrong. Every page that compares one asks here.

    Each place waits after some failures, each failure leaves a line, of `compte` where the page knows it. Raise
    ValidationError, and compare nothing, for who has to wait.
    """
    identifiant = identifiant.lower()
    place = lieu(request, identifiant)
    if attente := secondes_d_attente(identifiant, place):
        duree = f"{attente} secondes" if attente < 100 else f"{-(-attente // 60)} minutes"
        raise ValidationError(
            f"Après plusieurs échecs, un délai s’impose : réessayez dans {duree}.", code="delai"
        )
    if assiege(identifiant, place):
        raise ValidationError(ASSIEGE, code="assiege")
    trouve = authenticate(request, username=identifiant, password=mot_de_passe)
    if trouve is None:
        ferme = getattr(request, "compte_ferme", None)
        consigner(Acte.CONNEXION_REFUSEE, objet=compte or ferme, ferme=ferme is not None)
    elif trouve == request.user:
        # Hashed again at today's cost, it closes not the session of who has just given it.
        request.session[HASH_SESSION_KEY] = trouve.get_session_auth_hash()
    return trouve


def refuser_les_anciens(compte: Compte, mot_de_passe: str) -> None:
    """Raise ValidationError for a present or former password; to call when nothing else is left to refuse.

    The answer tells a password to who holds the mail box only: it is counted and written down, and the link dies of it.
    """
    try:
        verifier(ANCIENS, cible=compte.identifiant)
    except ValidationError:
        compte.liens.filter(usage=LienPersonnel.Usage.MOT_DE_PASSE, consomme_le=None).update(
            consomme_le=horloge.maintenant()
        )
        raise
    try:
        PasDejaUtilise().validate(mot_de_passe, compte)
    except ValidationError:
        compter(ANCIENS, cible=compte.identifiant)
        consigner(Acte.CONNEXION_REFUSEE, objet=compte, ancien=True)
        raise


@crochets.mot_de_passe.inscrire("accounts")
def exiger_le_sien(request: HttpRequest, mot_de_passe: str) -> None:
    """Raise ValidationError unless it is the password of who is signed in (ASVS 7.5.3)."""
    if prouver(request, request.user.identifiant, mot_de_passe, request.user) is None:
        raise ValidationError(PAS_LE_VOTRE, code="actuel")


def passer(request: HttpRequest, formulaire: forms.Form, porte: Porte, champ: str) -> bool:
    """Whether a valid form of an anonymous page may go on; else the form says why. `champ`: whom it is about."""
    if not formulaire.is_valid():
        return False
    cible = str(formulaire.cleaned_data[champ]).strip().lower()
    try:
        laisser_passer(porte, reseau=request.META.get("REMOTE_ADDR", ""), cible=cible)
    except ValidationError as refus:
        formulaire.add_error(None, refus)
        return False
    return True


def nom_compte(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Return under what a try is counted: a print, since a person’s name, or a password, may be typed there (A-15)."""
    return empreinte((credentials or {}).get("username") or "")


class EssaisSansSaisie(AxesDatabaseHandler):
    """django-axes' counters by place, without what it would copy of the request: body, query, address of
    the page, the identifiant itself.

    A wrong password is nearly the right one, or another account's; the address may be a personal link.
    """

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Judge the place, not the address."""
        _placer(request, credentials)
        return super().is_allowed(request, credentials)

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: object,
    ) -> None:
        """Count the failure; axes reads an empty request meanwhile. Tell the owner of a block."""
        if request is None:
            return
        _placer(request, credentials)
        recu = request.GET, request.POST, request.axes_path_info
        request.GET, request.POST, request.axes_path_info = QueryDict(), QueryDict(), ""
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST, request.axes_path_info = recu
        identifiant = credentials.get("username") or ""
        if request.axes_locked_out or _trop_partout(identifiant):
            prevenir_des_essais(identifiant)
        if not connu(place := lieu(request, identifiant)) and _inonde(place):
            prevenir_d_une_vague()

    def user_logged_in(self, sender: object, request: HttpRequest, user: Any, **kwargs: object) -> None:
        """Forget the failures of this place; those of strangers elsewhere stay counted."""
        _placer(request, {"username": user.get_username()})
        super().user_logged_in(sender, request, user, **kwargs)


def _placer(request: HttpRequest, credentials: dict[str, Any] | None) -> None:
    request.axes_ip_address = lieu(request, (credentials or {}).get("username") or "")


def secondes_d_attente(identifiant: str, place: str) -> int:
    """Return the seconds left before the next try for this identifiant, known or not, from this place."""
    bilan = AccessAttempt.objects.filter(username=empreinte(identifiant), ip_address=place).aggregate(
        n=Sum("failures_since_start"), dernier=Max("attempt_time")
    )
    echecs = bilan["n"] or 0
    # Blocked: axes answers, with the way out.
    if not echecs or echecs >= settings.AXES_FAILURE_LIMIT:
        return 0
    # From where a flood comes, each identifiant waits from its first failure; who made none signs in.
    delai = delai_apres_echecs(echecs + (ECHECS_AVANT_DELAI - 1 if _inonde(place) else 0))
    ecoule = (horloge.temps_reel() - bilan["dernier"]).total_seconds()
    return max(0, int(delai - ecoule + 0.999))


def _inonde(place: str) -> bool:
    """Whether so many sign-ins failed lately from this place, whatever the identifiants."""
    essais = AccessAttempt.objects.filter(
        ip_address=place, attempt_time__gt=horloge.temps_reel() - FENETRE_ECHECS
    )
    return (essais.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= ECHECS_PAR_ADRESSE


def _trop_partout(identifiant: str) -> bool:
    essais = AccessAttempt.objects.filter(
        username=empreinte(identifiant), attempt_time__gt=horloge.temps_reel() - FENETRE_ECHECS
    ).exclude(ip_address__startswith="100::")
    return (essais.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= ECHECS_PARTOUT


def assiege(identifiant: str, place: str) -> bool:
    """Whether this identifiant is tried from so many networks that only a known post may sign in, or a new password."""
    return not connu(place) and _trop_partout(identifiant)
