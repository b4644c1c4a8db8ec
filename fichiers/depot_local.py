"""The storage of a single machine, or of a shared folder: Django's own, made durable."""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DepotLocal(FileSystemStorage):
    """A folder. What was saved is on the disk before its row is committed."""

    def _save(self, name: str, content: File) -> str:
        nom = super()._save(name, content)
        chemin = Path(self.path(nom))
        for un in (chemin, chemin.parent):
            _synchroniser(un)
        return nom


def _synchroniser(chemin: Path) -> None:
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
