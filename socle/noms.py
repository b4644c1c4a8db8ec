"""A person's name: one folding, one comparison, for every search, duplicate, right and identifiant.

A certain answer merges or designates somebody: it asks for the same names and the same whole birth date. A near one is
for a person to decide, and is never told as « aucune ». Twins, homonyms and the two spouses of a couple stay apart.
"""

import enum
import itertools
import re
import string
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from socle import naissances
from socle.alphabets import a_l_oreille, en_latin, est_latin, romanisations
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
_MENTIONS = frozenset({
    "ne", "nee", "ep", "epx", "epse", "epouse", "vve", "veuve", "veuf", "div", "divorce", "divorcee", "dit", "dite", "alias",
})  # fmt: skip
# How passports and foreign registers write a letter that has a mark: both writings are the same name.
_TRANSCRITES = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ð": "dh", "ŋ": "n", "ə": "a",
    "ş": "sh", "ș": "sh", "š": "sh", "č": "ch", "ž": "zh", "ğ": "gh", "đ": "dj",
}  # fmt: skip
_SEPARES = re.compile(r"[\s(),;/]+")
_MOT = re.compile(r"[^\W_]+")
# From so many letters on, one slip, then two, leave a name near: shorter, they make other families.
_LETTRES_MIN = (4, 7)
IDENTIFIANT_MAX = 50
# What papers write for a person who has one name only: it says nothing of a first name, and contradicts none.
SANS_PRENOM = "snp"
_SANS_PRENOM = frozenset({SANS_PRENOM, "sansprenom", "inconnu", "inconnue"})
# Kept with a birth date where a name is of another alphabet than the Latin one.
AUTRE_ALPHABET = "~"
# Said before a name, never of it; « m » alone may also be a letter of the name, further on.
_CIVILITES = frozenset({"m", "mr", "mme", "mlle", "madame", "monsieur", "mademoiselle"})
# Written in one in a part: a name of more words is taken by its first ones.
_REUNIS_MAX = 10
# Of a search: more words than a name, a first name and a birth date have.
_MOTS_MAX = 6


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

    @property
    def prenom_dit(self) -> str:
        """The first name, empty where « SNP » stands for it."""
        return "" if colle(self.prenom) in _SANS_PRENOM else self.prenom


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
    porteurs = {mot for texte in (*_transcriptions(nom), *romanisations(nom)) for mot in _porteurs(texte)}
    return _formes(nom) | porteurs | {mot for texte in _transcriptions(nom) for mot in _reunis(texte)}


def _reunis(nom: str) -> set[str]:
    """The words of a part of a name written in one: « abdelkader » of « Ben Abd el-Kader », but no particles alone."""
    tous, porteurs = mots(nom)[:_REUNIS_MAX], set(_porteurs(nom))
    bouts = (
        tous[debut:fin] for debut, fin in itertools.combinations(range(len(tous) + 1), 2) if fin - debut > 1
    )
    return {"".join(bout) for bout in bouts if porteurs & set(bout)}


def _formes(nom: str) -> set[str]:
    """The joined forms of a name, and of its writings in Latin letters, which make it near, never certain."""
    return set().union(ecritures(nom), *map(ecritures, romanisations(nom)))


def sons(nom: str) -> set[str]:
    """Return how a name and its words sound, consonants alone: what brings near its writings in two alphabets."""
    ecrits = {nom} if est_latin(nom) else romanisations(nom)
    dits = {mot for ecrit in ecrits for mot in cles(ecrit)}
    # Arabic writes its article in the word.
    dits |= {mot.removeprefix("al") for mot in dits if len(mot) >= _LETTRES_MIN[0] and not est_latin(nom)}
    return {son for son in map(a_l_oreille, dits) if len(son) > 1}


def cles_de(personne: Personne) -> tuple[set[str], set[str]]:
    """Return the keys of all the names of a person, and of its first names."""
    return {cle for nom in _noms_de(personne) for cle in cles(nom)}, cles(personne.prenom_dit)


def _transcriptions(nom: str) -> Iterator[str]:
    """The name as it stands, then as a passport transcribes its marked letters."""
    yield nom
    bas = unicodedata.normalize("NFC", nom.lower())
    if any(lettre in bas for lettre in _TRANSCRITES):
        yield "".join(_TRANSCRITES.get(lettre, lettre) for lettre in bas)


def comparer_noms(un: Personne, autre: Personne) -> Ressemblance:
    """Compare names and first names alone, birth dates left out."""
    nom, prenom = _noms(un, autre), _prenoms(un, autre)
    if nom is prenom is Ressemblance.CERTAINE:
        return Ressemblance.CERTAINE
    if (
        Ressemblance.DIFFERENTE not in (nom, prenom)
        or _intervertis(un, autre)
        or _noms_communs(un, autre) > 1
    ):
        return Ressemblance.PROCHE
    return Ressemblance.DIFFERENTE


def comparer(un: Personne, autre: Personne) -> Ressemblance:
    """Compare two persons: certain for the same names born on the same known day, near for what a person must decide."""
    noms = comparer_noms(un, autre)
    ici, la = un.naissance, autre.naissance
    if ici is None or la is None:
        return Ressemblance.DIFFERENTE if noms is Ressemblance.DIFFERENTE else Ressemblance.PROCHE
    complete = ici.complete and la.complete
    if ici.compatible(la):
        if noms is Ressemblance.CERTAINE and complete:
            return noms
        # Also who bears the same name and was born then; a part of it, where both know as much of the birth.
        proche = (
            noms is not Ressemblance.DIFFERENTE
            or _noms(un, autre) is Ressemblance.CERTAINE
            or (ici == la and _un_nom_commun(un, autre))
            or (complete and _deux_alphabets(un, autre))
        )
    else:
        sures = noms is Ressemblance.CERTAINE or (
            noms is Ressemblance.PROCHE
            and (_deux_alphabets(un, autre) or _sans_prenom(un, autre) or _noms_communs(un, autre) > 1)
        )
        proche = sures and ici.voisine(la)
    return Ressemblance.PROCHE if proche else Ressemblance.DIFFERENTE


def sans_civilite(morceaux: list[str]) -> list[str]:
    """Return the words of a search without the civility that may stand first."""
    dite = len(morceaux) > 1 and sans_accents(morceaux[0]).strip(".") in _CIVILITES
    return morceaux[1:] if dite else morceaux


def sans_mentions(morceaux: list[str]) -> list[str]:
    """Return the words of a search without « née » and its kind, where they stand between two others."""
    return [mot for rang, mot in enumerate(morceaux) if not (0 < rang < len(morceaux) - 1 and _mention(mot))]


def personnes_dites(saisie: str) -> list[Personne]:
    """Return whom the words of a search may designate: a name and a first name in any order, and a birth date.

    With a birth date all the words may be one name; without it, too many persons would share one of its words.
    """
    termes, naissance = _termes_et_naissance(saisie)
    coupes = [(" ".join(termes[:rang]), " ".join(termes[rang:])) for rang in range(1, len(termes))]
    dites = [Personne(nom, prenom, naissance) for un in coupes for nom, prenom in (un, un[::-1])]
    return [*dites, Personne(" ".join(termes), "", naissance)] if naissance and termes else dites


def noms_dits(saisie: str) -> list[str]:
    """Return the names that all the words of a search may be together, without birth date: « Le Goff », « Petit née Roy »."""
    termes, naissance = _termes_et_naissance(saisie)
    return [] if naissance else _noms_de(Personne(" ".join(termes)))


def porte_presque(nom: str, personne: Personne) -> bool:
    """Whether one of the names of a person, or one of its words, is `nom` with a slip or two, or in another alphabet."""
    tous = [*_noms_de(personne), personne.prenom]
    siens = {forme for un in tous for forme in _formes(un) | set(_porteurs(un)) | _reunis(un)}
    return any(_a_quelques_lettres_pres(a, b) for a, b in itertools.product(_formes(nom), siens)) or any(
        est_latin(un) != est_latin(nom) and sons(un) & sons(nom) for un in tous
    )


def _termes_et_naissance(saisie: str) -> tuple[list[str], Naissance | None]:
    """The words of a search that are no date nor a number, and its birth date."""
    dates, termes = naissances.separer(sans_civilite(saisie.split()))
    return [mot for mot in termes if mots(mot) and not mot.isdecimal()][:_MOTS_MAX], next(iter(dates), None)


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
            if _mention(mot):
                trouves.append(" ".join(courant))
                courant = []
            else:
                courant.append(mot)
        trouves.append(" ".join(courant))
    return [nom for nom in trouves if mots(nom)]


def _mention(mot: str) -> bool:
    return sans_accents(mot.replace("(e)", "e")).strip("().:") in _MENTIONS


def _sans_prenom(un: Personne, autre: Personne) -> bool:
    """Whether both bear one whole name, and one of them no known first name."""
    return not (mots(un.prenom_dit) and mots(autre.prenom_dit)) and _noms(un, autre) is Ressemblance.CERTAINE


def _prenoms(lui: Personne, elle: Personne) -> Ressemblance:
    """Compare first names: the same ones; the first of several; an initial or one of them in common is near."""
    un, autre = lui.prenom, elle.prenom
    if ecritures(un) & ecritures(autre):
        return Ressemblance.CERTAINE
    if not mots(lui.prenom_dit) or not mots(elle.prenom_dit):
        return Ressemblance.PROCHE
    # A list with commas says where the first one ends; blanks do not (« Marie Claire » may be one first name).
    premiers = [texte.split(",")[0] for texte in (un, autre)]
    if ecritures(premiers[0]) & ecritures(premiers[1]):
        return Ressemblance.CERTAINE
    ici, la = mots(un), mots(autre)
    if set(ici) & set(la) or _proches(un, autre) or _se_recoupent(un, autre) or _initiales(ici, la):
        return Ressemblance.PROCHE
    return Ressemblance.DIFFERENTE


def _deux_alphabets(un: Personne, autre: Personne) -> bool:
    """Whether a name of one and a name of the other are written in different alphabets: nobody can tell them apart."""
    ici, la = ({est_latin(nom) for nom in (*_noms_de(p), p.prenom_dit) if mots(nom)} for p in (un, autre))
    return len(ici | la) > 1


def _initiales(ici: list[str], la: list[str]) -> bool:
    """« J. », « J.-P. » and « JP » of « Jean-Pierre »."""
    for courts, longs in ((ici, la), (la, ici)):
        if len(courts) == 1 < len(longs) and courts[0] == "".join(mot[0] for mot in longs):
            return True
    return any(len(mot) == 1 for mot in (*ici, *la)) and all(
        a[0] == b[0] and (1 in (len(a), len(b)) or a == b) for a, b in zip(ici, la, strict=False)
    )


def _proches(un: str, autre: str) -> bool:
    """Whether two names share a word, or one is the other with a slip, or sounds like it in another alphabet."""
    paires = list(itertools.product(_formes(un), _formes(autre)))
    if _mots_communs(un, autre) or any(_a_quelques_lettres_pres(a, b) for a, b in paires):
        return True
    if est_latin(un) == est_latin(autre):
        return False
    sons = itertools.product(
        *({*map(a_l_oreille, cles(nom)), a_l_oreille(en_latin(nom))} for nom in (un, autre))
    )
    return any(_a_quelques_lettres_pres(a, b) for a, b in sons)


def _porteurs(nom: str) -> list[str]:
    """The words that carry a name, cut at apostrophes or not: neither particles nor articles."""
    tous = dict.fromkeys((*mots(nom), *mots(sans_accents(nom).replace("'", ""))))
    return [mot for mot in tous if mot not in PARTICULES | ARTICLES and len(mot) > 1]


def _a_quelques_lettres_pres(un: str, autre: str) -> bool:
    """Whether a slip makes one of the other, two in a long name: a letter more, less, other, or two turned about."""
    court = min(len(un), len(autre))
    permis = sum(court >= seuil for seuil in _LETTRES_MIN)
    if abs(len(un) - len(autre)) > permis:
        return un == autre
    avant: list[int] = []
    derniere = list(range(len(autre) + 1))
    for i, a in enumerate(un, 1):
        ici = [i]
        for j, b in enumerate(autre, 1):
            cout = min(derniere[j] + 1, ici[-1] + 1, derniere[j - 1] + (a != b))
            if i > 1 and j > 1 and a == autre[j - 2] and b == un[i - 2]:
                cout = min(cout, avant[j - 2] + 1)
            ici.append(cout)
        avant, derniere = derniere, ici
    return derniere[-1] <= permis


def _intervertis(un: Personne, autre: Personne) -> bool:
    """Whether the name of one is the first name of the other, with a slip or cut elsewhere, and the other way round."""
    return any(
        _se_recoupent(nom, autre.prenom) and _se_recoupent(un.prenom, autre_nom)
        for nom, autre_nom in itertools.product(_noms_de(un), _noms_de(autre))
    )


def _se_recoupent(un: str, autre: str) -> bool:
    """Whether two names, or a word of each, are one with a slip or two."""
    ici, la = (_formes(nom) | set(_porteurs(nom)) for nom in (un, autre))
    return any(_a_quelques_lettres_pres(a, b) for a, b in itertools.product(ici, la))


def _un_nom_commun(un: Personne, autre: Personne) -> bool:
    """Whether they share a word that carries a name, wherever it stands, or the words of a part of a name in one."""
    paires = itertools.product(_noms_de(un), _noms_de(autre))
    return _noms_communs(un, autre) > 0 or any(_mots_communs(a, b) for a, b in paires)


def _mots_communs(un: str, autre: str) -> set[str]:
    return {*_porteurs(un), *_reunis(un)} & {*_porteurs(autre), *_reunis(autre)}


def _noms_communs(un: Personne, autre: Personne) -> int:
    """Return how many words that carry a name stand in both, wherever: who cuts a name elsewhere names the same person."""
    ici, la = (
        {mot for texte in (*_noms_de(p), p.prenom_dit) for mot in _porteurs(texte)} for p in (un, autre)
    )
    return len(ici & la)


def initiales(noms: Collection[str], cherchee: Naissance | None = None) -> set[str]:
    """Return the first letters of names beside which a birth date is kept, or beside which `cherchee` is looked for.

    A name of another alphabet is kept with a sign of its own too, that every search asks for; looked for with a whole
    date, it may be any Latin letter.
    """
    autre = any(nom and not est_latin(nom) for nom in noms)
    lettres = {nom[0] for nom in noms if nom} | ({AUTRE_ALPHABET} if autre or cherchee else set())
    return lettres | (set(string.ascii_lowercase) if autre and cherchee and cherchee.complete else set())


def identifiant(prenom: str, nom: str) -> str:
    """Return `prenom.nom` in plain ASCII letters, figures and hyphens; « compte » when no letter is left."""
    # « ŋ » is « n », one of the two letters by which a search finds it: « nggoma » is nobody's name.
    lus = (en_latin(re.sub("ŋ", "n", texte, flags=re.IGNORECASE)) for texte in (prenom, nom))
    simples = (sans_accents(texte).replace("'", "") for texte in lus)
    morceaux = ("-".join(mot for mot in mots(texte) if mot.isascii()) for texte in simples)
    return ".".join(filter(None, morceaux))[:IDENTIFIANT_MAX].rstrip(".-") or "compte"
