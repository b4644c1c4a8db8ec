"""Give the templates their non-breaking spaces: before : ; ? ! », after «, and the apostrophe ’.

    python -m outils.typographie             mends templates/**/*.html (make format does it too)
    python -m outils.typographie --verifier  exits 1 when something is to mend

Only the text of pages is touched: tags, template tags, comments, scripts, titles of windows are left as they are.
"""

import re
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / "templates"
_INTOUCHABLE = re.compile(
    r"({#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*block titre\s*%}.*?{%\s*endblock\b.*?%}|{%.*?%}|{{.*?}}|<!--.*?-->"
    r"|<(?:script|style|title|pre|code)\b.*?</(?:script|style|title|pre|code)>|<(?:{%.*?%}|{{.*?}}|[^<>])*>)",
    re.DOTALL | re.IGNORECASE,
)
# At the start of a text, what stands before is the end of a tag: « {{ nom }} ».
_AVANT = re.compile(r"(?<!\s) (?=[:;?!»](?:[\s.,)]|$))")
_APRES = re.compile(r"« ")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
INSECABLE = "&nbsp;"


def reprendre(texte: str) -> str:
    """Return the template with the spaces and apostrophes of French; the same one when nothing is to mend."""
    morceaux = _INTOUCHABLE.split(texte)
    for rang in range(0, len(morceaux), 2):
        propre = _APOSTROPHE.sub("’", _APRES.sub(f"«{INSECABLE}", morceaux[rang]))
        morceaux[rang] = _AVANT.sub(INSECABLE, propre)
    return "".join(morceaux)


def a_reprendre() -> list[str]:
    """Return the templates that have something to mend."""
    return [
        str(chemin.relative_to(RACINE))
        for chemin in sorted(DOSSIER.rglob("*.html"))
        if reprendre(texte := chemin.read_text(encoding="utf-8")) != texte
    ]


def main() -> int:
    """Mend, or say what is to mend."""
    noms = a_reprendre()
    if "--verifier" in sys.argv:
        for nom in noms:
            print(f"{nom} : espaces ou apostrophes à reprendre par python -m outils.typographie")
        return 1 if noms else 0
    for nom in noms:
        chemin = RACINE / nom
        chemin.write_text(reprendre(chemin.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
