"""Days of terms (T-02, T-06): months added to a day, and days that are over everywhere."""

import datetime as dt
from calendar import monthrange
from zoneinfo import ZoneInfo

from socle import crochets, horloge

# Where no app has said in which zones terms are judged: the last zone on Earth to end a day.
_DERNIER_FUSEAU = "Etc/GMT+12"


def plus_mois(jour: dt.date, mois: int) -> dt.date:
    """Return the same day `mois` months later (earlier when negative), or the last day of that month (T-02)."""
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, numero = divmod(rang, 12)
    return dt.date(annee, numero + 1, min(jour.day, monthrange(annee, numero + 1)[1]))


def terme(recue_le: dt.datetime, mois: int, fuseau: str) -> dt.date:
    """Return the last readable day of what was received at `recue_le`, kept `mois` months, in a caisse's zone (T-06)."""
    return plus_mois(horloge.jour(fuseau, recue_le), mois)


def fin_du_jour(jour: dt.date, fuseau: str) -> dt.datetime:
    """Return the instant of 24:00 of `jour` in a caisse's zone."""
    return dt.datetime.combine(jour + dt.timedelta(days=1), dt.time(), ZoneInfo(fuseau))


def dernier_jour(fin: dt.datetime, fuseau: str) -> dt.date:
    """Return the last whole day before the instant `fin` of `fin_du_jour`, in the same zone."""
    return horloge.jour(fuseau, fin) - dt.timedelta(days=1)


def fuseaux() -> set[str]:
    """Return the time zones in which terms are judged, as the apps above declare them."""
    declares = set().union(*(fournir() for fournir in crochets.fuseaux.values()))
    return declares or {_DERNIER_FUSEAU}


def premier_jour_vivant() -> dt.date:
    """Return the earliest day that is not over in every caisse's zone: the days before are past everywhere (T-06)."""
    return min(horloge.jour(fuseau) for fuseau in fuseaux())
