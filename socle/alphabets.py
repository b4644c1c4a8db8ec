"""Names of other alphabets in Latin letters: sign by sign, as French papers transcribe them, and by ear.

Several Latin writings of one name are right; none is ever certain: what they bring near is for a person to decide.
"""

import re
import unicodedata

from anyascii import anyascii

from socle.ecriture import sans_accents

# How French papers write Cyrillic and Greek, where passports write otherwise.
_A_LA_FRANCAISE = {
    "ж": "j", "у": "ou", "ц": "ts", "ч": "tch", "ш": "ch", "щ": "chtch", "ю": "iou", "я": "ia", "ё": "io", "й": "i",
    "є": "ie", "ї": "i", "ы": "y", "ь": "", "ъ": "", "ου": "ou", "ού": "ou", "μπ": "b", "ντ": "d", "χ": "ch", "υ": "i",
    "박": "park", "이": "lee", "임": "lim", "류": "ryu", "노": "roh",
}  # fmt: skip
_FRANCAISE = re.compile("|".join(sorted(_A_LA_FRANCAISE, key=len, reverse=True)))
# What the ear does not tell apart, or that some alphabets leave out: vowels, aspirations, doubled letters.
_SONS = (("ph", "f"), ("x", "ks"), ("[aeiouyhw]", ""), ("[cqg]", "k"), ("z", "s"), (r"(.)\1+", r"\1"))


def est_latin(nom: str) -> bool:
    """Whether a name is written in Latin letters, in part at least."""
    return any("a" <= lettre <= "z" for lettre in sans_accents(nom))


def en_latin(nom: str) -> str:
    """Return a name in Latin letters, sign by sign: « Иванов » is « Ivanov ». One that is in Latin letters is as it was."""
    compose = unicodedata.normalize("NFC", nom)
    return nom if _tout_latin(compose) else anyascii(compose).replace("`", "'").strip()


def romanisations(nom: str) -> set[str]:
    """Return the Latin writings of a name of another alphabet; none for a name in Latin letters."""
    bas = unicodedata.normalize("NFC", nom.lower())
    if _tout_latin(bas):
        return set()
    return {anyascii(bas), anyascii(_FRANCAISE.sub(lambda vu: _A_LA_FRANCAISE[vu[0]], bas))}


def _tout_latin(nom: str) -> bool:
    return all("a" <= signe <= "z" or not signe.isalpha() for signe in sans_accents(nom))


def a_l_oreille(nom: str) -> str:
    """Return the consonants of a Latin writing, by ear: « Mohamed » and « mhmd » are « md »."""
    sons = re.sub("[^a-z]", "", sans_accents(nom))
    for motif, son in _SONS:
        sons = re.sub(motif, son, sons)
    return sons
