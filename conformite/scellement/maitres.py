"""Master keys: they come from the environment and only wrap the keys of the key folder.

The first of `settings.CLES_MAITRES` wraps; all of them unwrap, found by their identifier. To rotate: put the new
key first on every machine, run `manage.py tourner_cles`, then remove the former one.
"""

import base64
import binascii
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from conformite.scellement.chiffre import Illisible, chiffrer, dechiffrer

_MARQUE = b"EPC1"
_IDENTIFIANT = 8


class CleMaitreInvalide(Exception):
    """No usable master key: CLES_MAITRES is empty or badly written, or the one that wrapped a file is missing."""


def deriver(cle: bytes, usage: str, longueur: int = 32) -> bytes:
    """Return `longueur` bytes derived from `cle` for one usage (HKDF-SHA256)."""
    return HKDF(hashes.SHA256(), longueur, salt=None, info=f"espace-partenaires/{usage}".encode()).derive(cle)


@lru_cache(maxsize=8)
def _lire(valeurs: tuple[str, ...]) -> dict[bytes, bytes]:
    cles: dict[bytes, bytes] = {}
    for rang, valeur in enumerate(valeurs, start=1):
        try:
            brute = base64.b64decode(valeur.strip(), validate=True)
        except (binascii.Error, ValueError) as erreur:
            raise CleMaitreInvalide(f"CLES_MAITRES : la clé n° {rang} n’est pas en base64") from erreur
        if len(brute) != 32:
            raise CleMaitreInvalide(f"CLES_MAITRES : la clé n° {rang} doit faire 32 octets")
        cles[deriver(brute, "identifiant", _IDENTIFIANT)] = deriver(brute, "enveloppe")
    if not cles:
        raise CleMaitreInvalide("CLES_MAITRES est vide : rien ne peut être scellé ni lu")
    return cles


def cles_maitres() -> dict[bytes, bytes]:
    """Return identifier → wrapping key, the one in use first. Raise `CleMaitreInvalide`."""
    return _lire(tuple(settings.CLES_MAITRES))


def envelopper(cle: bytes, lien: str) -> bytes:
    """Wrap `cle` under the master key in use, bound to the name of its file."""
    identifiant, enveloppe = next(iter(cles_maitres().items()))
    return _MARQUE + identifiant + chiffrer(enveloppe, cle, lien)


def developper(contenu: bytes, lien: str) -> bytes:
    """Unwrap what `envelopper` made. Raise `CleMaitreInvalide` when the master key of the file is not there."""
    debut = len(_MARQUE)
    if contenu[:debut] != _MARQUE:
        raise CleMaitreInvalide(f"{lien} : ce fichier n’est pas une clé du portail")
    enveloppe = cles_maitres().get(contenu[debut : debut + _IDENTIFIANT])
    if enveloppe is None:
        raise CleMaitreInvalide(f"{lien} : la clé maîtresse de ce fichier n’est pas dans CLES_MAITRES")
    try:
        return dechiffrer(enveloppe, contenu[debut + _IDENTIFIANT :], lien)
    except Illisible as erreur:
        raise CleMaitreInvalide(f"{lien} : fichier de clé altéré") from erreur


def sous_la_cle_en_usage(contenu: bytes) -> bool:
    """Whether this file is wrapped by the master key in use."""
    return contenu[len(_MARQUE) : len(_MARQUE) + _IDENTIFIANT] == next(iter(cles_maitres()))
