"""Retention: each model of the portal says what becomes of its rows.

Each app has a `retention.py`, imported by its `AppConfig.ready`, that declares every one of its models; a model that
is not declared fails a test. Declarations:

- `Conservation`: its rows are destroyed by the engine when they are due;
- `AvecSonParent`: its rows go with those of another model (cascade);
- `Permanente`: its rows stay; the reason is written (a referential, no personal data);
- `ParExecution`: a job of their own takes them away (the journal).

    # signalements/retention.py
    from conformite.declarations import AvecSonParent, Conservation, declarer

    def demandes_dues(a: datetime) -> QuerySet:
        \"\"\"D-15, T-06: those whose last readable day is over in the zone of their caisse at the instant `a`.\"\"\"
        return Demande.objects.filter(terme_le__lt=JourDeLaCaisse(a)).exclude(...)

    declarer(
        "signalements.demande",
        Conservation(
            categorie="Demandes",
            duree="6 mois, ou la durée fixée par la convention",
            depart="réception par la caisse",
            disparition="suppression de la demande, de son fil, de ses fichiers et de son index, puis de la clé",
            dus=demandes_dues,
            identite="reference",      # how the deletion ledger names a row: unique, never a person's data
            terme="terme_le",          # DateField of the last readable day: feeds the calendar
            # optional: (queryset of the batch) -> {"demande": 12, "message": 40}; by default, and to end with,
            # `conformite.suppression.supprimer`: the rows and those that follow them, without loading any
            detruire=detruire_demandes,
        ),
    )
    declarer("signalements.message", AvecSonParent("signalements.demande"))

`dus(a)` is a plain, lockable queryset (no distinct, no aggregate): the engine takes it by batches, each in its own
transaction, locks the rows, writes the ledger, calls `detruire`. A function of destruction does not commit, does not
send anything, and may be called again on rows that another machine has already taken.
The engine is `conformite.purge`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from socle import crochets

Decompte = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Conservation:
    """Rows that the engine destroys when they are due. Texts are shown to the DPO and in the register (R-01)."""

    categorie: str
    duree: str
    depart: str
    disparition: str
    dus: Callable[[dt.datetime], QuerySet]
    identite: str = "pk"
    terme: str = ""
    detruire: Callable[[QuerySet], Decompte] | None = None
    # Called with (object, new last day) when a hold moves a term; by default `fixer_terme` and a save.
    deplacer_terme: Callable[[Any, dt.date], None] | None = None
    # Whether an abnormal volume stops the engine until a DPO releases it.
    frein: bool = True
    # Whether there are persons' data in these rows (for the register).
    donnees: str = ""


@dataclass(frozen=True)
class AvecSonParent:
    """Rows that go with those of `parent` (model label), in the same transaction."""

    parent: str


@dataclass(frozen=True)
class Permanente:
    """Rows that stay, and why. `nom`: what they are, where the name of their model says nothing to a reader."""

    raison: str
    nom: str = ""


@dataclass(frozen=True, kw_only=True)
class ParExecution:
    """Rows that a job of their own takes away (the journal, by sealed days)."""

    categorie: str
    duree: str
    depart: str
    disparition: str


Declaration = Conservation | AvecSonParent | Permanente | ParExecution


def declarer(modele: str, declaration: Declaration) -> None:
    """Register the declaration of one model (« signalements.demande »); raise ValueError when it has one."""
    crochets.retention.inscrire(modele.lower())(declaration)


def modeles_non_declares() -> list[str]:
    """Return the labels of the installed models that say nothing of their retention (a test wants none)."""
    return sorted(
        modele._meta.label_lower
        for modele in apps.get_models()
        if modele._meta.managed
        and not modele._meta.proxy
        and modele._meta.label_lower not in crochets.retention
    )


def conservations() -> dict[type[Model], Conservation]:
    """Return the models that the engine purges, with their declaration, in the order of registration."""
    return {
        apps.get_model(label): declaration
        for label, declaration in crochets.retention.items()
        if isinstance(declaration, Conservation)
    }
