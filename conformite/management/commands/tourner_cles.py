"""Re-wrap the key folder under the master key in use."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from conformite import verrous
from conformite.scellement import tourner_cles


class Command(BaseCommand):
    """`manage.py tourner_cles`, once the new master key is first in CLES_MAITRES on every machine."""

    help = "Réenveloppe toutes les clés sous la première clé de CLES_MAITRES, sans arrêter le portail."

    def handle(self, *args: Any, **options: Any) -> None:
        """Re-wrap under the lock of the key folder, and say how many."""
        with transaction.atomic():
            verrous.prendre(verrous.CLES)
            nombre = tourner_cles()
        self.stdout.write(f"Clés réenveloppées : {nombre}. L’ancienne clé maîtresse peut être retirée.")
