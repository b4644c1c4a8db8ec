"""Texts that the portal shows: their no-break spaces. How a text that people type is folded: `socle.ecriture`."""

import re

from socle.ecriture import INSECABLE, normaliser, sans_accents

__all__ = ["INSECABLE", "espaces_francaises", "normaliser", "sans_accents"]

# Before : ; ? ! » (what follows tells a sentence from an address or an hour), and inside a telephone number.
_SOUDES = re.compile(r"(?<=\S) (?=[:;?!»](?:[\s.,)]|$))|(?<=\d) (?=\d)")


def espaces_francaises(texte: str) -> str:
    """Return `texte` with no-break spaces before : ; ? ! », after « and between figures, where a plain one stands."""
    return _SOUDES.sub(INSECABLE, texte.replace("« ", f"«{INSECABLE}"))
