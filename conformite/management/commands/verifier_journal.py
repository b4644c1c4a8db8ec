"""Verify the seals of the journal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conformite.models.journal import SceauJournal
from conformite.sceaux import verifier_le_journal


class Command(BaseCommand):
    """`manage.py verifier_journal`: name each line that is not as it was sealed; fail when there is one."""

    help = "Vérifie chaque ligne scellée du journal et nomme celles qui ont été altérées."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the anomalies and fail, or say how many seals hold."""
        anomalies = verifier_le_journal()
        if anomalies:
            raise CommandError("\n".join(f"{un.jour:%d/%m/%Y} : {un.message}" for un in anomalies))
        self.stdout.write(f"Journal intact : {SceauJournal.objects.count()} sceaux vérifiés.")
