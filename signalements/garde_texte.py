"""The guard of the free-text zones (D-03, D-04), on both sides.

A NIR is refused. A bank account, a card number and what reads as health data ask for a confirmation. Nothing of what
was typed is ever logged, only that it was confirmed. The browser says the same while one types, from the same patterns.
"""

import functools
import re
import string
from typing import Any

from django.core.exceptions import ValidationError
from stdnum import iban, luhn, numdb

from signalements.lexique_sante import AUTRES_SENS, EXPRESSIONS, MOTS, RACINES
from socle.texte import normaliser, sans_accents

_SEP = r"[\s.\-–/ \u202f]{0,3}"
# Sex (with the waiting and foreign numbers), year, month (real, or the codes of unknown months), département
# (Corsica by letter), commune, order, and the key when it was typed.
_NIR = re.compile(
    r"(?<![0-9A-Za-z])"
    + _SEP.join(
        [
            r"(?P<sexe>[1-478])",
            r"(?P<annee>\d" + _SEP + r"\d)",
            r"(?P<mois>\d" + _SEP + r"\d)",
            r"(?P<dep>\d" + _SEP + r"[\dABab])",
            r"(?P<commune>\d" + _SEP + r"\d" + _SEP + r"\d)",
            r"(?P<ordre>\d" + _SEP + r"\d" + _SEP + r"\d)",
        ]
    )
    + rf"(?:{_SEP}(?P<cle>\d{_SEP}\d))?"
    + rf"(?!{_SEP}\d)(?![0-9A-Za-z])"
)
MESSAGE_NIR = (
    "Ce texte semble contenir un numéro de sécurité sociale. Retirez-le : la caisse retrouve la personne avec son nom, "
    "son prénom et sa date de naissance."
)


def contient_un_nir(texte: str) -> bool:
    """Return whether `texte` holds what reads as a NIR, with or without its key, however it is spaced."""
    return any(_est_un_nir(trouve) for trouve in _NIR.finditer(texte))


def _chiffres(morceau: str) -> str:
    return "".join(c for c in morceau.upper() if c.isalnum())


def _est_un_nir(trouve: re.Match[str]) -> bool:
    champs = {nom: _chiffres(valeur) for nom, valeur in trouve.groupdict().items() if valeur}
    if champs["dep"][1].isalpha() and champs["dep"] not in ("2A", "2B"):
        return False
    mois = int(champs["mois"])
    if not (1 <= mois <= 12 or 20 <= mois <= 42 or mois >= 50):
        return False
    # A key out of range can only be another number; a wrong one may be a NIR with a slip of the finger.
    return "cle" not in champs or 1 <= int(champs["cle"]) <= 97


def texte_libre(texte: str) -> str:
    """Return the normal form of a free text; raise ValidationError when it holds a NIR (D-03)."""
    propre = normaliser(texte)
    if contient_un_nir(propre):
        raise ValidationError(MESSAGE_NIR, code="nir")
    return propre


_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d{2}(?:[ .-]?[0-9A-Za-z]){11,30}")
_CARTE = re.compile(r"(?<![0-9A-Za-z])[3-6](?:[ .-]?\d){14,15}(?![ .-]?\d)")
_MOT = re.compile(r"[a-z0-9]+")
# What asks for a confirmation: code -> what the user reads.
ALERTES = {
    "iban": "un numéro de compte bancaire (IBAN) : joignez plutôt le RIB comme pièce",
    "carte": "un numéro de carte bancaire",
    "sante": "une information de santé",
}


PHRASE_ALERTE = "Ce texte semble contenir {}. Retirez-le s’il n’est pas indispensable"


def alertes(texte: str) -> list[str]:
    """Return the codes of what a free text seems to hold and should not (D-04), without saying where."""
    trouvees = []
    if any(_est_un_iban(trouve[0]) for trouve in _IBAN.finditer(texte)):
        trouvees.append("iban")
    if any(luhn.is_valid(_chiffres(trouve[0])) for trouve in _CARTE.finditer(texte)):
        trouvees.append("carte")
    if _parle_de_sante(texte):
        trouvees.append("sante")
    return trouvees


def _est_un_iban(candidat: str) -> bool:
    """The match is greedy: a real IBAN may be followed by words."""
    compact = _chiffres(candidat)
    return any(iban.is_valid(compact[:longueur]) for longueur in range(15, len(compact) + 1))


def _parle_de_sante(texte: str) -> bool:
    phrase = f" {' '.join(_MOT.findall(sans_accents(texte)))} "
    for sens in AUTRES_SENS:
        phrase = phrase.replace(f" {sens} ", " ")
    if any(f" {expression} " in phrase for expression in EXPRESSIONS):
        return True
    return any(mot in MOTS or mot.startswith(RACINES) for mot in phrase.split())


def _longueurs_iban() -> dict[str, int]:
    """Country -> length of its IBAN, as the library that judges them knows it."""
    registre, lettres = numdb.get("iban"), string.ascii_uppercase
    longueurs = {}
    for pays in (premiere + seconde for premiere in lettres for seconde in lettres):
        _, connu = registre.info(pays)[0]
        if "bban" in connu:
            longueurs[pays] = 4 + sum(int(n) for n in re.findall(r"(\d+)!", connu["bban"]))
    return longueurs


@functools.cache
def pour_le_navigateur() -> dict[str, Any]:
    """Return what static/portail/garde.js needs to say the same thing while one types: these very patterns and words."""
    return {
        "nir": _NIR.pattern.replace("(?P<", "(?<"),
        "iban": _IBAN.pattern,
        "iban_longueurs": _longueurs_iban(),
        "carte": _CARTE.pattern,
        "mot": _MOT.pattern,
        "racines": RACINES,
        "mots": sorted(MOTS),
        "expressions": EXPRESSIONS,
        "autres_sens": AUTRES_SENS,
        "message_nir": MESSAGE_NIR,
        "alertes": ALERTES,
        "phrase": PHRASE_ALERTE,
    }
