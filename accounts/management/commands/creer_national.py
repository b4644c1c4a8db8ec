"""Create the first national administrateur (A-20): the person receives an activation link."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.comptes import creer_compte
from accounts.models.compte import Compte
from socle.acteurs import MACHINE
from socle.profils import Profil
from socle.roles import Droit


class Command(BaseCommand):
    """Only while no national administrateur is open: the next ones are created in the portal."""

    help = "Crée le premier administrateur national ; un lien d’activation lui est envoyé."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the person's name and address."""
        for nom in ("nom", "prenom", "email"):
            parser.add_argument(f"--{nom}", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account, or say why not."""
        ouverts = Compte.objects.occupants().pouvant(Droit.CREER_CAISSES)
        if ouverts.exists():
            raise CommandError(
                "Un administrateur national existe déjà : il crée les suivants dans le portail."
            )
        try:
            compte = creer_compte(
                profil=Profil.NATIONAL,
                nom=options["nom"],
                prenom=options["prenom"],
                email=options["email"],
                par=MACHINE,
            )
        except ValidationError as refus:
            raise CommandError(" ".join(refus.messages)) from refus
        self.stdout.write(f"Compte {compte.identifiant} créé ; lien envoyé à {compte.email}.")
