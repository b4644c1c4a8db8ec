"""One cell of a deposited table: what it means for its column, or what is wrong with it and what to do.

A sentence never quotes the cell: the list of what is refused may be printed, sent, kept.
"""

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as NumeroFaux
from stdnum.fr import nir

from echanges.catalogue import Colonne
from fichiers.tableaux import plier
from socle import naissances, telephones
from socle.ecriture import ligne, pour_juger
from socle.garde import juger

TEXTE_MAX, NOM_MAX = 200, 80
PREMIER_JOUR, DERNIER_JOUR = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
_ASCII_SIMPLE = re.compile(r"[ -~]*")
# A day may be followed by the midnight that an export puts there.
_JOUR_FR = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?)?")
_JOUR_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_MONTANT = re.compile(r"(\d{1,9}|\d{1,3}(?: \d{3}){1,2})(?:[.,](\d{1,2}))?")
_PUISSANCE = re.compile(r"-?\d+(?:[.,]\d+)?e[+-]?\d+")
_MOIS_ISO, _MOIS_FR = re.compile(r"([0-9]{4})-([0-9]{2})"), re.compile(r"([0-9]{1,2})/([0-9]{4})")
_OUI, _NON = {"oui", "o", "vrai", "true", "1"}, {"non", "n", "faux", "false", "0"}
MONTANT_MAX = 10_000_000_00

DATE_SERIE = "Cette cellule contient un nombre et non une date. Donnez à la colonne le format « date », ou écrivez 27/03/1985."
ANNEE_SEULE = (
    "Cette cellule, au format date, dit {}. Si vous y avez écrit l’année seule, donnez-lui le format texte, "
    "puis écrivez {} à nouveau."
)
_JOUR_ZERO = dt.date(1899, 12, 30)
DATE_FAUSSE = "Cette date n’existe pas, ou n’est pas écrite jour/mois/année, par exemple 27/03/1985."


class Faux(Exception):
    """A cell that is refused; the argument is the sentence for the person."""


def texte(cellule: object) -> str:
    """Return a cell as one line of text. Raise Faux for a control character or a reversed direction."""
    if cellule is None:
        return ""
    if isinstance(cellule, dict):
        return str(cellule["jour"])
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if not isinstance(cellule, str):
        return str(cellule)
    if _ASCII_SIMPLE.fullmatch(cellule):
        return " ".join(cellule.split())
    try:
        return ligne(cellule)
    except ValidationError as erreur:
        raise Faux(erreur.messages[0]) from None


def _texte(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    lu = texte(cellule)
    if len(lu) > TEXTE_MAX:
        raise Faux(f"Ce texte dépasse {TEXTE_MAX} caractères.")
    # No second look is asked of a cell: what may be one is refused too.
    if sum(map(str.isdigit, lu)) >= 11 and (
        (vu := juger(lu, sante=False)).nir or "nir_possible" in vu.alertes
    ):
        raise Faux("Ce texte contient un numéro de sécurité sociale. Retirez-le.")
    return lu


def _nom(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    lu = _texte(cellule, colonne, jour)
    if len(lu) > NOM_MAX:
        raise Faux(f"Ce nom dépasse {NOM_MAX} caractères.")
    if lu and not any(map(str.isalpha, lu)):
        raise Faux("Ce nom n’a pas de lettre. Si la personne n’en a pas, écrivez « SNP ».")
    return lu


def _date(cellule: object) -> dt.date:
    """Return a whole date, from a cell of that format or from a text."""
    if isinstance(cellule, int | float):
        raise Faux(DATE_SERIE)
    lu = pour_juger(texte(cellule))
    try:
        if trouve := _JOUR_FR.fullmatch(lu):
            return dt.date(int(trouve[4]), int(trouve[3]), int(trouve[1]))
        if trouve := _JOUR_ISO.fullmatch(lu):
            return dt.date(int(trouve[1]), int(trouve[2]), int(trouve[3]))
    except ValueError:
        pass
    raise Faux(DATE_FAUSSE)


def _jour(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    lue = _date(cellule)
    if not PREMIER_JOUR <= lue <= DERNIER_JOUR:
        raise Faux("Cette date n’est pas entre 1990 et 2100.")
    if colonne.passe and lue > jour:
        raise Faux("Cette date est à venir : écrivez un jour passé, ou celui d’aujourd’hui.")
    return lue.isoformat()


def _naissance(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    """D-26: the day, or the day and the month, may be unknown."""
    if isinstance(cellule, float) or (isinstance(cellule, int) and not 1900 <= cellule <= jour.year):
        raise Faux(DATE_SERIE)
    try:
        lue = _date(cellule) if not isinstance(cellule, int) else None
    except Faux:
        lue = None
    if lue is not None and isinstance(cellule, dict) and 1900 <= (lue - _JOUR_ZERO).days <= jour.year:
        # « 1960 » typed in a cell of dates is the 1 960th day of a spreadsheet.
        raise Faux(ANNEE_SEULE.format(f"{lue:%d/%m/%Y}", (lue - _JOUR_ZERO).days))
    if lue is not None and lue.year >= naissances.PREMIERE_ANNEE and lue <= jour:
        return lue.isoformat()
    try:
        return naissances.lire(texte(cellule), jour).isoformat()
    except ValidationError as erreur:
        raise Faux(erreur.messages[0]) from None


def _montant(cellule: object, colonne: Colonne, jour: dt.date) -> int:
    """Return cents, of a text or of the number of a spreadsheet; never rounded in silence."""
    if isinstance(cellule, bool) or (isinstance(cellule, float) and not math.isfinite(cellule)):
        raise Faux("Écrivez un montant en euros, par exemple 1250,50.")
    if isinstance(cellule, int | float):
        exacts = Decimal(str(cellule)) * 100
        centimes = round(exacts)
        # A binary fraction is known to less than that.
        if abs(exacts - centimes) > Decimal("0.01"):
            raise Faux("Ce montant a plus de deux chiffres après la virgule. Arrondissez-le au centime.")
    else:
        lu = texte(cellule).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        lu = lu.removesuffix("€").strip()
        if _PUISSANCE.fullmatch(lu.lower()):
            raise Faux(
                "Ce montant est écrit en puissance de dix. Écrivez-le en entier, par exemple 100000,00."
            )
        if lu.startswith("-"):
            raise Faux("Ce montant est négatif. Écrivez un montant positif, ou nul.")
        trouve = _MONTANT.fullmatch(lu)
        if trouve is None:
            raise Faux(
                "Écrivez un montant en euros, par exemple 1250,50 : une seule virgule, deux chiffres après."
            )
        centimes = int(trouve[1].replace(" ", "")) * 100 + int((trouve[2] or "0").ljust(2, "0"))
    if centimes < 0:
        raise Faux("Ce montant est négatif. Écrivez un montant positif, ou nul.")
    if centimes > MONTANT_MAX:
        raise Faux("Ce montant est trop grand : vérifiez la virgule.")
    return centimes


def _mois(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    if isinstance(cellule, int | float):
        raise Faux(DATE_SERIE)
    lu = pour_juger(texte(cellule))[: 7 if isinstance(cellule, dict) else None]
    annee, mois = "", ""
    if trouve := _MOIS_ISO.fullmatch(lu):
        annee, mois = trouve.groups()
    elif trouve := _MOIS_FR.fullmatch(lu):
        mois, annee = trouve.groups()
    if not annee or not 1 <= int(mois) <= 12 or not 1990 <= int(annee) <= 2100:
        raise Faux("Écrivez le mois sous la forme 11/2026.")
    return f"{annee}-{mois:0>2}"


def _annee(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    lu = pour_juger(texte(cellule))
    if not re.fullmatch(r"(?:19|20)[0-9]{2}", lu):
        raise Faux("Écrivez une année en quatre chiffres, par exemple 2026.")
    return lu


def _oui_non(cellule: object, colonne: Colonne, jour: dt.date) -> bool:
    lu = plier(texte(cellule))
    if lu not in _OUI | _NON:
        raise Faux("Écrivez « oui » ou « non ».")
    return lu in _OUI


def _choix(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    lu = plier(texte(cellule))
    for un in colonne.choix:
        if plier(un) == lu:
            return un
    raise Faux(f"Écrivez l’une de ces valeurs : {', '.join(colonne.choix)}.")


def _telephone(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    try:
        return telephones.lire(texte(cellule))
    except ValidationError as erreur:
        raise Faux(erreur.messages[0]) from None


def _nir(cellule: object, colonne: Colonne, jour: dt.date) -> str:
    """Return the fifteen signs; the key is asked for."""
    try:
        lu = nir.validate(pour_juger(texte(cellule)).upper())
    except NumeroFaux:
        raise Faux("Ce numéro de sécurité sociale n’est pas juste : vérifiez ses quinze chiffres.") from None
    return str(lu)


LECTEURS: dict[str, Callable[[Any, Colonne, dt.date], Any]] = {
    "texte": _texte,
    "nom": _nom,
    "jour": _jour,
    "naissance": _naissance,
    "montant": _montant,
    "mois": _mois,
    "annee": _annee,
    "oui-non": _oui_non,
    "choix": _choix,
    "telephone": _telephone,
    "nir": _nir,
}


def lire(cellule: object, colonne: Colonne, jour: dt.date) -> Any:
    """Return what a cell means, None for an empty one that may be. Raise Faux."""
    # Signs that show nothing leave nothing.
    if texte(cellule).strip():
        return LECTEURS[colonne.type](cellule, colonne, jour)
    if colonne.facultatif:
        return None
    raise Faux(
        colonne.vide
        or "Cette cellule est vide. Si elle vient d’une formule, enregistrez le classeur après l’avoir calculé."
    )
