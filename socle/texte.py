"""Texts typed by people: normal form, forbidden characters, comparison forms."""

import re
import unicodedata

from django.core.exceptions import ValidationError

INSECABLE = "\N{NO-BREAK SPACE}"
# Before : ; ? ! » (what follows tells a sentence from an address or an hour), and inside a telephone number.
_SOUDES = re.compile(r"(?<=\S) (?=[:;?!»](?:[\s.,)]|$))|(?<=\d) (?=\d)")
# C0/C1 controls but tab and line feed; bidirectional overrides and isolates; zero-width joiners and marks.
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def normaliser(texte: str) -> str:
    """Return `texte` in NFC with line feeds only and no space around.

    Raise ValidationError when it holds a control or direction character.
    """
    propre = unicodedata.normalize("NFC", texte.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _INTERDITS.search(propre):
        raise ValidationError(
            "Ce texte contient un caractère invisible que le portail n’accepte pas. Retapez-le au clavier.",
            code="caractere_interdit",
        )
    return propre


def espaces_francaises(texte: str) -> str:
    """Return `texte` with no-break spaces before : ; ? ! », after « and between figures, where a plain one stands."""
    return _SOUDES.sub(INSECABLE, texte.replace("« ", f"«{INSECABLE}"))


def replier(texte: str) -> str:
    """Return `texte` with plain letters for their full-width or raised forms, and the figures of any script as 0 to 9."""
    plat = unicodedata.normalize("NFKC", texte)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plat)


def sans_accents(texte: str) -> str:
    """Return `texte` in lower case without accents, for comparisons and search."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    return "".join(c for c in decompose if not unicodedata.combining(c)).casefold()
