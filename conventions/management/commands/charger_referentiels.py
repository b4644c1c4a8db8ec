"""Load the national referentials into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from caisses.actions import charger_referentiels
from conventions.actions.clauses import charger_clauses


class Command(BaseCommand):
    """Services and motifs of caisses/referentiels, clauses of conventions/referentiels; running it twice changes nothing."""

    help = "Charge les référentiels nationaux (services, motifs et clauses). Peut être relancée sans effet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the rows and print how many there are."""
        services, motifs = charger_referentiels()
        clauses = charger_clauses()
        self.stdout.write(f"{services} services, {motifs} motifs et {clauses} clauses à jour.")
