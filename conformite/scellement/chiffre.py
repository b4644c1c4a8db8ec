"""AES-256-GCM: one version byte, a nonce of 12 bytes, the ciphertext and its tag."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12
# Bytes that sealing adds to a value: version, nonce, tag.
AES_GCM_OVERHEAD = 1 + _NONCE + 16


class Illisible(Exception):
    """The value cannot be read: its key is gone, or it is not what, or not where, it was sealed for."""


def nouvelle_cle() -> bytes:
    """Return 32 fresh random bytes."""
    return AESGCM.generate_key(bit_length=256)


def chiffrer(cle: bytes, clair: bytes | memoryview, lien: str) -> bytes:
    """Seal `clair` under `cle`; `lien` says what the value is and to whom it belongs, and is authenticated."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(cle).encrypt(nonce, clair, lien.encode())


def dechiffrer(cle: bytes, scelle: bytes, lien: str) -> bytes:
    """Return what `chiffrer` sealed with the same key and the same `lien`; raise `Illisible` otherwise."""
    octets = bytes(scelle)
    if octets[:1] != _VERSION or len(octets) < AES_GCM_OVERHEAD:
        raise Illisible(f"{lien} : format inconnu")
    try:
        return AESGCM(cle).decrypt(octets[1 : 1 + _NONCE], octets[1 + _NONCE :], lien.encode())
    except InvalidTag as erreur:
        raise Illisible(f"{lien} : valeur altérée, déplacée ou scellée par une autre clé") from erreur
