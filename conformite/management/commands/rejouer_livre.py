"""Replay the deletion ledger after a restored backup."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from conformite.restauration import a_rejouer, rejouer


class Command(BaseCommand):
    """`manage.py rejouer_livre --depuis AAAA-MM-JJ`: dry by default; `--pour-de-vrai` destroys again."""

    help = (
        "Après une restauration, avant d’ouvrir : détruit à nouveau ce qui l’avait été depuis la sauvegarde."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the day of the backup, and whether this is for good."""
        parser.add_argument(
            "--depuis", type=dt.date.fromisoformat, required=True, help="jour de la sauvegarde"
        )
        parser.add_argument("--pour-de-vrai", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is back, or what was destroyed again."""
        agir = options["pour_de_vrai"]
        compteurs = rejouer(options["depuis"]) if agir else a_rejouer(options["depuis"])
        for nom, nombre in compteurs.items():
            self.stdout.write(f"{nom} : {nombre}")
        if not agir:
            self.stdout.write("Rien n’a été détruit. Ajoutez --pour-de-vrai avant d’ouvrir le portail.")
