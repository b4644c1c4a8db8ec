"""The term of what is kept until an act whose day is not known yet: moved along while it is kept.

Keys of terms exist 400 days ahead: what is kept longer, or until something is closed, is wrapped again for a later day
before its own comes. What is over keeps the day of its end, and dies with it in every copy.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from conformite.scellement import jours_de_terme
from socle import horloge

AVANCE_JOURS = 390
RESTE_JOURS = 360


def dernier_jour(fin: dt.date | None) -> dt.date:
    """Return the last readable day of what is kept until `fin`, as far as keys exist; None: nobody knows yet."""
    horizon = min(horloge.maintenant().date() + dt.timedelta(days=AVANCE_JOURS), jours_de_terme()[-1])
    return horizon if fin is None else min(fin, horizon)


def prolonger(lignes: QuerySet, fin: Callable[[Any], dt.date | None]) -> int:
    """Move along the terms that come near, each in its transaction; return how many. Safe to run twice."""
    jour = horloge.maintenant().date()
    proches = lignes.filter(terme_le__gte=jour, terme_le__lt=jour + dt.timedelta(days=RESTE_JOURS))
    deplaces = 0
    for cle in proches.values_list("pk", flat=True):
        with transaction.atomic():
            objet = lignes.select_for_update(of=("self",)).filter(pk=cle).first()
            if objet is not None and (nouveau := dernier_jour(fin(objet))) > objet.terme_le:
                objet.fixer_terme(nouveau)
                objet.save(update_fields=["terme_le", "cle_enveloppee"])
                deplaces += 1
    return deplaces
