"""A convention read on any day: the rules then in force, and what a letter of that day does (C-04, C-06)."""

import datetime as dt
from typing import Any

from conventions import regles
from conventions.models.conventions import Convention, Participation
from conventions.parametres import changement, photographier


def parametres_au(convention: Convention, jour: dt.date) -> dict[str, Any]:
    """Return the parameters of a signed convention as they were on `jour`; those of the draft before (C-06)."""
    if not convention.parametres_initiaux:
        return {"echeances_depuis": None, **photographier(convention)}
    debut = convention.participations.order_by("debut").values_list("debut", flat=True)[0]
    changements = [changement(avenant) for avenant in convention.avenants.filter(signe_le__isnull=False)]
    etat = regles.parametres_au(convention.parametres_initiaux, changements, jour, debut)
    if isinstance(etat["echeances_depuis"], str):
        etat["echeances_depuis"] = dt.date.fromisoformat(etat["echeances_depuis"])
    return etat


def effet_denonciation(participation: Participation, lettre: dt.date) -> regles.Denonciation:
    """Return what a letter of that day would do to a caisse's part, under the rules of that day (C-04, C-06).

    Raise ValueError before its start.
    """
    valeurs = parametres_au(participation.convention, lettre)
    return regles.effet_denonciation(
        mode=valeurs["denonciation"],
        mois=valeurs["denonciation_mois"],
        debut=participation.debut or dt.date.max,
        duree_mois=valeurs["duree_mois"],
        reconduction=valeurs["reconduction_tacite"],
        lettre=lettre,
        ancre=valeurs["echeances_depuis"],
    )
