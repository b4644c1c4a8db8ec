"""Draw static/portail/garde_formes.js: the patterns and words of `socle/garde.py`, for the guard that speaks while one types.

A file that the browser keeps, so that no page carries them. make format draws it; a test refuses a stale one.
"""

import json
import os
from pathlib import Path

from socle.garde import pour_le_navigateur

FICHIER = Path(__file__).resolve().parent.parent / "static/portail/garde_formes.js"


def dessin() -> str:
    """Return the text of the file."""
    tables = json.dumps(pour_le_navigateur(), ensure_ascii=True, separators=(",", ":"))
    return f'/* Drawn by `python -m outils.garde` from socle/garde.py. Do not edit. */\n"use strict";\n\nconst garde = {tables};\n'


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
    FICHIER.write_text(dessin(), encoding="utf-8")
