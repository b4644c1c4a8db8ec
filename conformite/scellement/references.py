"""References that a copy of the base does not tell, and that are found all the same: sealed alike each time (AES-SIV).

The journal cites together the demandes of one person, of two structures: in clear, it would link them.
"""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from conformite.scellement import magasin
from conformite.scellement.maitres import deriver
from conformite.scellement.secrets_systeme import cle_derivee
from conformite.scellement.termes import JOURNAL

ILLISIBLE = "illisible"


class Scellee(str):
    """A reference that is sealed already."""


def sceller_reference(reference: str) -> Scellee:
    """Return what stands for the reference in the base."""
    return _sceller(_chiffre(cle_derivee(JOURNAL)), reference)


def ecritures(reference: str) -> list[Scellee]:
    """Return what stands for it under the key in use, and under those before it."""
    return [_sceller(une, reference) for une in _chiffres()]


def ouvrir_reference(scellee: str) -> str:
    """Return the reference; `ILLISIBLE` when no key opens it."""
    try:
        octets = base64.urlsafe_b64decode(scellee + "=" * (-len(scellee) % 4))
    except binascii.Error:
        return ILLISIBLE
    for un in _chiffres():
        try:
            return un.decrypt(octets, None).decode()
        except (InvalidTag, ValueError):
            continue
    return ILLISIBLE


def _sceller(chiffre: AESSIV, reference: str) -> Scellee:
    return Scellee(base64.urlsafe_b64encode(chiffre.encrypt(reference.encode(), None)).decode().rstrip("="))


def _chiffres() -> list[AESSIV]:
    return [_chiffre(cle_derivee(JOURNAL)), *(_chiffre(magasin.lire(nom)) for nom in magasin.noms(JOURNAL))]


@lru_cache(maxsize=16)
def _chiffre(cle: bytes) -> AESSIV:
    return AESSIV(deriver(cle, "journal/citees"))
