"""Make the keys ahead: root, days and months of term."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conformite.jours import premier_jour_vivant
from conformite.scellement.termes import AVANCE_JOURS, creer_cles
from conformite.temoin import DossierEtranger, reconnaitre, retenir


class Command(BaseCommand):
    """`manage.py creer_cles [--jours 400] [--depuis AAAA-MM-JJ]`. Safe to run twice, and on several machines."""

    requires_system_checks = ()
    help = "Crée à l’avance les clés de terme (400 jours par défaut). Ne touche jamais à une clé qui existe."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how far ahead, and from when."""
        parser.add_argument("--jours", type=int, default=AVANCE_JOURS)
        parser.add_argument(
            "--accepter-ce-dossier",
            action="store_true",
            help="prend ce dossier de clés pour celui de la base : l’ancien est perdu",
        )
        parser.add_argument("--depuis", type=dt.date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing and say how many."""
        jusqu_a = premier_jour_vivant() + dt.timedelta(days=options["jours"])
        try:
            reconnaitre(accepter=options["accepter_ce_dossier"])
        except DossierEtranger as erreur:
            raise CommandError(str(erreur)) from erreur
        faites = creer_cles(jusqu_a, options["depuis"])
        retenir()
        self.stdout.write(f"Clés de terme : {faites} créées, prêtes jusqu’au {jusqu_a:%d/%m/%Y}.")
