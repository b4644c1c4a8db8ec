"""The brake of the retention engine: an abnormal volume waits for a person.

A wrong clock, a bad migration or a mistaken parameter shows as a volume out of proportion: at most a tenth of the
rows of a model may go in one run, small volumes aside. A DPO releases exactly what was due when it was noticed.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model

from conformite import journal
from conformite.declarations import Conservation
from conformite.models.travaux import FreinPurge
from socle.acteurs import Acteur

# Up to this many rows the engine does not ask: the purge of a day in a small caisse.
PLANCHER = 200
# Above it, the part of the model's rows that may go in one run; 6 months of retention make about 0.5 % a day.
PART = 0.10


@dataclass(frozen=True)
class Autorisation:
    """Up to which instant what is due may go, and the released brake that says so, if any."""

    jusqu_a: dt.datetime
    frein: FreinPurge | None = None


def anormal(dus: int, total: int, plancher: int = PLANCHER, part: float = PART) -> bool:
    """Whether this volume needs a person."""
    return dus > plancher and dus > part * total


def autoriser(modele: type[Model], declaration: Conservation, a: dt.datetime) -> Autorisation | None:
    """Return what may go, or None when the brake holds; note a new brake, close one that has no more object."""
    if not declaration.frein:
        return Autorisation(a)
    return juger(
        modele._meta.label_lower, lambda: (declaration.dus(a).count(), modele._default_manager.count()), a
    )


def juger(
    cle: str,
    compter: Callable[[], tuple[int, int]],
    a: dt.datetime,
    *,
    plancher: int = PLANCHER,
    part: float = PART,
) -> Autorisation | None:
    """Judge what a job is about to do that cannot be undone: `compter` says how much is due, out of how much.

    `cle`: a model, « model:caisse » for what is judged caisse by caisse.
    """
    with transaction.atomic():
        frein = FreinPurge.objects.ouverts().filter(modele=cle).select_for_update().first()
        if frein is not None and frein.libere_le is not None:
            return Autorisation(frein.constate_le, frein)
        dus, total = compter()
        if anormal(dus, total, plancher, part):
            if frein is None:
                _constater(cle, dus, total, a)
            return None
        if frein is not None:
            frein.clos_le, frein.cloture = a, FreinPurge.Cloture.SANS_OBJET
            frein.save(update_fields=["clos_le", "cloture"])
    return Autorisation(a)


def liberer(frein: FreinPurge, *, par: Acteur, a: dt.datetime) -> bool:
    """Let go what was due when the brake was noticed; return whether this call did it (once is enough)."""
    with transaction.atomic():
        faits = (
            FreinPurge.objects.ouverts()
            .filter(pk=frein.pk, libere_le=None)
            .update(libere_le=a, libere_par=par.pk)
        )
        if faits:
            journal.consigner(
                journal.Acte.PURGE_LIBERER, par=par, objet=frein, modele=frein.modele, volume=frein.volume
            )
    return bool(faits)


def clore(frein: FreinPurge, a: dt.datetime) -> None:
    """Close a released brake: its purge is done."""
    FreinPurge.objects.ouverts().filter(pk=frein.pk).update(clos_le=a, cloture=FreinPurge.Cloture.EXECUTE)


def _constater(label: str, dus: int, total: int, a: dt.datetime) -> None:
    _, nouveau = FreinPurge.objects.get_or_create(
        modele=label, clos_le=None, defaults={"constate_le": a, "volume": dus, "total": total}
    )
    if nouveau:
        journal.consigner(journal.Acte.PURGE_FREIN, modele=label, volume=dus, total=total)
