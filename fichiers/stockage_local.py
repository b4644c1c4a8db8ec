"""The storage of a single machine, or of a shared folder: Django's own, made durable."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class StockageLocal(FileSystemStorage):
    """A folder. What was saved is on the disk before its row is committed."""

    def _save(self, name: str, content: File) -> str:
        # The stubs leave out what Django asks to override.
        dossier: Any = super()
        nom: str = dossier._save(name, content)
        chemin = Path(self.path(nom))
        for un in (chemin, chemin.parent):
            _synchroniser(un)
        return nom

    def lister(self, dossier: str) -> Iterator[tuple[str, datetime]]:
        """Return each stored name of one folder with the real instant of its writing."""
        try:
            entrees = os.scandir(self.path(dossier))
        except FileNotFoundError:
            return
        with entrees:
            for entree in entrees:
                try:
                    yield f"{dossier}/{entree.name}", datetime.fromtimestamp(entree.stat().st_mtime, UTC)
                except FileNotFoundError:
                    # Erased meanwhile by somebody else.
                    continue


def _synchroniser(chemin: Path) -> None:
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
