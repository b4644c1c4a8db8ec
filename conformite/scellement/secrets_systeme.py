"""Secrets of the system itself (seed of a second factor, code confidentiel), that have no term.

Their keys are derived from the root key of the key folder, one per usage: the rotation of the master key
re-wraps the root and leaves the database alone.
"""

from conformite.scellement import magasin
from conformite.scellement.chiffre import chiffrer, dechiffrer
from conformite.scellement.maitres import deriver
from conformite.scellement.termes import RACINE


def cle_derivee(usage: str) -> bytes:
    """Return the key of one usage, derived from the root key. Raise `CleAbsente` before `manage.py creer_cles`."""
    return deriver(magasin.lire(RACINE), f"racine/{usage}")


def sceller_secret(valeur: bytes, usage: str, lien: str) -> bytes:
    """Seal a system secret for one usage (« totp »), bound to its owner by `lien` (« appareil:12 »)."""
    return chiffrer(cle_derivee(usage), valeur, f"{usage}|{lien}")


def ouvrir_secret(scelle: bytes, usage: str, lien: str) -> bytes:
    """Return what `sceller_secret` sealed. Raise `Illisible` when it was altered or moved to another owner."""
    return dechiffrer(cle_derivee(usage), scelle, f"{usage}|{lien}")
