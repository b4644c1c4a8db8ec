"""Change every key after a theft of the key folder."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from conformite.changement import changer_les_cles
from conformite.temoin import problemes
from espace_partenaires.restauration import autres_connexions


class Command(BaseCommand):
    """`manage.py changer_cles --pour-de-vrai`, web, worker and beat stopped; run again when it was killed."""

    help = "Remplace toutes les clés après un vol du dossier de clés, et rescelle la base sous les nouvelles."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask whether this is for good."""
        parser.add_argument("--pour-de-vrai", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse while somebody is connected; else change, and say what remains."""
        with connections["proprietaire" if "proprietaire" in connections else "default"].cursor() as curseur:
            if autres := autres_connexions(curseur):
                raise CommandError(
                    f"{autres} connexions à la base sont ouvertes : arrêtez web, worker et beat."
                )
        if not options["pour_de_vrai"]:
            self.stdout.write("Rien n’a changé. Ajoutez --pour-de-vrai pour remplacer toutes les clés.")
            return
        faits = changer_les_cles()
        self.stdout.write(
            f"Clés remplacées : {faits['cles']}. Objets rescellés : {faits['objets']}. "
            f"Déjà illisibles, à leur terme : {faits['illisibles']}."
        )
        for reste in (
            *problemes(),
            "Changez aussi CLES_MAITRES (tourner_cles) et SECRET_KEY si elles ont pu être lues.",
            "Faites une sauvegarde, puis détruisez celles d’avant : les anciennes clés les ouvrent.",
            "Les liens personnels qui attendaient ne servent plus : renvoyez-les à qui les demande.",
        ):
            self.stdout.write(reste)
