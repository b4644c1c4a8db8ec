"""The parameters of a convention as columns of a table (C-13): each read by the kind of its field."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from conventions.models.conventions import Convention
from conventions.parametres import PARAMETRES
from socle.champs import Texte
from socle.ecriture import normaliser

# Those that an import asks for under another name, and the text, which is chosen on its page.
_DEJA = {"duree_mois", "denonciation", "denonciation_mois", "clauses"}
COLONNES: tuple[str, ...] = tuple(nom for nom in PARAMETRES if nom not in _DEJA)
# In the cell of a rule that a convention may not have.
AUCUN = "aucun"
_OUI_NON = {"oui": True, "non": False}


def _champ(nom: str) -> "models.Field[Any, Any]":
    return next(un for un in Convention._meta.fields if un.name == nom)


def lire(nom: str, saisie: str) -> Any:
    """Return the value of a parameter written in a cell; raise ValidationError for one that it cannot have."""
    champ = _champ(nom)
    if champ.null and saisie.lower() == AUCUN:
        return None
    if isinstance(champ, models.BooleanField):
        return _booleen(saisie)
    if isinstance(champ, models.PositiveSmallIntegerField):
        return _entier(saisie)
    if isinstance(champ, models.JSONField):
        return _paliers(saisie)
    if isinstance(champ, ArrayField):
        return [propre for un in saisie.split(",") if (propre := normaliser(un).strip())]
    if champ.choices and saisie not in dict(champ.choices):
        raise ValidationError(f"un de : {', '.join(dict(champ.choices))}.")
    return Texte(max_length=champ.max_length).clean(saisie)


def exemple(nom: str) -> str:
    """Return what a cell may hold, for the model that is downloaded."""
    champ = _champ(nom)
    if isinstance(champ, models.BooleanField):
        return "oui"
    if isinstance(champ, models.JSONField):
        return "2/3/5"
    if isinstance(champ, models.PositiveSmallIntegerField):
        return str(champ.get_default() or "")
    return str(next(iter(dict(champ.choices)))) if champ.choices else ""


def _booleen(saisie: str) -> bool:
    if saisie.lower() not in _OUI_NON:
        raise ValidationError("« oui » ou « non ».")
    return _OUI_NON[saisie.lower()]


def _entier(saisie: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", chiffres := "".join(saisie.split())):
        raise ValidationError("un nombre entier.")
    return int(chiffres)


def _paliers(saisie: str) -> list[list[int]]:
    """Read « 2/3/5 »: accounts up to 10 members, up to 25, above; or one number for all (Q-01 to Q-03)."""
    if (
        not re.fullmatch(r"[1-9][0-9]{0,2}(/[1-9][0-9]{0,2}){0,2}", saisie, re.ASCII)
        or saisie.count("/") == 1
    ):
        raise ValidationError(
            "un nombre, ou trois séparés par « / » : jusqu’à 10 membres, jusqu’à 25, au-delà."
        )
    nombres = [int(un) for un in saisie.split("/")]
    tailles = [0] if len(nombres) == 1 else [10, 25, 0]
    return [list(paire) for paire in zip(tailles, nombres, strict=True)]
