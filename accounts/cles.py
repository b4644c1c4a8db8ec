"""Passkeys: what the browser is asked and what it answers, on django-otp-webauthn; a refusal is a sentence (A-07, A-25).

The challenge waits in the session and serves once. A key belongs to this portal's address: another site gets nothing.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialUserEntity, ResidentKeyRequirement

from accounts.models.compte import Compte
from socle import horloge

log = structlog.get_logger(__name__)
# What a parser raises for bytes that no authenticator wrote.
MAL_FORMEES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)
# Keys of the session's data: the challenge that the browser was given.
CREATION, PREUVE = "cle-creation", "cle-preuve"
PREMIERE = "Première clé d’accès"
REFUS = "Cette clé d’accès n’a pas été reconnue. Présentez-la à nouveau, ou utilisez un code."
REFUS_CREATION = "Cette clé d’accès n’a pas pu être enregistrée. Recommencez, ou choisissez-en une autre."
PERIMEE = "La demande faite à votre clé d’accès n’est plus valable : recommencez."


class Portail(WebAuthnHelper):
    """This portal, for an authenticator: its address alone, keys that it may find by itself where they can."""

    def get_relying_party_domain(self) -> str:
        """Return the host of the portal."""
        return urlsplit(settings.ADRESSE_DU_PORTAIL).hostname or ""

    def get_allowed_origins(self) -> list[str]:
        """Return the address of the portal."""
        return [settings.ADRESSE_DU_PORTAIL]

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        """Take plain security keys too: they are a second factor, not the whole sign-in."""
        return ResidentKeyRequirement.PREFERRED

    def get_user_entity(self, user: Compte) -> PublicKeyCredentialUserEntity:
        """Return the account, for the authenticator to know its keys of it: a number of ours, without a row."""
        return PublicKeyCredentialUserEntity(
            id=salted_hmac("accounts.cles", str(user.pk), algorithm="sha256").digest(),
            name=user.identifiant,
            display_name=user.nom_complet,
        )

    def create_credential(self, user: Compte, *args: object) -> WebAuthnCredential:
        """Date the key by the portal's clock; its owner names the next ones."""
        cle = super().create_credential(user, *args)
        cle.created_at, cle.name = horloge.maintenant(), PREMIERE
        return cle


def demander_creation(request: HttpRequest, compte: Compte) -> dict[str, Any]:
    """Return what the browser is asked to make a key of `compte`; the challenge waits in the session."""
    options, request.session[CREATION] = Portail(request).register_begin(user=compte)
    return options


def demander_preuve(request: HttpRequest, compte: Compte | None) -> dict[str, Any]:
    """Return what the browser is asked to prove a key: one of `compte`, else any one that verifies its user."""
    options, request.session[PREUVE] = Portail(request).authenticate_begin(
        user=compte, require_user_verification=compte is None
    )
    return options


def creer(request: HttpRequest, compte: Compte, reponse: dict[str, Any]) -> WebAuthnCredential:
    """Return the key that the browser made, kept; raise ValidationError when it did not for this challenge."""
    with _en_phrase(REFUS_CREATION):
        return Portail(request).register_complete(user=compte, state=_etat(request, CREATION), data=reponse)


def reconnaitre(request: HttpRequest, compte: Compte | None, reponse: dict[str, Any]) -> WebAuthnCredential:
    """Return the key that answered; raise ValidationError when it is unknown, another's, a copy, or of another site."""
    with _en_phrase(REFUS):
        cle = Portail(request).authenticate_complete(user=compte, state=_etat(request, PREUVE), data=reponse)
    if not cle.user.is_active:
        raise ValidationError(REFUS, code="cle")
    cle.last_used_at = horloge.maintenant()
    cle.save(update_fields=["last_used_at"])
    return cle


@contextmanager
def _en_phrase(phrase: str) -> Iterator[None]:
    """Turn what the libraries raise for an answer that is wrong, or made by hand, into one sentence; the log says why."""
    try:
        # Nothing is kept of a key whose end is refused.
        with transaction.atomic():
            yield
    except (WebAuthnException, OTPWebAuthnApiError, IntegrityError, *MAL_FORMEES) as erreur:
        log.info("cle_refusee", cause=type(erreur).__name__)
        raise ValidationError(phrase, code="cle") from erreur


def _etat(request: HttpRequest, cle: str) -> dict[str, Any]:
    # Taken out before it is judged: a challenge never serves twice.
    etat = request.session.pop(cle, None)
    if etat is None:
        raise ValidationError(PERIMEE, code="perimee")
    return etat
