"""The deletion ledger outside the database: a restored backup must not forget what was destroyed since.

One file per run in `DOSSIER_CLES/livre`, JSON lines, synced: the intention before the batch is destroyed, then
« fait » after its commit. Read back by `manage.py rejouer_livre`.
"""

import datetime as dt
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformite.scellement.magasin import dossier


@dataclass
class Feuille:
    """The file of one run; made at the first line only."""

    jour: dt.date
    _chemin: Path | None = field(default=None, init=False)

    def intention(self, lot: uuid.UUID, modele: str, identites: list[str]) -> None:
        """Write that this batch is about to be destroyed."""
        self._ajouter({"phase": "intention", "lot": str(lot), "modele": modele, "identites": identites})

    def fait(self, lot: uuid.UUID) -> None:
        """Write that this batch is destroyed and committed."""
        self._ajouter({"phase": "fait", "lot": str(lot)})

    def _ajouter(self, ligne: dict[str, Any]) -> None:
        if self._chemin is None:
            parent = dossier() / "livre"
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._chemin = parent / f"{self.jour.isoformat()}-{uuid.uuid4().hex}.jsonl"
        with self._chemin.open("a", encoding="utf-8") as fichier:
            fichier.write(json.dumps(ligne) + "\n")
            fichier.flush()
            os.fsync(fichier.fileno())


@dataclass(frozen=True)
class LotExterne:
    """One batch as the files tell it."""

    modele: str
    identites: list[str]
    fait: bool


def lots(depuis: dt.date) -> Iterator[LotExterne]:
    """Return the batches of the files dated `depuis` or later, oldest first; a line cut by a kill is skipped."""
    for chemin in sorted((dossier() / "livre").glob("*.jsonl")):
        if chemin.name[:10] >= depuis.isoformat():
            yield from _lire(chemin)


def _lire(chemin: Path) -> list[LotExterne]:
    intentions: dict[str, dict[str, Any]] = {}
    faits: set[str] = set()
    for texte in chemin.read_text(encoding="utf-8").splitlines():
        try:
            ligne = json.loads(texte)
        except json.JSONDecodeError:
            continue
        if ligne["phase"] == "fait":
            faits.add(ligne["lot"])
        else:
            intentions[ligne["lot"]] = ligne
    return [LotExterne(un["modele"], un["identites"], lot in faits) for lot, un in intentions.items()]
