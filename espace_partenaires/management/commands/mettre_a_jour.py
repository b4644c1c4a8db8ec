"""`manage.py mettre_a_jour`: what a release does once, before its processes start."""

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Refuse what is unsafe, migrate, load the referentials, make the keys ready; stop at the first that fails."""

    help = "Ce qu’une version fait une fois, avant ses processus : contrôle, migrations, référentiels, clés."
    # The checks are those of production, below.
    requires_system_checks: list[str] = []

    def handle(self, **_: object) -> None:
        """Run each in order."""
        call_command("check", deploy=True, fail_level="ERROR")
        for commande in ("migrer", "charger_referentiels", "creer_cles"):
            call_command(commande)
