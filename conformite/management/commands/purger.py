"""Preview or run the retention engine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from conformite.purge import apercu, purger


class Command(BaseCommand):
    """`manage.py purger`: dry by default; `--pour-de-vrai` destroys what is due."""

    help = "Montre ce qui est arrivé à son terme ; avec --pour-de-vrai, le détruit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read whether this is for good."""
        parser.add_argument("--pour-de-vrai", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the counts of each category, or of what was destroyed."""
        if options["pour_de_vrai"]:
            for nom, nombre in purger().items():
                self.stdout.write(f"{nom} : {nombre}")
            return
        for ligne in apercu():
            frein = " (volume anormal : attend la libération d’un DPO)" if ligne.freine else ""
            self.stdout.write(f"{ligne.categorie} : {ligne.dus} à détruire sur {ligne.total}{frein}")
        self.stdout.write("Rien n’a été détruit. Ajoutez --pour-de-vrai pour détruire.")
