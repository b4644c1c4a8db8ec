"""The figures of a convention, month by month (C-21): one dimension at a time, never crossed, without a person.

Written by the acts themselves, so that the year is whole whatever the retention. Shown by `socle.petits_nombres`.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from signalements.models.chiffres import Chiffre
from signalements.workflow import FINIS, Statut
from socle import horloge

TRANSFEREE = "transferee"
# Classes of delay, in whole days from deposit to answer (upper bound, label).
CLASSES = ((2, "0-2"), (7, "3-7"), (14, "8-14"), (30, "15-30"))

_AJOUTER = """
INSERT INTO signalements_chiffre (convention_id, caisse_id, mois, dimension, valeur, nombre)
SELECT %s, %s, %s, * , %s FROM unnest(%s::text[], %s::text[])
ON CONFLICT (convention_id, caisse_id, mois, dimension, valeur)
DO UPDATE SET nombre = signalements_chiffre.nombre + EXCLUDED.nombre
"""


def compter(demande: Any, avant: Any, verbe: str, le: dt.datetime) -> None:
    """Count what an act changes: `avant` is the demande before it, `demande` after it (C-21).

    A transfer counts once at each caisse; a reopening takes its end back from the month in which it was counted.
    """
    if verbe == "transferer":
        _ajouter(avant, le, {"terminee": "", "issue": TRANSFEREE}, 1)
    if verbe in {"deposer", "transferer"}:
        recue = {"recue": "", "service": demande.motif.service_id, "motif": demande.motif_id}
        _ajouter(demande, le, recue, 1)
    if demande.statut in FINIS and avant.statut not in FINIS:
        _ajouter(demande, le, _fin(demande), 1)
    elif avant.statut in FINIS and demande.statut not in FINIS:
        _ajouter(avant, avant.terminee_le, _fin(avant), -1)


def compter_l_avis(demande: Any, avis: str, nombre: int) -> None:
    """Count how the structure was helped, in the month of the end; a reopening takes it back with the end."""
    _ajouter(demande, demande.terminee_le, {"avis": avis}, nombre)


def _fin(demande: Any) -> dict[str, str]:
    """Return under what a finished demande is counted."""
    issue = demande.issue or demande.irrecevable
    if demande.statut == Statut.IRRECEVABLE:
        issue = demande.irrecevable
    elif demande.statut == Statut.ANNULEE:
        issue = str(Statut.ANNULEE)
    return {"terminee": "", "issue": issue or str(demande.statut), "delai": classe_de_delai(demande)}


def classe_de_delai(demande: Any) -> str:
    """Return the class of the delay of a demande, in whole days from deposit to answer."""
    if demande.traitee_le is None:
        return "sans-reponse"
    jours = (demande.traitee_le - demande.deposee_le).days
    return next((classe for borne, classe in CLASSES if jours <= borne), "31-plus")


def _ajouter(demande: Any, a: dt.datetime, valeurs: Mapping[str, str], nombre: int) -> None:
    """Add to several figures at once, in one order always: two acts never wait for each other crosswise."""
    mois = horloge.jour(demande.caisse.fuseau, a).replace(day=1)
    dimensions = sorted(valeurs)
    with connection.cursor() as curseur:
        curseur.execute(
            _AJOUTER,
            [
                *(demande.participation.convention_id, demande.caisse_id, mois, nombre),
                dimensions,
                [valeurs[une] for une in dimensions],
            ],
        )


def lire(chiffres: QuerySet[Chiffre], debut: dt.date, fin: dt.date) -> dict[str, dict[str, int]]:
    """Return what these figures make in the months from `debut` to `fin` excluded: dimension -> value -> number."""
    lus: dict[str, dict[str, int]] = {}
    lignes = chiffres.filter(mois__gte=debut, mois__lt=fin).order_by("dimension", "valeur")
    for dimension, valeur, nombre in lignes.values_list("dimension", "valeur").annotate(Sum("nombre")):
        lus.setdefault(dimension, {})[valeur] = nombre
    return lus
