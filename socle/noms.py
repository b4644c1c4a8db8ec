"""A person's name: one folding, one comparison, for every search, duplicate, right and identifiant.

A certain answer merges or designates somebody: it asks for the same names and the same whole birth date. A near one is
for a person to decide, and is never told as « aucune ». Twins, homonyms and the two spouses of a couple stay apart.
"""

import enum
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from socle.ecriture import sans_accents
from socle.naissances import Naissance

# What names carry or leave out: « de la Tour », « d’Angelo », « El Amrani », « van den Berg ».
PARTICULES = frozenset({
    "a", "al", "ap", "d", "da", "das", "de", "degli", "dei", "del", "della", "den", "der", "des", "di", "do", "dos",
    "du", "e", "el", "l", "of", "op", "ter", "ul", "van", "ver", "von", "vom", "y", "zu", "zum", "zur",
})  # fmt: skip
# Also family names by themselves: « Le Roux » and « Roux » are two families until somebody says otherwise.
ARTICLES = frozenset({
    "la", "las", "le", "les", "los", "ben", "ibn", "bin", "bint", "bou", "abd", "ould", "mac", "mc", "st", "ste",
})  # fmt: skip
_MENTIONS = frozenset(
    [
        "ne",
        "nee",
        "ep",
        "epx",
        "epouse",
        "vve",
        "veuve",
        "veuf",
        "div",
        "divorce",
        "divorcee",
        "dit",
        "dite",
        "alias",
    ]
)
# How passports and foreign registers write a letter that has a mark: both writings are the same name.
_TRANSCRITES = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ð": "dh", "ŋ": "n", "ə": "a",
    "ş": "sh", "ș": "sh", "š": "sh", "č": "ch", "ž": "zh", "ğ": "gh", "đ": "dj",
}  # fmt: skip
_SEPARES = re.compile(r"[\s(),;/]+")
_MOT = re.compile(r"[^\W_]+")
_LETTRES_MIN = 4
IDENTIFIANT_MAX = 50


class Ressemblance(enum.Enum):
    """What two writings say: one person, perhaps one, two."""

    CERTAINE = "certaine"
    PROCHE = "proche"
    DIFFERENTE = "differente"


@dataclass(frozen=True)
class Personne:
    """Who a writing designates. `nom` may hold several names (« Durand épouse Martin »); `usage` is the used name."""

    nom: str
    prenom: str = ""
    naissance: Naissance | None = None
    usage: str = ""


def mots(nom: str) -> list[str]:
    """Return the words of a name: plain letters, cut at blanks, hyphens and apostrophes."""
    return _MOT.findall(sans_accents(nom))


def colle(nom: str) -> str:
    """Return a name as one word of plain letters, all its particles kept: « N’Guyen » is « nguyen »."""
    return "".join(mots(nom))


def ecritures(nom: str) -> set[str]:
    """Return the joined forms of a name that designate the same one: with its particles or not, letters transcribed."""
    formes = set()
    for texte in _transcriptions(nom):
        tous = mots(texte)
        utiles = [mot for mot in tous if mot not in PARTICULES] or tous
        formes |= {"".join(tous), "".join(utiles)}
    return formes - {""}


def cles(nom: str) -> set[str]:
    """Return the words under which a name is kept and looked for: whole in every writing, and each that carries it."""
    return ecritures(nom) | {mot for texte in _transcriptions(nom) for mot in _porteurs(texte)}


def cles_de(personne: Personne) -> tuple[set[str], set[str]]:
    """Return the keys of all the names of a person, and of its first names."""
    return {cle for nom in _noms_de(personne) for cle in cles(nom)}, cles(personne.prenom)


def _transcriptions(nom: str) -> Iterator[str]:
    """The name as it stands, then as a passport transcribes its marked letters."""
    yield nom
    bas = unicodedata.normalize("NFC", nom.lower())
    if any(lettre in bas for lettre in _TRANSCRITES):
        yield "".join(_TRANSCRITES.get(lettre, lettre) for lettre in bas)


def comparer_noms(un: Personne, autre: Personne) -> Ressemblance:
    """Compare names and first names alone, birth dates left out."""
    nom, prenom = _noms(un, autre), _prenoms(un.prenom, autre.prenom)
    if nom is prenom is Ressemblance.CERTAINE:
        return Ressemblance.CERTAINE
    if Ressemblance.DIFFERENTE not in (nom, prenom) or _intervertis(un, autre):
        return Ressemblance.PROCHE
    return Ressemblance.DIFFERENTE


def comparer(un: Personne, autre: Personne) -> Ressemblance:
    """Compare two persons: certain for the same names born on the same known day, near for what a person must decide."""
    noms = comparer_noms(un, autre)
    ici, la = un.naissance, autre.naissance
    if ici is None or la is None:
        return Ressemblance.DIFFERENTE if noms is Ressemblance.DIFFERENTE else Ressemblance.PROCHE
    if ici.compatible(la):
        if noms is Ressemblance.CERTAINE and ici.complete and la.complete:
            return noms
        proche = noms is not Ressemblance.DIFFERENTE or (
            ici.complete and la.complete and _un_nom_commun(un, autre)
        )
    else:
        proche = noms is Ressemblance.CERTAINE and ici.voisine(la)
    return Ressemblance.PROCHE if proche else Ressemblance.DIFFERENTE


def _noms(un: Personne, autre: Personne) -> Ressemblance:
    """Compare birth and used names: one of them, whole, on both sides is enough."""
    ici, la = _noms_de(un), _noms_de(autre)
    paires = list(itertools.product(ici, la))
    if any(ecritures(a) & ecritures(b) or sorted(mots(a)) == sorted(mots(b)) != [] for a, b in paires):
        return Ressemblance.CERTAINE
    if any(_proches(a, b) for a, b in paires):
        return Ressemblance.PROCHE
    return Ressemblance.DIFFERENTE


def _noms_de(personne: Personne) -> list[str]:
    """Each name that a person bears: « Durand épouse Martin » and « Martin (née Durand) » bear two."""
    trouves: list[str] = []
    for texte in (personne.nom, personne.usage):
        courant: list[str] = []
        for mot in _SEPARES.split(texte.replace("(e)", "e")):
            if sans_accents(mot).strip(".:") in _MENTIONS:
                trouves.append(" ".join(courant))
                courant = []
            else:
                courant.append(mot)
        trouves.append(" ".join(courant))
    return [nom for nom in trouves if mots(nom)]


def _prenoms(un: str, autre: str) -> Ressemblance:
    """Compare first names: the same ones; the first of several; an initial or one of them in common is near."""
    if ecritures(un) & ecritures(autre):
        return Ressemblance.CERTAINE
    if not mots(un) or not mots(autre):
        return Ressemblance.PROCHE
    # A list with commas says where the first one ends; blanks do not (« Marie Claire » may be one first name).
    premiers = [texte.split(",")[0] for texte in (un, autre)]
    if ecritures(premiers[0]) & ecritures(premiers[1]):
        return Ressemblance.CERTAINE
    ici, la = mots(un), mots(autre)
    if set(ici) & set(la) or _proches(un, autre) or _initiales(ici, la):
        return Ressemblance.PROCHE
    return Ressemblance.DIFFERENTE


def _initiales(ici: list[str], la: list[str]) -> bool:
    return any(len(mot) == 1 for mot in (*ici, *la)) and all(
        a[0] == b[0] and (1 in (len(a), len(b)) or a == b) for a, b in zip(ici, la, strict=False)
    )


def _proches(un: str, autre: str) -> bool:
    """Whether two names share a word, or one is the other with a slip of one letter."""
    communs = set(_porteurs(un)) & set(_porteurs(autre))
    return bool(communs) or any(
        _a_une_lettre_pres(a, b) for a, b in itertools.product(ecritures(un), ecritures(autre))
    )


def _porteurs(nom: str) -> list[str]:
    """The words that carry a name: neither particles nor articles."""
    return [mot for mot in mots(nom) if mot not in PARTICULES | ARTICLES and len(mot) > 1]


def _a_une_lettre_pres(un: str, autre: str) -> bool:
    """Whether one letter more, less, other, or two turned about, makes one of the other."""
    if un == autre:
        return True
    if abs(len(un) - len(autre)) > 1 or min(len(un), len(autre)) < _LETTRES_MIN:
        return False
    debut = next(
        (i for i, (a, b) in enumerate(zip(un, autre, strict=False)) if a != b), min(len(un), len(autre))
    )
    a, b = un[debut:], autre[debut:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]


def _intervertis(un: Personne, autre: Personne) -> bool:
    """Whether the name of one is the first name of the other, and the other way round."""
    return any(
        ecritures(nom) & ecritures(autre.prenom) and ecritures(un.prenom) & ecritures(autre_nom)
        for nom, autre_nom in itertools.product(_noms_de(un), _noms_de(autre))
    )


def _un_nom_commun(un: Personne, autre: Personne) -> bool:
    """Whether any word that carries a name stands in both, wherever."""
    ici, la = ({mot for texte in (*_noms_de(p), p.prenom) for mot in _porteurs(texte)} for p in (un, autre))
    return bool(ici & la)


def identifiant(prenom: str, nom: str) -> str:
    """Return `prenom.nom` in plain ASCII letters, figures and hyphens; « compte » when no letter is left."""
    simples = (sans_accents(texte).replace("'", "") for texte in (prenom, nom))
    morceaux = ("-".join(mot for mot in mots(texte) if mot.isascii()) for texte in simples)
    return ".".join(filter(None, morceaux))[:IDENTIFIANT_MAX].rstrip(".-") or "compte"
