"""Keys by day of term and by month of term: made ahead, read, destroyed, re-wrapped."""

import datetime as dt

from conformite.jours import premier_jour_vivant
from conformite.scellement import magasin
from conformite.scellement.maitres import CleMaitreInvalide, cles_maitres

RACINE = "racine"
# Those under which the days of the journal were sealed before the keys were changed: they prove, they open nothing.
JOURNAL = "journal"
# What must always be there ahead of today for a deposit to find its key: 12 months and a margin (T-06).
AVANCE_JOURS = 400


def cle_de_terme(jour: dt.date) -> bytes:
    """Return the key of a term day. Raise `CleAbsente` when it was destroyed, or not made yet."""
    return magasin.lire(_terme(jour))


def cle_index(mois: dt.date) -> bytes:
    """Return the index key of the month of `mois`. Raise `CleAbsente`."""
    return magasin.lire(_index(mois))


def creer_cles(jusqu_a: dt.date, depuis: dt.date | None = None) -> int:
    """Make the root key, and those of each day and month from `depuis` (the first day that is not over) to `jusqu_a`.

    Return how many were made here: what exists is never touched. Never called inside a request.
    """
    debut = depuis or premier_jour_vivant()
    jours = [debut + dt.timedelta(days=n) for n in range((jusqu_a - debut).days + 1)]
    mois = sorted({_index(jour) for jour in jours})
    return magasin.creer([RACINE, *(_terme(jour) for jour in jours), *mois])


def detruire_cle(jour: dt.date) -> bool:
    """Destroy the key of a term day; return whether it was there. What was due that day is unreadable from now on."""
    return magasin.detruire(_terme(jour))


def detruire_cle_index(mois: dt.date) -> bool:
    """Destroy the index key of a month; return whether it was there."""
    return magasin.detruire(_index(mois))


def jours_de_terme() -> list[dt.date]:
    """Return the term days whose key exists, in order."""
    return [dt.date.fromisoformat(nom.partition("/")[2]) for nom in magasin.noms("termes")]


def mois_index() -> list[dt.date]:
    """Return the first day of each month whose index key exists, in order."""
    return [dt.date.fromisoformat(nom.partition("/")[2] + "-01") for nom in magasin.noms("index")]


def noms() -> list[str]:
    """Return the names of the keys that seal: the root, the days, the months."""
    return [RACINE, *magasin.noms("termes"), *magasin.noms("index")]


def tourner_cles() -> int:
    """Re-wrap every key under the master key in use; return how many were. To call under the key folder's lock."""
    return sum(magasin.reenvelopper(nom) for nom in [*noms(), *magasin.noms(JOURNAL)])


def problemes() -> list[str]:
    """Say what keeps the portal from sealing or reading: read by the readiness page. Empty when all is well."""
    try:
        cles_maitres()
        magasin.lire(RACINE)
        cle_de_terme(premier_jour_vivant() + dt.timedelta(days=AVANCE_JOURS - 30))
    except (CleMaitreInvalide, magasin.CleAbsente) as erreur:
        return [str(erreur)]
    return []


def _terme(jour: dt.date) -> str:
    return f"termes/{jour.isoformat()}"


def _index(mois: dt.date) -> str:
    return f"index/{mois:%Y-%m}"
