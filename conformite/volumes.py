"""R-09: what one account was shown within the hour, against what is usual for its profile.

Counted in the journal, by account: neither a new sign-in nor another browser begins a new count. Each thing counts once
in the hour, however often it is shown: a demande with its pieces, a same list, a same search. Ten references that lists
showed count for one more; an export counts for ten, each time.
Beyond what is usual each new thing waits; what insists counts too; at twice as much nothing is shown until the account
types its one-time code. An act is counted because it is declared a reading (`conformite.journal`): there is no list
of pages, and no setting that turns it off.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model, QuerySet

from conformite.models.journal import LigneJournal
from socle import crochets, horloge
from socle.acteurs import Acteur

# What an act that is a reading counts for: one that shows, one that carries many persons away at once.
LECTURE, EXPORT = 1, 10
# So many references shown in lists count for one thing more.
CITEES = 10
# The codes of the acts that hold an account back: their words are with the others of the room.
RALENTIR, ARRETER, REPRENDRE = "volume.ralentir", "volume.arreter", "volume.reprendre"
HEURE = dt.timedelta(hours=1)
PAUSE = dt.timedelta(seconds=10)
# A setting goes no lower, where honest work would stop, and no higher, where nobody would be held back.
PLANCHER, PLAFOND = 30, 500
# What tells one thing shown from another: its reference; else the object, unless it is the account itself, who searched;
# the references of the list; else the instant.
# By hand, because every reading asks it: the first line of the day bounds what is looked at, whatever the acts.
COMPTER = """
WITH arrets AS (
    SELECT max(id) FILTER (WHERE acte = %(arreter)s) AS arret, max(id) FILTER (WHERE acte = %(reprendre)s) AS reprise,
           max(quand) FILTER (WHERE acte = %(reprendre)s) AS code
    FROM conformite_lignejournal WHERE compte = %(compte)s AND acte IN (%(arreter)s, %(reprendre)s)
), heure AS (
    SELECT acte, quand, citees, CASE WHEN reference <> '' THEN reference WHEN objet_id <> '' AND NOT (objet_type = 'accounts.compte' AND objet_id = %(soi)s)
                             THEN objet_type || objet_id
                             WHEN citees <> '{}' THEN citees::text ELSE quand::text END AS chose
    FROM conformite_lignejournal, arrets
    WHERE compte = %(compte)s AND quand > %(depuis)s AND quand <= %(maintenant)s AND (code IS NULL OR quand > code)
      AND id >= (SELECT id FROM conformite_lignejournal WHERE jour >= %(jour)s ORDER BY jour, id LIMIT 1)
)
SELECT count(DISTINCT chose) FILTER (WHERE acte = ANY(%(lectures)s)),
       count(DISTINCT quand) FILTER (WHERE acte = ANY(%(exports)s)),
       (SELECT count(DISTINCT citee) FROM heure, unnest(citees) AS citee WHERE acte = ANY(%(lectures)s)),
       count(DISTINCT quand) FILTER (WHERE acte = %(ralentir)s),
       max(quand) FILTER (WHERE acte = ANY(%(lectures)s) OR acte = ANY(%(exports)s)),
       (SELECT coalesce(arret, 0) > coalesce(reprise, 0) FROM arrets)
FROM heure
"""


class VolumeInhabituel(PermissionDenied):
    """The account was shown too much within the hour; `attente`: seconds to wait, 0 when only a code opens again."""

    def __init__(self, volume: int, attente: int) -> None:
        super().__init__()
        self.volume = volume
        self.attente = attente


@dataclass(frozen=True)
class Constat:
    """What an account was shown within the hour."""

    volume: int
    # The last time that something was shown to it.
    derniere: dt.datetime | None
    # Whether it was told to wait; whether only its code opens again.
    ralenti: bool
    arrete: bool


# None outside a page (a job counts nothing); whether the page that is served was let through already.
_admise: ContextVar[bool | None] = ContextVar("admise", default=None)


@contextmanager
def page() -> Iterator[None]:
    """Serve one page: it is let through, or held back, at the first thing that it shows."""
    jeton = _admise.set(False)
    try:
        yield
    finally:
        _admise.reset(jeton)


def admettre(par: Acteur, objet: Model | None) -> None:
    """Raise VolumeInhabituel when `par` may not be shown anything more now. `objet`: shown alone, None for a list."""
    if _admise.get() is not False or par.pk is None:
        return
    constat, habituel = constater(par), usuel(par.profil)
    if constat.arrete or constat.volume >= 2 * habituel:
        raise VolumeInhabituel(constat.volume, 0)
    if constat.volume >= habituel and constat.derniere and not _deja_montre(par, objet):
        reste = (constat.derniere + PAUSE - horloge.maintenant()).total_seconds()
        if reste > 0:
            raise VolumeInhabituel(constat.volume, int(reste) + 1)
    _admise.set(True)


def usuel(profil: str) -> int:
    """Return how many things an account of this profile is usually shown within an hour, at the most."""
    usuels: dict[str, int] = settings.VOLUMES_USUELS
    return max(PLANCHER, min(PLAFOND, usuels.get(profil, PLANCHER)))


def constater(compte: Acteur) -> Constat:
    """Count what the account was shown within the hour, since its last code."""
    maintenant = horloge.maintenant()
    depuis = maintenant - HEURE
    parametres = _actes() | {
        "compte": compte.pk,
        "soi": str(compte.pk),
        "maintenant": maintenant,
        "depuis": depuis,
        "jour": depuis.date(),
    }
    with connection.cursor() as curseur:
        curseur.execute(COMPTER, parametres)
        lues, exportees, citees, refus, derniere, arrete = curseur.fetchone()
    volume = lues + EXPORT * exportees + citees // CITEES + refus
    return Constat(volume, derniere, ralenti=refus > 0, arrete=arrete)


def caisses_lues(compte: Acteur) -> set[int]:
    """Return the keys of the caisses whose journal speaks of the account within the hour."""
    return set(_lignes(compte).exclude(caisse=None).values_list("caisse", flat=True))


def _deja_montre(compte: Acteur, objet: Model | None) -> bool:
    return (
        objet is not None
        and (objet._meta.label_lower, objet.pk) != ("accounts.compte", compte.pk)
        and _lignes(compte).filter(objet_type=objet._meta.label_lower, objet_id=str(objet.pk)).exists()
    )


def _lignes(compte: Acteur) -> QuerySet:
    depuis = horloge.maintenant() - HEURE
    return LigneJournal.objects.filter(compte=compte.pk, jour__gte=depuis.date(), quand__gt=depuis)


@cache
def _actes() -> dict[str, Any]:
    """Return the acts that count: those declared readings, and those that hold an account back."""
    actes: list[Any] = [une for actes in crochets.actes.values() for une in actes]
    return {
        "lectures": [une.value for une in actes if une.lecture == LECTURE],
        "exports": [une.value for une in actes if une.lecture == EXPORT],
        "ralentir": RALENTIR,
        "arreter": ARRETER,
        "reprendre": REPRENDRE,
    }
