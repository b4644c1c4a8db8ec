"""Bring a portal to where it can open: schema, referentials, keys, demonstration. One process for all steps."""

import io

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from socle.perimetre import MACHINE, devenir

ETAPES = {
    "migrer": "la base est à jour",
    "charger_referentiels": "les référentiels sont chargés",
    "creer_cles": "les clés des prochains jours sont prêtes",
}


def main() -> None:
    """Run each step, each safe to run again, and tell it on the standard output."""
    django.setup()
    devenir(MACHINE)
    etapes = ETAPES | ({"demonstration": "la démonstration est en place"} if settings.DEMO else {})
    commandes = get_commands()
    for commande, fait in etapes.items():
        if commande in commandes:
            call_command(commande, verbosity=0, stdout=io.StringIO())
            print(f"• {commande} : {fait}", flush=True)


if __name__ == "__main__":
    main()
