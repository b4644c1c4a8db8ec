"""Load the national referentials into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from caisses.actions import charger_referentiels


class Command(BaseCommand):
    """Services and motifs from caisses/referentiels/*.toml; running it twice changes nothing."""

    help = "Charge les référentiels nationaux (services et motifs). Peut être relancée sans effet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the rows and print how many there are."""
        services, motifs = charger_referentiels()
        self.stdout.write(f"{services} services et {motifs} motifs à jour.")
