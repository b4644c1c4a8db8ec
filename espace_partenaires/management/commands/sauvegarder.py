"""Back the portal up."""

from typing import Any

from django.core.management.base import BaseCommand

from espace_partenaires.sauvegarde import sauvegarder


class Command(BaseCommand):
    """`manage.py sauvegarder`: database, keys and files, encrypted, verified, in DOSSIER_SAUVEGARDES."""

    help = "Sauvegarde la base, les clés et les fichiers dans DOSSIER_SAUVEGARDES, chiffrés et relus."

    def handle(self, *args: Any, **options: Any) -> None:
        """Save, and say what was read again."""
        bilan = sauvegarder()
        self.stdout.write(f"Base : {bilan.base}, {bilan.lignes} lignes relues.")
        self.stdout.write(f"Clés : {bilan.cles}, à garder ailleurs, sept jours au plus.")
        self.stdout.write(f"Fichiers scellés : {bilan.fichiers} en copie.")
