"""How a text is written: the one folding of what people type and of what software pastes.

`normaliser` is the form that is stored, `pour_juger` the form that checks read (figures, dashes and blanks of all kinds
become plain ones), `sans_accents` the form that comparisons and searches use. Lengths are judged on the first.
"""

import functools
import itertools
import re
import sys
import unicodedata

from django.core.exceptions import ValidationError

INSECABLE = "\N{NO-BREAK SPACE}"
MESSAGE_INTERDIT = "Ce texte contient un caractère de commande que le portail n’accepte pas. Effacez-le, ou retapez le passage au clavier."
MESSAGE_SENS = "Ce texte contient, au milieu d’un mot, un caractère invisible qui change le sens de lecture. Retapez ce mot au clavier."
# Vertical tab and form feed (Word, PowerPoint), next line, line and paragraph separators: all end a line.
_FINS_DE_LIGNE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# NUL and half characters, that no database takes and that nothing pastes.
_INTERDITS = re.compile("[\x00\ud800-\udfff]")
_RENVERSEMENT = re.compile(r"(?<=\w)[\u202d\u202e](?=\w)")
# Marks that say nothing by themselves: soft hyphen, zero width, direction, fillers, byte order, tags.
_VIDES = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffc]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
_JOINTURES = re.compile("[\u200c\u200d]+")
_ESPACES_RARES = re.compile("[\u1680\u2000-\u200a\u205f\u3000]")
_MILLIERS = re.compile(r"(?<=\d)[ '](?=\d{3}(?!\d))")
# A bullet of Symbol or Wingdings at the head of a line, in the private letters where Word and PDF put these fonts.
_PUCES = re.compile("^([ \t]*)[\uf020-\uf0ff](?=[ \t\u00a0]|$)", re.MULTILINE)


def _commandes() -> dict[int, str]:
    """What becomes of the control characters of Word and PDF: no-break hyphen, end of a cell, letters of Windows."""
    # Those of C1 are letters and signs of Windows, read as Latin-1: « l\x92avis », « c\x9cur ».
    lues = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
    muettes = dict.fromkeys(code for code in (*range(1, 0x20), 0x7F) if code not in (9, 10, 11, 12, 13))
    return {code: signe or "" for code, signe in (muettes | lues | {0x07: " ", 0x1E: "-"}).items()}


_COMMANDES = _commandes()


def normaliser(texte: str) -> str:
    """Return `texte` as it is kept: NFC, line feeds only, without marks that mean nothing, no space around.

    No-break spaces stay (French asks for them), joiners stay where they join. Raise ValidationError for NUL, or for a
    direction override inside a word.
    """
    propre = unicodedata.normalize(
        "NFC", _PUCES.sub(r"\1•", _FINS_DE_LIGNE.sub("\n", texte).translate(_COMMANDES))
    )
    if _INTERDITS.search(propre):
        raise ValidationError(MESSAGE_INTERDIT, code="caractere_interdit")
    if _RENVERSEMENT.search(propre):
        raise ValidationError(MESSAGE_SENS, code="caractere_interdit")
    propre = _ESPACES_RARES.sub(" ", _VIDES.sub("", propre))
    # What stood apart because of a mark may now compose.
    return unicodedata.normalize("NFC", _JOINTURES.sub(_jointure_utile, propre)).strip()


def _jointure_utile(trouvee: re.Match[str]) -> str:
    """Keep one joiner between two emoji, or two letters of a script that uses it; none in a Latin word or beside a space."""
    texte, debut, fin = trouvee.string, trouvee.start(), trouvee.end()
    avant, apres = texte[debut - 1 : debut], texte[fin : fin + 1]
    return trouvee[0][0] if _se_joint(avant) and _se_joint(apres) else ""


def _se_joint(signe: str) -> bool:
    return (
        bool(signe) and ord(signe) > 0x36F and unicodedata.category(signe)[0] in "LMS" and not _latine(signe)
    )


def _latine(signe: str) -> bool:
    return unicodedata.name(signe, "").startswith("LATIN ")


def ligne(texte: str) -> str:
    """Return the normal form of a text of one line: blanks of every kind folded into single spaces."""
    return " ".join(normaliser(texte).split())


class _Pliage(dict[int, str]):
    """What becomes of each sign for a judgement, found once per sign."""

    def __missing__(self, code: int) -> str:
        signe = chr(code)
        categorie = unicodedata.category(signe)
        chiffre = unicodedata.digit(signe, None)
        if chiffre is not None:
            plie = str(chiffre)
        elif categorie == "Pd" or signe in "\u2212\u2043":
            plie = "-"
        elif signe in "\u2044\u2215\u29f8":
            plie = "/"
        elif signe in "’‘ʼʻʹʾʿ´`′‛＇ˈ":
            plie = "'"
        elif signe != "\n" and signe.isspace():
            plie = " "
        elif categorie in ("Cf", "Me") or 0xFE00 <= code <= 0xFE0F or _VIDES.match(signe):
            plie = ""
        else:
            plie = signe
        self[code] = plie
        return plie


_PLIAGE = _Pliage()


def pour_juger(texte: str) -> str:
    """Return `texte` as checks read it: figures of all scripts in ASCII, plain dashes, apostrophes and spaces, no mark."""
    if texte.isascii():
        return texte
    return unicodedata.normalize("NFKC", texte.translate(_PLIAGE)).translate(_PLIAGE)


def sans_milliers(texte: str) -> str:
    """Return a line as checks read it, « 1 250 000 » in one; « 12 50 » stays two: joined, it would be a hundred times 12,50."""
    return _MILLIERS.sub("", pour_juger(texte))


@functools.cache
def suites_de_chiffres() -> list[tuple[int, int, int]]:
    """Return every run of figures that Unicode knows out of ASCII: first code, its value, length.

    A browser has no table of their values: it is given this one.
    """
    suites: list[tuple[int, int, int]] = []
    for code in range(0x80, sys.maxunicode + 1):
        valeur = unicodedata.digit(chr(code), None)
        if valeur is None:
            continue
        if suites and code == suites[-1][0] + suites[-1][2] and valeur == suites[-1][1] + suites[-1][2]:
            suites[-1] = (*suites[-1][:2], suites[-1][2] + 1)
        else:
            suites.append((code, valeur, 1))
    return suites


# Letters whose name does not say their base letter.
_LETTRES = {
    "ß": "ss", "ẞ": "ss", "þ": "th", "Þ": "th", "ð": "d", "Ð": "d", "ŋ": "ng", "Ŋ": "ng", "ĸ": "k", "ſ": "s",
    "ə": "e", "Ə": "e", "ǝ": "e", "Ǝ": "e", "ɣ": "g", "Ɣ": "g", "ʋ": "v", "Ʋ": "v", "ʊ": "u", "Ʊ": "u",
    "ɩ": "i", "Ɩ": "i", "ʃ": "sh", "Ʃ": "sh", "ʒ": "zh", "Ʒ": "zh", "ƿ": "w", "Ƿ": "w", "ȝ": "gh", "Ȝ": "gh",
    "ɑ": "a", "Ɑ": "a", "ʌ": "a", "Ʌ": "a", "ʉ": "u", "Ʉ": "u",
}  # fmt: skip
_NOM_DE_LETTRE = re.compile(
    r"LATIN (?:SMALL|CAPITAL|LETTER SMALL CAPITAL)(?: LETTER| LIGATURE)? (?:DOTLESS |OPEN )?([A-Z]{1,2})(?: WITH .+)?"
)


class _Lettres(dict[int, str]):
    """The plain letters of each sign: « ø » and « Ł » have no decomposition, but a name that says their letter."""

    def __missing__(self, code: int) -> str:
        signe = chr(code)
        plie = _LETTRES.get(signe, "")
        if not plie and not unicodedata.combining(signe) and signe != "·":  # l·l
            nom = _NOM_DE_LETTRE.fullmatch(unicodedata.name(signe, ""))
            plie = nom[1].lower() if nom else signe
        self[code] = plie
        return plie


_PLAINES = _Lettres()


def sans_accents(texte: str) -> str:
    """Return `texte` in lower case and plain letters, for comparisons and search, whatever Latin alphabet it uses."""
    if texte.isascii():
        return texte.lower()
    return unicodedata.normalize("NFKD", pour_juger(texte)).translate(_PLAINES).casefold()


@functools.cache
def lettres_sans_decomposition() -> dict[str, str]:
    """Return the Latin letters that only their names tell (« ø »: « o »), for a browser, which has no names."""
    blocs = itertools.chain(
        range(0xC0, 0x250), range(0x250, 0x2B0), range(0x1E00, 0x1F00), range(0x2C60, 0x2C80)
    )
    return {
        chr(code): _PLAINES[code]
        for code in blocs
        if unicodedata.normalize("NFKD", chr(code)) == chr(code) != _PLAINES[code]
    }
