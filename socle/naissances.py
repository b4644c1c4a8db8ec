"""A birth date as it is known (D-26): its day may be unknown, or its day and its month. Nothing is ever guessed."""

import calendar
import datetime as dt
import itertools
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS

from socle.ecriture import pour_juger, sans_accents

PREMIERE_ANNEE = 1900
_INVALIDE = "Écrivez la date sous la forme jour, mois, année : 27/03/1985. Jour ou mois inconnu : 00/03/1985, ou 1985."
_DEBUTS_DE_MOIS = (
    "janv", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec",
)  # fmt: skip
_INCONNU = r"0{1,2}|[x?_*-]{1,2}"
_ENTRE = r"(?: ?[/.,|\\-]{1,2} ?| )"
# What papers and persons write before a date.
_AVANT = re.compile(
    r"^(?:date de naissance|ddn|nee?(?:\(e\))?)?[ :]*(?:(?:le|en)\b)?[ :]*(?:(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche) )?(?:premier(?= [a-z]))?"
)
_FORMES = tuple(
    re.compile(forme)
    for forme in (
        rf"(?P<j>\d{{1,2}}|{_INCONNU})(?:er)?{_ENTRE}(?P<m>\d{{1,2}}|{_INCONNU}){_ENTRE}(?P<a>\d+)(?: 0?0:[0:]+)?",
        rf"(?P<a>\d{{4}}){_ENTRE}(?P<m>\d{{1,2}}|{_INCONNU}){_ENTRE}(?P<j>\d{{1,2}}|{_INCONNU})(?:[t ][\d:.]+z?)?",
        rf"(?P<m>\d{{1,2}}|{_INCONNU}) ?[/. -] ?(?P<a>\d{{4}})",
        r"(?P<a>\d{4})[/.-](?P<m>\d{1,2})",
        r"(?P<a>(?:19|20)\d{2})(?P<m>0\d|1[0-2])(?P<j>[0-3]\d)",
        r"(?P<j>\d{2})(?P<m>\d{2})(?P<a>\d{4})",
        r"(?:(?:vers|environ|env\.?|presumee?|circa) )?(?:en |l'annee )?(?P<a>\d{4})",
        rf"(?:(?P<j>\d{{1,2}}|{_INCONNU})(?: ?er)?[ /.-]*)?(?P<mot>(?:{'|'.join(_DEBUTS_DE_MOIS)})[a-z]*)[ /.,-]*(?P<a>\d+)",
    )
)


@dataclass(frozen=True)
class Naissance:
    """A birth date: the year, the month when it is known, the day when it is too. `ValueError` for what is no date."""

    annee: int
    mois: int | None = None
    jour: int | None = None

    def __post_init__(self) -> None:
        if self.jour and not self.mois:
            raise ValueError("un jour sans mois")
        dt.date(self.annee, self.mois or 1, self.jour or 1)

    @classmethod
    def du(cls, jour: dt.date) -> "Naissance":
        """Return the birth date of a whole date."""
        return cls(jour.year, jour.month, jour.day)

    @classmethod
    def fromisoformat(cls, texte: str) -> "Naissance":
        """Return what `isoformat` wrote: « 1960 », « 1960-05 » or « 1960-05-12 »."""
        return cls(*(int(morceau) for morceau in texte.split("-")))

    @classmethod
    def de(cls, texte: str | None) -> "Naissance | None":
        """Return the birth date of a kept form, None when nothing was kept."""
        return cls.fromisoformat(texte) if texte else None

    def isoformat(self) -> str:
        """Return the form that is kept and exchanged, as ISO 8601 writes a date of reduced precision."""
        return "-".join([f"{self.annee:04}", *(f"{n:02}" for n in (self.mois, self.jour) if n)])

    @property
    def complete(self) -> bool:
        """Whether the day is known."""
        return self.jour is not None

    @property
    def premiere(self) -> dt.date:
        """The first day on which it may be."""
        return dt.date(self.annee, self.mois or 1, self.jour or 1)

    @property
    def derniere(self) -> dt.date:
        """The last day on which it may be."""
        mois = self.mois or 12
        return dt.date(self.annee, mois, self.jour or calendar.monthrange(self.annee, mois)[1])

    def compatible(self, autre: "Naissance") -> bool:
        """Whether what is known of both does not disagree."""
        paires = ((self.annee, autre.annee), (self.mois, autre.mois), (self.jour, autre.jour))
        return all(un is None or deux is None or un == deux for un, deux in paires)

    def possibles(self) -> set[str]:
        """Return the kept form of every birth date that does not disagree with this one."""
        jours = range((self.derniere - self.premiere).days + 1)
        formes = [(self.premiere + dt.timedelta(days=rang)).isoformat() for rang in jours]
        return {forme[:fin] for forme in formes for fin in (4, 7, 10)}

    def voisine(self, autre: "Naissance") -> bool:
        """Whether one is the other with a slip: day and month changed about, one of the three wrong, a year given about."""
        moi, lui = ((d.annee, d.mois, d.jour) for d in (self, autre))
        if moi == (lui[0], lui[2], lui[1]):
            return True
        if not (self.complete or autre.complete):
            return abs(self.annee - autre.annee) == 1
        return self.complete and autre.complete and sum(a != b for a, b in zip(moi, lui, strict=True)) == 1

    @property
    def saisie(self) -> str:
        """As a field gives it back: « 27/03/1985 », « 03/1985 », « 1985 »."""
        return "/".join([*(f"{n:02}" for n in (self.jour, self.mois) if n), f"{self.annee:04}"])

    def __str__(self) -> str:
        """As screens and papers show it."""
        if self.complete:
            return self.saisie
        return f"{self.saisie} ({'jour' if self.mois else 'jour et mois'} inconnu{'' if self.mois else 's'})"

    def en_lettres(self) -> str:
        """As a sentence says it: « 1er mai 1958 », « mai 1958 », « 1958 »."""
        jour = "1er" if self.jour == 1 else str(self.jour or "")
        return " ".join(filter(None, (jour, str(MONTHS[self.mois]) if self.mois else None, str(self.annee))))


def lire(saisie: str, aujourd_hui: dt.date) -> Naissance:
    """Return the birth date that `saisie` says, in any obvious writing.

    `aujourd_hui`: the day in the zone of the caisse, the last one on which a person may be born. Raise
    ValidationError for what is no date, lies ahead, is too old, or gives a year in two figures.
    """
    texte = " ".join(sans_accents(pour_juger(saisie)).split()).strip(" .,;()")
    texte = _AVANT.sub(lambda vu: "1 " * vu[0].endswith("premier"), texte)
    naissance = _lire(texte)
    if naissance.premiere > aujourd_hui:
        raise ValidationError("La date de naissance ne peut pas être dans le futur.", code="futur")
    if naissance.annee < PREMIERE_ANNEE:
        raise ValidationError("Vérifiez l’année de naissance : elle est trop ancienne.", code="ancienne")
    return naissance


def lue_ou_rien(saisie: str) -> Naissance | None:
    """Return the birth date that a word of a search says, None for any other word."""
    try:
        return lire(saisie, dt.date.max)
    except ValidationError:
        return None


def separer(morceaux: list[str]) -> tuple[list[Naissance], list[str]]:
    """Return the birth dates that the words of a search say, in one or in three (« 12 mars 1971 »), and the other words."""
    dates: list[Naissance] = []
    mots: list[str] = []
    while morceaux:
        pris = 3 if morceaux[0][0].isdecimal() and lue_ou_rien(" ".join(morceaux[:3])) else 1
        if lue := lue_ou_rien(" ".join(morceaux[:pris])):
            dates.append(lue)
        else:
            mots.append(morceaux[0])
        morceaux = morceaux[pris:]
    return dates, mots


def exiger_les_annees(saisie: str) -> None:
    """Raise ValidationError for a birth date whose year is short, among the words of a search: it would find nobody."""
    morceaux = saisie.split()
    for debut, pris in itertools.product(range(len(morceaux)), (1, 3)):
        try:
            lire(" ".join(morceaux[debut : debut + pris]), dt.date.max)
        except ValidationError as refus:
            if refus.code == "annee":
                raise


def _lire(texte: str) -> Naissance:
    trouvee = next((t for forme in _FORMES if (t := forme.fullmatch(texte))), None)
    if trouvee is None:
        raise ValidationError(_INVALIDE, code="invalid")
    morceaux = trouvee.groupdict()
    if len(morceaux["a"]) != 4:
        raise ValidationError("Écrivez l’année avec ses quatre chiffres, par exemple 1958.", code="annee")
    try:
        mois = _mois(morceaux["mot"]) if morceaux.get("mot") else _nombre(morceaux.get("m"))
        jour = _nombre(morceaux.get("j"))
        if jour and not mois:
            # Nor is the day dropped without a word: it may be the month, typed at the wrong place.
            seule = f"s’il est inconnu, écrivez l’année seule : {morceaux['a']}"
            autre = f" ; si {jour} est le mois : 00/{jour:02}/{morceaux['a']}" if jour <= 12 else ""
            raise ValidationError(f"Le mois de naissance manque. Indiquez-le ; {seule}{autre}.", code="mois")
        return Naissance(int(morceaux["a"]), mois, jour)
    except ValueError:
        raise ValidationError(f"Cette date n’existe pas. {_INVALIDE}", code="invalid") from None


def _nombre(morceau: str | None) -> int | None:
    """A day or a month; None when it is said to be unknown, as « 00 », « 99 » or « ?? »."""
    return int(morceau) if morceau and morceau.isdecimal() and int(morceau) not in (0, 99) else None


def _mois(mot: str) -> int:
    trouves = [rang for rang, debut in enumerate(_DEBUTS_DE_MOIS, 1) if mot.startswith(debut)]
    complets = [sans_accents(str(MONTHS[rang])) for rang in trouves]
    if not trouves or not complets[0].startswith(mot):
        raise ValueError(mot)
    return trouves[0]
