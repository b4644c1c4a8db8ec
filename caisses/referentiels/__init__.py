"""The national referentials, read from the TOML files beside this module.

`charger` writes services and motifs into the database; pieces stay in the file, a code and a label each.
"""

import tomllib
from pathlib import Path
from typing import Any

_DOSSIER = Path(__file__).parent


def lire(nom: str) -> dict[str, Any]:
    """Return the content of `<nom>.toml`; raise FileNotFoundError when there is no such referential."""
    return tomllib.loads((_DOSSIER / f"{nom}.toml").read_text(encoding="utf-8"))


_PIECES = lire("pieces")
_MOTIFS = lire("motifs")

# code -> label of what the caisse may send through the portal (C-10, D-12)
PIECES_SORTANTES: dict[str, str] = _PIECES["sortantes"]
# code -> label of what the partner attaches (D-06)
PIECES_ENTRANTES: dict[str, str] = _PIECES["entrantes"]
# code -> label of the pôles that a new caisse starts with (D-11)
POLES: dict[str, str] = _MOTIFS["poles"]
# Target delays in working days, where a caisse says nothing else (D-08)
DELAI_JOURS: int = _MOTIFS["delais"]["delai_jours"]
DELAI_URGENT_JOURS: int = _MOTIFS["delais"]["delai_urgent_jours"]
SERVICES: list[dict[str, Any]] = _MOTIFS["service"]
