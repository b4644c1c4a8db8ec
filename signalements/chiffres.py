"""The figures of a convention, month by month (C-21): one dimension at a time, never crossed, without a person.

Written by the acts themselves, so that the year is whole whatever the retention. Shown exact from 11 up.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from signalements.models.chiffres import Chiffre
from signalements.workflow import FINIS, Statut
from socle import horloge
from socle.templatetags.portail import INSECABLE

SEUIL = 11
MOINS_DE_ONZE = f"moins{INSECABLE}de{INSECABLE}{SEUIL}"
# Hidden beside a small number, that a total would tell.
NON_MONTRE = f"non{INSECABLE}montré"
TRANSFEREE = "transferee"
_TOTAL = "\0total"
# Two lists of cells
Egalite = tuple[Sequence[str], Sequence[str]]
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


def lire(convention: Any, debut: dt.date, fin: dt.date) -> dict[str, dict[str, int]]:
    """Return the figures of the months from `debut` to `fin` excluded: dimension -> value -> number."""
    lus: dict[str, dict[str, int]] = {}
    lignes = Chiffre.objects.filter(convention=convention, mois__gte=debut, mois__lt=fin).order_by("pk")
    for dimension, valeur, nombre in lignes.values_list("dimension", "valeur", "nombre"):
        valeurs = lus.setdefault(dimension, {})
        valeurs[valeur] = valeurs.get(valeur, 0) + nombre
    return lus


def montrer(cellules: Mapping[str, int], total: int | None = None) -> dict[str, str]:
    """Return how the cells of one table are told, beside their `total` where it is shown (C-21).

    From 1 to 10 « moins de 11 ». While the total would tell a hidden cell, the smallest cell shown is hidden too.
    """
    if total is None:
        return dire(cellules, cacher(cellules, []))
    caches = cacher({**cellules, _TOTAL: total}, [([_TOTAL], list(cellules))])
    if _TOTAL in caches:
        # The total is told all the same: nothing else is.
        return {nom: NON_MONTRE if nombre else "0" for nom, nombre in cellules.items()}
    return dire(cellules, caches)


def cacher(cellules: Mapping[str, int], egalites: Sequence[Egalite]) -> set[str]:
    """Return the cells to hide: the small ones, and those by which an equality would tell them.

    Each of `egalites`: two lists of cells that make the same sum.
    """
    caches = {nom for nom, nombre in cellules.items() if 0 < nombre < SEUIL}
    while devines := _devines(cellules, caches, egalites):
        cotes = [{*gauche, *droite} for gauche, droite in egalites]
        voisines = set[str]().union(*(noms for noms in cotes if devines & noms))
        restantes = [nom for nom in voisines if nom not in caches and cellules[nom]]
        restantes = restantes or [nom for nom in cellules if nom not in caches and cellules[nom]]
        if not restantes:
            break
        caches.add(min(restantes, key=lambda nom: (cellules[nom], nom)))
    return caches


def _devines(cellules: Mapping[str, int], caches: set[str], egalites: Sequence[Egalite]) -> set[str]:
    """Return the hidden cells to which all that is shown leaves one value only."""
    plafond = sum(cellules.values())
    bornes = {
        nom: (nombre, nombre)
        if nom not in caches
        else ((1, SEUIL - 1) if nombre < SEUIL else (SEUIL, plafond))
        for nom, nombre in cellules.items()
    }
    avant = None
    while avant != bornes:
        avant = dict(bornes)
        for gauche, droite in egalites:
            # droite - gauche = 0: each cell lies between what all the others leave it.
            signes = {**dict.fromkeys(gauche, -1), **dict.fromkeys(droite, 1)}
            for nom in caches.intersection(signes):
                autres = [
                    (bornes[un][0] * signe, bornes[un][1] * signe)
                    for un, signe in signes.items()
                    if un != nom
                ]
                bas, haut = sum(map(min, autres)), sum(map(max, autres))
                reste = (-haut, -bas) if signes[nom] == 1 else (bas, haut)
                bornes[nom] = (max(bornes[nom][0], reste[0]), min(bornes[nom][1], reste[1]))
    return {nom for nom in caches if bornes[nom][0] >= bornes[nom][1]}


def dire(cellules: Mapping[str, int], caches: set[str]) -> dict[str, str]:
    """Return the words of each cell."""
    return {nom: _dire(nombre, nom in caches) for nom, nombre in cellules.items()}


def _dire(nombre: int, cache: bool) -> str:
    if not cache:
        return str(nombre)
    return MOINS_DE_ONZE if nombre < SEUIL else NON_MONTRE
