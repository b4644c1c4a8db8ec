"""The guard of texts (D-03, D-04): what no field may hold, and what asks for a second look.

A NIR is weighed by its key, by the way it is cut, and by the nearest cue word: a certain one is refused, a doubtful one
is asked about. Without its key and without a cue, thirteen figures are only asked about: a meter or a lot has as many.
Bank accounts, cards and what tells somebody's health are asked about. Dates, telephones and SIRET are read first, so that
they are never taken for a NIR. Nothing of what was typed is ever logged. The browser says the same while one types
(static/portail/garde.js), from the same patterns: they hold no look-behind.
"""

import bisect
import functools
import re
import string
from collections.abc import Iterator
from typing import NamedTuple

from stdnum import iban, luhn, numdb

from socle.ecriture import lettres_sans_decomposition, pour_juger, sans_accents, suites_de_chiffres
from socle.formes_sante import FORMES, FORMES_AUTRES_SENS, NOMS_PROPRES
from socle.lexique_sante import AUTRES_SENS, EXPRESSIONS, FINS, MOTS, PAS_SANTE, RACINES

# At most eight signs that are neither figures nor letters between two signs of a number: the boxes of a form, a table.
_SEP = r"[^0-9a-z]{0,8}"
# Sex (with the waiting numbers), year, month, département (Corsica by letter), commune, order; then the key.
_TREIZE = _SEP.join([r"[1-478]", *[r"\d"] * 5, r"[\dab]", *[r"\d"] * 6])
_QUINZE = rf"{_TREIZE}(?:{_SEP}clef?)?{_SEP}\d{_SEP}\d"
_CLE = re.compile("clef?")
_NIR_15, _NIR_13 = re.compile(_QUINZE), re.compile(_TREIZE)
_COUPES = {1, 3, 5, 7, 10, 13}  # where a NIR is usually cut
_SANS_DEPARTEMENT = ("979", "980", "981", "982", "983")
_JOUR, _MOIS = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
# What is no NIR, read from the start of a number: dates, telephones, SIRET.
_AUTRES_NOMBRES = re.compile(
    rf"{_JOUR} ?[/.\- ] ?{_MOIS} ?[/.\- ] ?(?:19|20)\d\d(?!\d)"
    rf"|{_JOUR}[/.\-]{_MOIS}[/.\-]\d\d(?![/.\- ]?\d)"
    rf"|(?:19|20)\d\d[/.\-]{_MOIS}[/.\-]{_JOUR}(?!\d)"
    r"|0[1-9](?:[ .\-/]?\d\d){4}(?!\d)"
    r"|(?:00)?(?:33|262|59[046]|508|68[79])[ .\-]?(?:\(0\))?[ .\-]?[1-9](?:[ .\-]?\d){8}(?!\d)"
    r"|\d{3} \d{3} \d{3} \d{5}(?!\d)"
)
# What says that a number is a NIR, and what says that it is another one: the nearest is believed.
_INDICE = re.compile(
    r"(?:^|[^a-z])(?:nir|nia|nss|n\.i\.r|ss|s\.s|secu|securite sociale|immatricul\w*|matricule|vitale|insee|n[o°]? ?ss"
    r"|num\w* (?:d.)?assure|assure(?:e|s|es)?(?=[^a-z0-9]{1,3}(?:n[^a-z0-9]{0,3})?\d))(?![a-z])"
)
_AUTRE_INDICE = re.compile(
    r"(?:^|[^a-z])(?:compteurs?|index|lots?|cadastr\w*|parcelles?|dossiers?|ref|references?|ean|gtin|isbn|code.barres?"
    r"|creances?|factures?|commandes?|contrats?|colis|recommandes?|mandats?|siren|siret|euros?|eur|kwh|imp"
    r"|adherent\w*|mutuelles?)(?![a-z])|€"
)
_INDICES = ((_INDICE, 1), (_AUTRE_INDICE, -1))
_PORTEE_AVANT, _PORTEE_APRES = 45, 25
_DATE = re.compile(r"\d\d?[/.]\d\d?[/.](?:19|20)\d\d(?!\d)")
# What stands for a blank in a copied page, and letters typed for figures, beside figures.
_ENTITE = re.compile(r"&(?:nbsp|thinsp|ensp|emsp|#160|#8239|#xa0|#x202f);?")
_CONFONDUES = str.maketrans("oli", "011")
_CHIFFRES_MAL_TAPES = re.compile(
    r"(^|[^0-9a-z])([oli]*\d[0-9oliab]*|(?:[oli]|[oli]o|o[oli]|ll|ii)(?=[ .\-/]{1,3}[0-9oli]*\d))(?![0-9a-z])"
)
# Figures said in words, « un quatre-vingt-cinq zéro quatre »: read where they would make a NIR, alone or among figures.
_VALEURS = {
    mot: valeur
    for valeur, mots in (
        *enumerate(["zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"]),
        (20, "vingt vingts"), (30, "trente"), (40, "quarante"), (50, "cinquante"), (60, "soixante"), (70, "septante"),
        (80, "huitante octante"), (90, "nonante"), (100, "cent cents"),
    )
    for mot in mots.split()
}  # fmt: skip
_NOMBRE_DIT = "|".join(sorted(_VALEURS, key=len, reverse=True))
_DIT = rf"(?:(?:{_NOMBRE_DIT})(?![a-z])|\d+)"
_NOMBRES_DITS = re.compile(rf"(^|[^0-9a-z])({_DIT}(?:(?:{_SEP}|{_SEP}et{_SEP}){_DIT}){{3,}})(?![0-9a-z])")
_NOMBRE_OU_CHIFFRES = re.compile(r"\d+|[a-z]+")
_HORS_SIGNES = re.compile(r"[^0-9a-z]+")
_NOMBRE = re.compile(r"\d+")
_FINIT_PAR_UN_CHIFFRE = re.compile(rf"\d{_SEP}\Z")
_COMMENCE_PAR_UN_CHIFFRE = re.compile(rf"{_SEP}\d")
# Each number starts after what is neither a letter nor a figure.
_IBAN = re.compile(r"(?:^|[^0-9a-z])([a-z]{2}\d{2}(?:[ .-]?[0-9a-z]){11,30})")
_CARTE = re.compile(
    r"(?:^|[^0-9a-z])([3-6]\d{3}(?:[ .-]?\d{4}){3}|3[47]\d\d[ .-]?\d{6}[ .-]?\d{5})(?![ .-]?\d)"
)
_MOT = re.compile(r"[a-z0-9]+")
_EPELE = re.compile(r"(?: [a-z](?= )){3,}")
_FORMES, _FORMES_AUTRES_SENS = re.compile(FORMES), re.compile(FORMES_AUTRES_SENS)
_NOMS_PROPRES = re.compile(NOMS_PROPRES)
# Each after its first word: what does not begin in a text is not looked for in it.
_AUTRES_SENS = [(dits.partition(" ")[0], f" {dits} ") for dits in AUTRES_SENS]
_EXPRESSIONS = frozenset(EXPRESSIONS)
_LONGUEURS: dict[str, set[int]] = {}  # first word -> how many words the expressions have that begin so
for dits in EXPRESSIONS:
    _LONGUEURS.setdefault(dits.partition(" ")[0], set()).add(dits.count(" ") + 1)

MESSAGE_NIR = (
    "Ce texte semble contenir un numéro de sécurité sociale. Retirez-le : la caisse retrouve la personne avec son nom, "
    "son prénom et sa date de naissance."
)
# What asks for a confirmation: code -> what the user reads.
ALERTES = {
    "nir_possible": "un nombre qui ressemble à un numéro de sécurité sociale",
    "iban": "un numéro de compte bancaire (IBAN) : joignez plutôt le RIB comme pièce",
    "carte": "un numéro de carte bancaire",
    "sante": "une information de santé",
}
PHRASE_ALERTE = "Ce texte semble contenir {}. Retirez-le s’il n’est pas indispensable"


class Jugement(NamedTuple):
    """All that was found at once: whether a NIR is refused, and the codes of what asks for a confirmation."""

    nir: bool
    alertes: list[str]


def phrase_alerte(codes: list[str]) -> str:
    """Say what a text seems to hold."""
    return PHRASE_ALERTE.format(" et ".join(ALERTES[code] for code in codes))


def juger(texte: str, *, sante: bool = True) -> Jugement:
    """Judge a text. `sante`: whether it may speak of a person, so that health words ask for a confirmation (D-04)."""
    plie = _ENTITE.sub(" ", sans_accents(texte))
    comptes = [place for trouve in _IBAN.finditer(plie) if (place := _iban(trouve))]
    cartes = any(luhn.is_valid(_signes(trouve[1])) for trouve in _CARTE.finditer(plie))
    certain, douteux = _chercher_nir(_en_chiffres(_chiffres_bien_tapes(plie)), comptes)
    alertes = {
        "nir_possible": douteux and not certain,
        "iban": bool(comptes),
        "carte": cartes,
        "sante": sante and _parle_de_sante(sans_accents(_sans_noms(texte))),
    }
    return Jugement(certain, [code for code, vu in alertes.items() if vu])


def contient_un_nir(texte: str) -> bool:
    """Return whether `texte` holds a certain NIR, with or without its key, however it is written (D-03)."""
    return juger(texte, sante=False).nir


def alertes(texte: str) -> list[str]:
    """Return the codes of what a text about a person seems to hold and should not (D-04), without saying where."""
    return juger(texte).alertes


def _signes(morceau: str) -> str:
    return _HORS_SIGNES.sub("", morceau)


def _chiffres_bien_tapes(plie: str) -> str:
    """« O5 », « l23 », « l 58 »: the figures that were meant."""
    return _CHIFFRES_MAL_TAPES.sub(lambda vu: vu[1] + vu[2].translate(_CONFONDUES), plie)


def _en_chiffres(plie: str) -> str:
    """« un quatre-vingt-cinq zero quatre »: in figures what is said in words, where as many as a NIR has are said."""
    return _NOMBRES_DITS.sub(lambda vu: vu[1] + _chiffres_dits(vu[2]), plie)


def _chiffres_dits(texte: str) -> str:
    mots = [mot for mot in _NOMBRE_OU_CHIFFRES.findall(texte) if mot != "et"]
    groupes: list[str] = []
    cours: int | None = None
    for mot in mots:
        valeur = _VALEURS.get(mot)
        somme = None if cours is None or valeur is None else _ajouter(cours, valeur)
        if cours is not None and somme is None:
            groupes.append(str(cours))
        cours = valeur if somme is None else somme
        if valeur is None:
            groupes.append(mot)
    groupes += [] if cours is None else [str(cours)]
    lus = " ".join(groupes)
    dits = sum(mot in _VALEURS for mot in mots)
    return lus if dits > 1 and len(_signes(lus)) >= 13 and "/" not in texte else texte


def _ajouter(cours: int, valeur: int) -> int | None:
    """Return the number that a next word makes of one being said (« quatre » « vingt »: 80), None when it begins another."""
    if valeur == 100:
        return cours * 100 if 2 <= cours <= 9 else None
    if valeur == 20 and cours % 100 == 4:
        return cours + 76
    reste = cours % 100
    suit = (
        (cours >= 100 and reste == 0)
        or (reste in (60, 80) and 1 <= valeur <= 16)
        or (reste >= 20 and reste % 10 == 0 and 1 <= valeur <= 9)
        or (reste in (10, 70, 90) and 7 <= valeur <= 9)
    )
    return cours + valeur if suit and valeur else None


class _Texte:
    """A folded text, with where its cue words stand."""

    def __init__(self, texte: str) -> None:
        self.texte = texte
        vus = [(trouve.span(), sens) for forme, sens in _INDICES for trouve in forme.finditer(texte)]
        self.fins = sorted((fin, sens) for (_, fin), sens in vus)
        self.debuts = sorted((debut, -sens) for (debut, _), sens in vus)

    def indice_pres_de(self, debut: int, fin: int) -> int:
        """Return what the nearest cue says: 1 a NIR, -1 another number, 0 none is near."""
        avant, apres = bisect.bisect_right(self.fins, (debut, 1)), bisect.bisect_left(self.debuts, (fin, -1))
        proches = [
            (debut - place, -sens)
            for place, sens in self.fins[max(0, avant - 1) : avant]
            if debut - place <= _PORTEE_AVANT
        ]
        proches += [
            (place - fin, sens)
            for place, sens in self.debuts[apres : apres + 1]
            if place - fin <= _PORTEE_APRES
        ]
        return -min(proches, default=(0, 0))[1]


def _chercher_nir(plie: str, ailleurs: list[tuple[int, int]]) -> tuple[bool, bool]:
    """Read the numbers of a folded text from left to right; return whether a certain NIR, and a doubtful one, stand in it."""
    texte, douteux, fin = _Texte(plie), False, 0
    for trouve in _NOMBRE.finditer(plie):
        debut = trouve.start()
        if debut < fin:
            continue
        if autre := _AUTRES_NOMBRES.match(plie, debut):
            fin = autre.end()
            continue
        if compte := next((apres for avant, apres in ailleurs if avant <= debut < apres), 0):
            fin = compte
            continue
        poids = max(_peser(texte, forme.match(plie, debut), fin) for forme in (_NIR_15, _NIR_13))
        if poids == 2:
            return True, True
        douteux = douteux or poids == 1
    return False, douteux


def _peser(texte: _Texte, candidat: re.Match[str] | None, suite: int) -> int:
    """Return 2 for a certain NIR, 1 for a doubtful one, 0 for another number. `suite`: where the last other number ended."""
    if candidat is None or not _plausible(nir := _signes(_CLE.sub("", candidat[0]))):
        return 0
    debut, fin = candidat.span()
    avant, apres = texte.texte[max(suite, debut - 4) : debut], texte.texte[fin : fin + 4]
    if _DATE.search(candidat[0]):
        return 0
    juste = len(nir) == 15 and _cle_juste(nir)
    if apres[:1].isdecimal():
        # Stuck to another number: its key alone tells it.
        return int(juste)
    indice = texte.indice_pres_de(debut, fin)
    if indice > 0:
        return 2
    if re.search(r"[a-z+]\Z", avant) or re.match("[a-z]", apres):
        return 2 if juste else 0
    seul = not _FINIT_PAR_UN_CHIFFRE.search(avant) and not _COMMENCE_PAR_UN_CHIFFRE.match(apres)
    coupes = _coupes(candidat[0])
    usuel = coupes <= _COUPES
    if juste:
        return 2 if usuel or seul else 1
    comme_sur_une_carte = usuel and len(coupes) >= 5
    if not seul:
        # Beside a date, a telephone, another NIR: in one, or cut as on a card.
        return int(comme_sur_une_carte or not coupes)
    # Cut group by group as on a card, with a slip in it.
    return 2 if len(nir) == 15 and comme_sur_une_carte and not indice else 1


def _plausible(nir: str) -> bool:
    """Whether sex, month, département, commune and order may stand in a NIR, and its key."""
    mois, departement = int(nir[3:5]), nir[5:7]
    if departement[1].isalpha() and departement not in ("2a", "2b"):
        return False
    # Unknown months are 20, 30 to 42, 50 and over. Overseas, the third figure says which département.
    if not (1 <= mois <= 12 or mois == 20 or 30 <= mois <= 42 or mois >= 50):
        return False
    if nir[5:8] in _SANS_DEPARTEMENT or departement == "00" or "000" in (nir[7:10], nir[10:13]):
        return False
    return len(nir) == 13 or 1 <= int(nir[13:]) <= 97


def _cle_juste(nir: str) -> bool:
    departement = {"2a": "19", "2b": "18"}.get(nir[5:7], nir[5:7])
    return 97 - int(nir[:5] + departement + nir[7:13]) % 97 == int(nir[13:])


def _coupes(morceau: str) -> set[int]:
    """After how many signs a number is cut."""
    coupes, signes = set(), 0
    for bloc in re.findall(r"[0-9ab]+", _CLE.sub(" ", morceau)):
        signes += len(bloc)
        coupes.add(signes)
    return coupes - {signes}


def _iban(trouve: re.Match[str]) -> tuple[int, int] | None:
    """Return where a real account number stands. The match is greedy: words may follow it."""
    compact = _signes(trouve[1])
    longueur = longueurs_iban().get(compact[:2].upper(), 0)
    if not longueur or longueur > len(compact) or not iban.is_valid(compact[:longueur]):
        return None
    rangs = [rang for rang, signe in enumerate(trouve[1]) if signe.isalnum()]
    return trouve.start(1), trouve.start(1) + rangs[longueur - 1] + 1


def _parle_de_sante(texte: str) -> bool:
    mots = _MOT.findall(texte)
    phrase, presents = f" {' '.join(mots)} ", set(mots)
    for premier, sens in _AUTRES_SENS:
        if premier in presents:
            phrase = phrase.replace(sens, " ")
    if _FORMES.search(phrase):
        return True
    phrase = _FORMES_AUTRES_SENS.sub("", phrase)
    mots = phrase.split()
    return any(map(_mot_de_sante, {*mots, *_epeles(phrase)})) or any(
        " ".join(mots[rang : rang + nombre]) in _EXPRESSIONS
        for rang, mot in enumerate(mots)
        for nombre in _LONGUEURS.get(mot, ())
    )


def _sans_noms(texte: str) -> str:
    """A text without the names of persons, streets and associations: « Mme Sida », « rue de l’Asthme »."""
    return _NOMS_PROPRES.sub(" ", pour_juger(texte))


def _epeles(phrase: str) -> Iterator[str]:
    """« d i a b e t e », « h i v »: the words that letters make, whatever single letter stands before."""
    for trouve in _EPELE.finditer(phrase):
        mot = trouve[0].replace(" ", "")
        yield from (mot[rang:] for rang in range(min(3, len(mot) - 2)))


def _mot_de_sante(mot: str) -> bool:
    """A word of the lists, one that begins as a name of disease or drug, or that ends as one."""
    if mot in MOTS:
        return True
    if mot in PAS_SANTE or len(mot) < 4:
        return False
    place = bisect.bisect_right(RACINES, mot)
    if place and mot.startswith(RACINES[place - 1]):
        return True
    return mot.removesuffix("s").endswith(FINS)


@functools.cache
def longueurs_iban() -> dict[str, int]:
    """Return country -> length of its IBAN, as the library that judges them knows it."""
    registre, lettres = numdb.get("iban"), string.ascii_uppercase
    longueurs = {}
    for pays in (premiere + seconde for premiere in lettres for seconde in lettres):
        _, connu = registre.info(pays)[0]
        if "bban" in connu:
            longueurs[pays] = 4 + sum(int(n) for n in re.findall(r"(\d+)!", connu["bban"]))
    return longueurs


@functools.cache
def pour_le_navigateur() -> dict[str, object]:
    """Return what static/portail/garde.js needs to say the same while one types: these very patterns and words."""
    return {
        "nir": [_QUINZE, _TREIZE],
        "coupes": sorted(_COUPES),
        "autres_nombres": _AUTRES_NOMBRES.pattern,
        "date": _DATE.pattern,
        "sans_departement": _SANS_DEPARTEMENT,
        "nombres_dits": _NOMBRES_DITS.pattern,
        "valeurs": _VALEURS,
        "entite": _ENTITE.pattern,
        "mal_tapes": _CHIFFRES_MAL_TAPES.pattern,
        "indice": _INDICE.pattern,
        "autre_indice": _AUTRE_INDICE.pattern,
        "portee": [_PORTEE_AVANT, _PORTEE_APRES],
        "separateurs": _SEP,
        "iban": _IBAN.pattern,
        "iban_longueurs": longueurs_iban(),
        "carte": _CARTE.pattern,
        "chiffres": suites_de_chiffres(),
        "lettres": lettres_sans_decomposition(),
        "racines": RACINES,
        "fins": FINS,
        "mots": sorted(MOTS),
        "pas_sante": sorted(PAS_SANTE),
        "expressions": EXPRESSIONS,
        "autres_sens": AUTRES_SENS,
        "formes": FORMES,
        "formes_autres_sens": FORMES_AUTRES_SENS,
        "noms_propres": NOMS_PROPRES,
        "epele": _EPELE.pattern,
        "message_nir": MESSAGE_NIR,
        "alertes": ALERTES,
        "phrase": PHRASE_ALERTE,
    }
