"""Pure rules on plain values: dates of a convention (T-01 to T-06, C-03 to C-05, C-16) and quotas (Q-01 to Q-06).

No database, no clock: days and instants travel as parameters. A period runs from 00:00 of its first day to 24:00
of the eve of its end (T-01), so an « end » is always the first day after.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformite.jours import plus_mois

# How a convention may be denounced (C-04)
AVANT_ECHEANCE = "avant-echeance"
A_TOUT_MOMENT = "a-tout-moment"
SANS_PREAVIS = "sans-preavis"

# [[up to N members, M accounts], …]; N = 0: whatever the size.
Paliers = Sequence[Sequence[int]]
QUOTA_GESTIONNAIRES: Paliers = [[10, 2], [25, 3], [0, 5]]
QUOTA_TECHNICIENS: Paliers = [[10, 5], [25, 15], [0, 25]]


# Calendar days and hours


def plus_jours(jour: dt.date, jours: int) -> dt.date:
    """Return the last of `jours` calendar days; the day of the letter is day 0 (T-03)."""
    return jour + dt.timedelta(days=jours)


def plus_heures(instant: dt.datetime, heures: int) -> dt.datetime:
    """Return the instant `heures` later, without stop, whatever the changes of local time (T-05).

    Raise ValueError for a naive instant.
    """
    if instant.tzinfo is None:
        raise ValueError("un instant sans fuseau ne se compte pas en heures")
    return instant.astimezone(dt.UTC) + dt.timedelta(hours=heures)


# Échéances and reconduction


def echeance(debut: dt.date, duree_mois: int, rang: int) -> dt.date:
    """Return the `rang`-th échéance, always counted from the start, never from the previous one (T-01)."""
    return plus_mois(debut, duree_mois * rang)


def rang_en_cours(debut: dt.date, duree_mois: int, jour: dt.date) -> int:
    """Return the number (from 1) of the period that runs on `jour`; 1 before the start."""
    mois = (jour.year - debut.year) * 12 + jour.month - debut.month
    rang = max(mois // duree_mois, 0) + 1
    while rang > 1 and echeance(debut, duree_mois, rang - 1) > jour:
        rang -= 1
    while echeance(debut, duree_mois, rang) <= jour:
        rang += 1
    return rang


def prochaine_echeance(
    debut: dt.date, duree_mois: int, jour: dt.date, ancre: dt.date | None = None
) -> dt.date:
    """Return the first échéance after `jour`: the day of an échéance belongs to the period that it opens (T-01).

    `ancre`: the échéance from which an avenant's new duration counts; the period that runs before it is not moved.
    """
    if ancre is not None and jour < ancre:
        return ancre
    depart = ancre or debut
    return echeance(depart, duree_mois, rang_en_cours(depart, duree_mois, jour))


def echeances_passees(
    debut: dt.date, durees: Sequence[tuple[dt.date, int]], jusqu_a: dt.date
) -> list[dt.date]:
    """Return the échéances after `debut` up to `jusqu_a`; `durees`: since when each duration counts (T-01, C-06)."""
    passees = []
    for (depuis, duree), (suivant, _) in zip(durees, [*durees[1:], (dt.date.max, 0)], strict=True):
        if depuis != debut and depuis <= jusqu_a:
            passees.append(depuis)
        rang = 1
        while (quand := echeance(depuis, duree, rang)) <= jusqu_a and quand < suivant:
            passees.append(quand)
            rang += 1
    return passees


def est_en_vigueur(debut: dt.date | None, fin: dt.date | None, jour: dt.date) -> bool:
    """Whether `jour` is between 00:00 of the start and 24:00 of the eve of the end (T-01)."""
    return debut is not None and debut <= jour and (fin is None or jour < fin)


# Denunciation (C-04)


@dataclass(frozen=True)
class Denonciation:
    """What a denunciation does: the day of the end, and whether an earlier échéance was missed."""

    fin: dt.date
    # The échéance that the letter came too late for: the convention is renewed once more at that day.
    echeance_manquee: dt.date | None = None


def dernier_jour_denonciation(mode: str, mois: int, date_echeance: dt.date) -> dt.date:
    """Return the last day on which a letter ends the convention at that échéance (C-04, T-02).

    For `a-tout-moment` it is the last day whose effect falls no later than the échéance.
    """
    if mode == SANS_PREAVIS:
        return date_echeance - dt.timedelta(days=1)
    if mode == AVANT_ECHEANCE:
        return plus_mois(date_echeance, -mois)
    jour = plus_mois(date_echeance, -mois)
    while plus_mois(jour + dt.timedelta(days=1), mois) <= date_echeance:
        jour += dt.timedelta(days=1)
    return jour


def effet_denonciation(
    *,
    mode: str,
    mois: int,
    debut: dt.date,
    duree_mois: int,
    reconduction: bool,
    lettre: dt.date,
    ancre: dt.date | None = None,
) -> Denonciation:
    """Return what a letter of that day does (C-03, C-04): in time it ends at the échéance, late at the next one.

    A convention that is not renewed ends at its coming échéance in any case. Raise ValueError before the start.
    """
    if lettre < debut:
        raise ValueError("la dénonciation précède l’entrée en vigueur")
    date_echeance = prochaine_echeance(debut, duree_mois, lettre, ancre)
    if mode == A_TOUT_MOMENT:
        fin = plus_mois(lettre, mois)
        return Denonciation(fin if reconduction else min(fin, date_echeance))
    if not reconduction or lettre <= dernier_jour_denonciation(mode, mois, date_echeance):
        return Denonciation(date_echeance)
    suivante = prochaine_echeance(debut, duree_mois, date_echeance, ancre)
    return Denonciation(suivante, echeance_manquee=date_echeance)


# Mise en demeure (C-05) and good end (C-16)


def resiliable_des(depart: dt.date, jours: int) -> dt.date:
    """Return the first day on which a person may terminate: the day of the letter is day 0 (C-05, T-03)."""
    return plus_jours(depart, jours + 1)


def fin_de_bonne_fin(fin: dt.date, jours: int) -> dt.date:
    """Return the first day after the closing period (C-16). Raise ValueError out of 0…30 days."""
    if not 0 <= jours <= 30:
        raise ValueError("la période de bonne fin va de 0 à 30 jours")
    return plus_jours(fin, jours)


# Avenants (C-06)


@dataclass(frozen=True)
class Changement:
    """What an avenant changes from a day on: parameter -> new value."""

    numero: int
    prend_effet_le: dt.date
    valeurs: Mapping[str, Any]


def parametres_au(
    initiaux: Mapping[str, Any], changements: Iterable[Changement], jour: dt.date, debut: dt.date
) -> dict[str, Any]:
    """Return the parameters as they were, or will be, on `jour` (C-06).

    Avenants count in the order of their effect, then of their number, whatever the order of their writing. A new
    duration counts from the échéance of the period that runs when it takes effect (`echeances_depuis`).
    """
    etat: dict[str, Any] = {"echeances_depuis": None, **initiaux}
    for changement in sorted(changements, key=lambda un: (un.prend_effet_le, un.numero)):
        if changement.prend_effet_le > jour:
            break
        ancienne: Any = etat.get("duree_mois")
        if "duree_mois" in changement.valeurs and changement.valeurs["duree_mois"] != ancienne:
            etat["echeances_depuis"] = prochaine_echeance(
                debut, ancienne, changement.prend_effet_le, etat["echeances_depuis"]
            )
        etat |= changement.valeurs
    return etat


# Quotas


def quota(paliers: Paliers, membres: int) -> int:
    """Return the number of accounts for a structure of `membres` members (Q-01, Q-02, Q-03); 0 without a rule."""
    for jusqu_a, comptes in paliers:
        if jusqu_a == 0 or membres <= jusqu_a:
            return comptes
    return 0


def quota_le_plus_favorable(regles: Iterable[Paliers], membres: int) -> int:
    """Return the best number among the conventions in force (Q-06); 0 when there is none."""
    return max((quota(paliers, membres) for paliers in regles), default=0)


def verifier_paliers(paliers: Paliers) -> list[str]:
    """Return what is wrong with a quota rule, in French; an empty list when it is sound.

    Sizes grow, the last one is open (0), every number of accounts is at least one and never falls.
    """
    if not paliers:
        return ["Indiquez au moins un palier."]
    defauts = []
    tailles = [palier[0] for palier in paliers[:-1]]
    comptes = [palier[1] for palier in paliers]
    if paliers[-1][0] != 0:
        defauts.append("Le dernier palier doit valoir pour toutes les autres tailles de structure.")
    if any(taille < 1 for taille in tailles) or tailles != sorted(set(tailles)):
        defauts.append("Les paliers doivent aller du plus petit au plus grand nombre de membres.")
    if any(nombre < 1 for nombre in comptes):
        defauts.append("Un palier donne droit à au moins un compte.")
    elif comptes != sorted(comptes):
        defauts.append("Une structure plus grande ne peut avoir moins de comptes.")
    return defauts


# Reminders

SEUILS_DE_RAPPEL = (7, 30, 90)


def seuil_de_rappel(jour: dt.date, date: dt.date) -> int | None:
    """Return the threshold (7, 30 or 90 days) that `jour` has reached before `date`; None before 90, or once passed."""
    restants = (date - jour).days
    if restants <= 0:
        return None
    return next((seuil for seuil in SEUILS_DE_RAPPEL if restants <= seuil), None)
