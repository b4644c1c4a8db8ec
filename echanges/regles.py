"""Pure rules on plain values: the periods of a flow and their due days (E-10), quotas and tries (E-02)."""

import datetime as dt
from collections.abc import Callable

from django.utils.dates import MONTHS

MENSUEL, ANNUEL = "mensuel", "annuel"
# Deposits that one side opens in a day, for one convention.
DEPOTS_PAR_JOUR = 60
# Wrong passwords before the lock, and how long it holds, whatever is typed.
ESSAIS_MAX = 5
BLOCAGE = dt.timedelta(minutes=15)
# Working days after the announcement at which the other side is reminded of what it did not read.
RAPPELS_JOURS = (3, 10)
# Days before the term at which both sides are told.
PREAVIS_JOURS = (30, 7)
# An opened deposit whose file never came is forgotten after so many days.
SANS_FICHIER_JOURS = 7
# A consent to an inscription is asked again after so many months (E-07).
ACCORD_MOIS = 12
# How far back the calendar looks for what is missing.
PERIODES_MAX = 13


def periodes_attendues(periodicite: str, depuis: dt.date, jour: dt.date) -> list[str]:
    """Return the periods that a flow has had to cover since `depuis`, the one that runs included, latest first.

    A month is « 2026-11 », a year « 2026 »; a flow without period has none. A year is due in the next one.
    """
    if periodicite == MENSUEL:
        premier, dernier = depuis.year * 12 + depuis.month - 1, jour.year * 12 + jour.month - 1
        rangs = range(dernier, max(premier, dernier - PERIODES_MAX + 1) - 1, -1)
        return [f"{rang // 12:04}-{rang % 12 + 1:02}" for rang in rangs]
    if periodicite == ANNUEL:
        return [f"{annee:04}" for annee in range(jour.year - 1, max(depuis.year, jour.year - 3) - 1, -1)]
    return []


def periodes_offertes(periodicite: str, depuis: dt.date, jour: dt.date) -> list[str]:
    """Return the periods of which a deposit may be: those awaited; last year before any is; the day where none is."""
    attendues = periodes_attendues(periodicite, depuis, jour)
    return attendues or ([f"{jour.year - 1:04}"] if periodicite == ANNUEL else [jour.isoformat()])


def echeance(
    periodicite: str, periode: str, rang: int, mois: int, jour_ouvre_apres: Callable[[dt.date, int], dt.date]
) -> dt.date:
    """Return the day on which a period is due: the `rang`-th working day of its month (E-10).

    For a year, of the month `mois` of the next year. `jour_ouvre_apres` is the calendar of the caisse (T-04).
    """
    annee, numero = (
        (int(periode[:4]), int(periode[5:7])) if periodicite == MENSUEL else (int(periode) + 1, mois)
    )
    veille = dt.date(annee, numero, 1) - dt.timedelta(days=1)
    return jour_ouvre_apres(veille, rang)


def periode_valide(periodicite: str, periode: str) -> bool:
    """Whether `periode` is written as a flow of this periodicity writes its periods."""
    try:
        if periodicite == MENSUEL:
            return len(periode) == 7 and bool(dt.date.fromisoformat(f"{periode}-01"))
        if periodicite == ANNUEL:
            return len(periode) == 4 and bool(dt.date(int(periode), 1, 1))
        return len(periode) == 10 and bool(dt.date.fromisoformat(periode))
    except ValueError:
        return False


def en_mots(periode: str) -> str:
    """Return a period in words: « novembre 2026 », « 2026 », « 27/11/2026 »."""
    if len(periode) == 7:
        return f"{MONTHS[int(periode[5:])]} {periode[:4]}"
    return f"{periode[8:]}/{periode[5:7]}/{periode[:4]}" if len(periode) == 10 else periode
