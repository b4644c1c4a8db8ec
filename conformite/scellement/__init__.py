"""Sealed data: what is kept unreadable at rest, and the keys that make it readable.

Three levels of keys, none of them in the database:

- the master keys (`settings.CLES_MAITRES`, from the environment) only wrap what lies in the key folder;
- the key folder (`settings.DOSSIER_CLES`, shared by all machines) holds one root key, one key per *day of
  term* and one index key per *month of term*; `manage.py creer_cles` makes them ahead, never a request;
- each object has a data key of its own, stored in its row, wrapped by the key of the day of its term.

When a term day has passed its key is destroyed: rows, backups and WAL segments that were due on that day become
unreadable at once. Moving a term re-wraps 32 bytes, nothing else.
"""

from conformite.scellement.chiffre import (
    AES_GCM_OVERHEAD,
    Illisible,
    chiffrer,
    dechiffrer,
    nouvelle_cle,
)
from conformite.scellement.magasin import CleAbsente, vider_le_cache
from conformite.scellement.maitres import CleMaitreInvalide
from conformite.scellement.secrets_systeme import cle_derivee, ouvrir_secret, sceller_secret
from conformite.scellement.termes import (
    cle_de_terme,
    cle_index,
    creer_cles,
    detruire_cle,
    detruire_cle_index,
    jours_de_terme,
    mois_index,
    problemes,
    tourner_cles,
)

__all__ = [
    "AES_GCM_OVERHEAD",
    "CleAbsente",
    "CleMaitreInvalide",
    "Illisible",
    "chiffrer",
    "cle_de_terme",
    "cle_derivee",
    "cle_index",
    "creer_cles",
    "dechiffrer",
    "detruire_cle",
    "detruire_cle_index",
    "jours_de_terme",
    "mois_index",
    "nouvelle_cle",
    "ouvrir_secret",
    "problemes",
    "sceller_secret",
    "tourner_cles",
    "vider_le_cache",
]
