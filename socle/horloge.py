"""The only clock of the portal.

Everything that decides with a date asks this module, so that web and workers move together when the
demonstration (or a test on real processes) shifts the clock. The shift lives in one row of the database and
exists only when DEMO or DEBUG is on; elsewhere `decalage()` is always zero and asks nothing.
One-time codes, sessions' cookies and leases keep the real time: `temps_reel()`.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.utils import timezone

_decalage: dt.timedelta | None = None


def decalable() -> bool:
    """Whether this process lets the clock be shifted (never in production)."""
    return bool(settings.DEMO or settings.DEBUG)


def temps_reel() -> dt.datetime:
    """Return the real instant, aware, in UTC."""
    return timezone.now()


def decalage() -> dt.timedelta:
    """Return the shift in force, read once per request or task (see `relire`)."""
    global _decalage
    if not decalable():
        return dt.timedelta()
    if _decalage is None:
        _decalage = apps.get_model("espace_partenaires", "DecalageHorloge").objects.en_cours()
    return _decalage


def relire() -> None:
    """Forget the shift read so far: called at the start of each request and of each task."""
    global _decalage
    _decalage = None


@contextmanager
def a_l_instant(instant: dt.datetime) -> Iterator[None]:
    """Make this process believe that it is `instant`: how the demonstration writes its past months.

    Raise RuntimeError in production.
    """
    global _decalage
    if not decalable():
        raise RuntimeError("l’horloge ne se décale pas en production")
    avant, _decalage = _decalage, instant - timezone.now()
    try:
        yield
    finally:
        _decalage = avant


def maintenant() -> dt.datetime:
    """Return the portal's instant, aware, in UTC."""
    return timezone.now() + decalage()


def jour(fuseau: str, a: dt.datetime | None = None) -> dt.date:
    """Return the day of the instant `a` (now by default) in the zone of a caisse (T-06)."""
    return (a or maintenant()).astimezone(ZoneInfo(fuseau)).date()
