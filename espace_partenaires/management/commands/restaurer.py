"""Put a backup back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from espace_partenaires import sauvegarde
from espace_partenaires.restauration import RestaurationRefusee, refus, restaurer
from espace_partenaires.sauvegarde import SauvegardeInvalide


class Command(BaseCommand):
    """`manage.py restaurer FICHIER.base [--cles FICHIER.cles]`: dry by default; `--pour-de-vrai` replaces every row."""

    help = "Remet une sauvegarde en place, rejoue ce qui l’a suivie et dit ce qui reste à faire."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the files, and whether this is for good."""
        parser.add_argument("base", type=Path)
        parser.add_argument("--cles", type=Path, help="seulement quand le dossier de clés est perdu")
        parser.add_argument("--pour-de-vrai", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what would be done or refused, or do it and say what remains."""
        base, cles = options["base"], options["cles"]
        try:
            if options["pour_de_vrai"]:
                for ligne in restaurer(base, cles):
                    self.stdout.write(ligne)
                return
            trouves = refus(base, cles)
        except (RestaurationRefusee, SauvegardeInvalide, OSError) as erreur:
            raise CommandError(str(erreur)) from erreur
        self.stdout.write(
            f"Sauvegarde du {sauvegarde.instant_de(base):%d/%m/%Y à %H:%M} (temps universel), entière."
        )
        for un in trouves:
            self.stdout.write(f"Refus : {un}")
        self.stdout.write("Rien n’a changé. Ajoutez --pour-de-vrai pour remplacer toute la base.")
