"""Pure rules on plain values: the working days of a caisse (T-04)."""

import datetime as dt
from collections.abc import Collection
from functools import cache

import holidays

# Départements whose public holidays are not those of metropolitan France, as the library names them.
# '67' and '68' are unknown to it, 'GES' silently misses two days.
_SUBDIVISIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}


@cache
def jours_feries(departement: str, annee: int) -> dict[dt.date, str]:
    """Return the public holidays of a year where the caisse has its seat, with their names (T-04)."""
    calendrier = holidays.country_holidays(
        "FR", subdiv=_SUBDIVISIONS.get(departement), years=annee, language="fr"
    )
    return dict(calendrier.items())


def est_ouvre(jour: dt.date, departement: str, chomes: Collection[dt.date] = ()) -> bool:
    """Whether `jour` is a working day: Monday to Friday, no public holiday, no customary day of the caisse (T-04)."""
    return jour.weekday() < 5 and jour not in jours_feries(departement, jour.year) and jour not in chomes


def jour_ouvre_apres(
    jour: dt.date, jours: int, departement: str, chomes: Collection[dt.date] = ()
) -> dt.date:
    """Return the `jours`-th working day after `jour`, which does not count; due until its 24:00 (T-04)."""
    echu = jour
    restants = jours
    while restants > 0:
        echu += dt.timedelta(days=1)
        restants -= est_ouvre(echu, departement, chomes)
    return echu


def jours_ouvres_entre(
    debut: dt.date, fin: dt.date, departement: str, chomes: Collection[dt.date] = ()
) -> int:
    """Return how many working days there are after `debut` up to `fin` included; 0 when `fin` is not later (T-04)."""
    total = 0
    jour = debut
    while jour < fin:
        jour += dt.timedelta(days=1)
        total += est_ouvre(jour, departement, chomes)
    return total
