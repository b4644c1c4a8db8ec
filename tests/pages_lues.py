"""Pages as a browser reads them: where a template breaks its lines changes nothing, so no test depends on it."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

# What is written there is kept as it is.
_TEL_QUEL = re.compile(r"(<(textarea|pre|script|style)\b.*?</\2>)", re.DOTALL)
_RETOUR = re.compile(r"\n\s*")
_CLASSES = re.compile(r'\bclass="([^"]*)"')
_BLOCS = "button|caption|dd|div|dt|figcaption|form|h[1-6]|label|legend|li|ol|option|p|section|summary|table|td|th|title|tr|ul"
_APRES = re.compile(rf"(<(?:{_BLOCS})\b[^>]*>) ")
_AVANT = re.compile(rf" (</(?:{_BLOCS})>)")


def plier(html: str) -> str:
    """Fold the line breaks of a page, and drop the blanks that no browser shows at the edges of a block."""
    morceaux = _TEL_QUEL.split(html)
    for rang in range(0, len(morceaux), 3):
        # By the methods of texts where they can: every page of every test comes through here.
        *lignes, derniere = _RETOUR.sub("\n", morceaux[rang]).split("\n")
        texte = " ".join([*map(str.rstrip, lignes), derniere])
        while " >" in texte:
            texte = texte.replace(" >", ">")
        morceaux[rang] = _AVANT.sub(r"\1", _APRES.sub(r"\1", texte))
        morceaux[rang] = _CLASSES.sub(lambda trouve: f'class="{" ".join(trouve[1].split())}"', morceaux[rang])
    return "".join(morceau for rang, morceau in enumerate(morceaux) if rang % 3 != 2)


def lire_plie(demander: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the request of a test client, whose pages come folded."""

    def plie(client: Any, **requete: Any) -> HttpResponse:
        reponse = demander(client, **requete)
        if not reponse.streaming and reponse.headers.get("Content-Type", "").startswith("text/html"):
            reponse.content = plier(reponse.content.decode())
        return reponse

    return plie
