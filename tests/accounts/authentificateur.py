"""An authenticator in software: makes keys and proves them as a browser would send it, or as a thief would."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential

from tests.distribution import MOT_DE_PASSE

PRESENCE, VERIFIEE, CREEE = 0x01, 0x04, 0x40


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


AJOUTER = "/mon-compte/cles/ajouter/"


@dataclass
class Authentificateur:
    """One passkey. `drapeaux`: whether its user was verified; `origine`, `hote`: the site that the browser shows."""

    origine: str = "https://portail.example"
    hote: str = "portail.example"
    drapeaux: int = PRESENCE | VERIFIEE
    compteur: int = 0
    cle: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    pk: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def _client(self, genre: str, demande: dict[str, Any]) -> bytes:
        return json.dumps(
            {"type": f"webauthn.{genre}", "challenge": demande["challenge"], "origin": self.origine}
        ).encode()

    def _donnees(self, drapeaux: int, suite: bytes = b"") -> bytes:
        self.compteur += 1
        hote = hashlib.sha256(self.hote.encode()).digest()
        return hote + bytes([drapeaux]) + self.compteur.to_bytes(4) + suite

    def creer(self, demande: dict[str, Any]) -> str:
        """Return the answer to `navigator.credentials.create`."""
        point = self.cle.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        suite = bytes(16) + len(self.pk).to_bytes(2) + self.pk + cose
        objet = {"fmt": "none", "attStmt": {}, "authData": self._donnees(self.drapeaux | CREEE, suite)}
        return self._reponse(
            clientDataJSON=self._client("create", demande), attestationObject=cbor2.dumps(objet)
        )

    def prouver(self, demande: dict[str, Any], **ecarts: Any) -> str:
        """Return the answer to `navigator.credentials.get`. `ecarts`: what a thief would change."""
        client = self._client("get", demande)
        donnees = self._donnees(self.drapeaux)
        signature = self.cle.sign(donnees + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": donnees, "signature": signature} | ecarts
        return self._reponse(**parts)

    def _reponse(self, **parts: bytes) -> str:
        return json.dumps(
            {
                "id": b64(self.pk),
                "rawId": b64(self.pk),
                "type": "public-key",
                "response": {nom: b64(octets) for nom, octets in parts.items()},
                "clientExtensionResults": {},
            }
        )


def enregistrer(
    client: Client, cle: Authentificateur | None = None, nom: str = "Poste du bureau"
) -> WebAuthnCredential:
    """Add a passkey to the account of `client`, by its page, which asks the password first."""
    cle = cle or Authentificateur()
    client.post(AJOUTER, {"identite-mot_de_passe": MOT_DE_PASSE, "identite-lecture": "1"})
    demande = client.get(AJOUTER).context["creation"]
    reponse = client.post(AJOUTER, {"nom": nom, "preuve_de_cle": cle.creer(demande)})
    assert reponse.status_code == 302, reponse.content
    return WebAuthnCredential.get_by_credential_id(cle.pk)
