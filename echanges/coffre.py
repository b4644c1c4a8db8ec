"""The lock of a deposit: a password made by the portal, and a pair of keys made with it (E-02, E-09).

The private key is sealed under Argon2id of the password; the public one stays, so that the file may come after the
password is gone. The key of the content is wrapped for the public key, then by the object: reading needs the password
*and* the portal's keys; neither is enough.
"""

import os
import secrets

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from conformite.models.objet_scelle import ObjetScelle
from conformite.scellement import Illisible, chiffrer, dechiffrer
from socle.references import ALPHABET

LONGUEUR, GROUPE = 20, 5
SEL = 16
# Argon2id: passes, KiB, lanes. The password holds 100 random bits: the cost only slows who would try many.
PASSES, MEMOIRE, VOIES = 3, 32 * 1024, 1


class MauvaisMotDePasse(Exception):
    """The password is not that of the deposit."""


def nouveau_mot_de_passe() -> str:
    """Return 20 random signs by groups of five: « 7KQ4M-… », without letters taken for figures."""
    signes = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))
    return "-".join(signes[debut : debut + GROUPE] for debut in range(0, LONGUEUR, GROUPE))


def plier(mot_de_passe: str) -> str:
    """Return a typed password as it was made: capitals, no dash nor blank; the letters that one takes for figures read as such."""
    signes = "".join(signe for signe in mot_de_passe.upper() if signe.isalnum())
    return signes.translate(str.maketrans("ILO", "110"))


def creer_paire(mot_de_passe: str, lien: str) -> tuple[bytes, bytes, bytes]:
    """Return the public key, the salt, and the private key sealed under the password."""
    privee, sel = X25519PrivateKey.generate(), os.urandom(SEL)
    scellee = chiffrer(_cle(mot_de_passe, sel), privee.private_bytes_raw(), f"{lien}|privee")
    return privee.public_key().public_bytes_raw(), sel, scellee


def envelopper(publique: bytes, cle: bytes, lien: str) -> bytes:
    """Return the key of the content wrapped for the public key: only who has the password unwraps it."""
    passage = X25519PrivateKey.generate()
    commun = passage.exchange(X25519PublicKey.from_public_bytes(publique))
    ephemere = passage.public_key().public_bytes_raw()
    return ephemere + chiffrer(_deriver(commun, ephemere + publique), cle, f"{lien}|contenu")


def developper(mot_de_passe: str, sel: bytes, scellee: bytes, enveloppe: bytes, lien: str) -> bytes:
    """Return the key of the content. Raise MauvaisMotDePasse; Illisible when the envelope is not this deposit's."""
    try:
        octets = dechiffrer(_cle(mot_de_passe, sel), scellee, f"{lien}|privee")
    except Illisible:
        raise MauvaisMotDePasse from None
    privee = X25519PrivateKey.from_private_bytes(octets)
    ephemere, reste = enveloppe[:32], enveloppe[32:]
    commun = privee.exchange(X25519PublicKey.from_public_bytes(ephemere))
    return dechiffrer(
        _deriver(commun, ephemere + privee.public_key().public_bytes_raw()), reste, f"{lien}|contenu"
    )


def _cle(mot_de_passe: str, sel: bytes) -> bytes:
    return hash_secret_raw(
        plier(mot_de_passe).encode(), sel, PASSES, MEMOIRE, VOIES, hash_len=32, type=Type.ID
    )


def _deriver(commun: bytes, contexte: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"depot|" + contexte).derive(commun)


class Contenu:
    """What seals the file of a deposit, in the place of its owner: the key that the password gave."""

    def __init__(self, cle: bytes, lien: str) -> None:
        self._cle, self._lien = cle, lien

    def sceller_octets(self, octets: bytes, nature: str) -> bytes:
        """Seal raw bytes."""
        return chiffrer(self._cle, octets, f"{self._lien}|{nature}")

    def ouvrir_octets(self, scelle: bytes, nature: str) -> bytes:
        """Return what `sceller_octets` sealed. Raise Illisible."""
        return dechiffrer(self._cle, scelle, f"{self._lien}|{nature}")


class Fermee(Contenu):
    """A file whose password nobody gave."""

    def __init__(self, objet: ObjetScelle) -> None:
        super().__init__(b"", f"{objet.sceau}")

    def sceller_octets(self, octets: bytes, nature: str) -> bytes:
        """Refuse: the key comes with the password."""
        raise Illisible(f"{self._lien} : sans mot de passe")

    ouvrir_octets = sceller_octets
