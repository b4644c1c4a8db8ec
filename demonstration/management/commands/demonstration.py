"""Load the demonstration data once, through the actions of the portal."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F

from accounts.actions.acces import accepter_cgu, publier_cgu
from accounts.actions.activation import activer_compte
from accounts.actions.comptes import creer_compte
from accounts.models.compte import Compte
from accounts.regles import CERTIFICATIONS
from conformite.jours import premier_jour_vivant
from conformite.scellement import creer_cles
from demonstration import demandes, distribution, echanges, informations
from demonstration.conventions import installer as installer_conventions
from socle import horloge
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from socle.profils import Profil
from socle.roles import Droit, peut

# Drafts of the past months had terms that are over: their keys are made for the time of the load.
JOURS_PASSES = 220
# Old enough to have a past, young enough that no password is due yet.
JOURS_COMPTES = 100
# Older notifications were read.
JOURS_RECENTS = 7
# Professional, European, free and optional: the conditions of use say so.
CGU = """Le portail sert à signaler et à suivre la situation de personnes qui rencontrent des difficultés d’accès à leurs droits ou à leurs soins.

1. Usage. L’usage est professionnel, réservé aux personnes habilitées, depuis le territoire européen. Le portail est gratuit et facultatif : ne pas l’utiliser n’a d’effet ni sur le partenariat, ni sur les assurés.
2. Identifiants. Votre identifiant, votre mot de passe et votre code à usage unique sont personnels. Signalez sans attendre toute perte, tout vol ou tout usage frauduleux.
3. Données. N’écrivez que ce qui est utile au traitement de la demande. Les données sont effacées à la date fixée par la convention.
4. Secret professionnel. Vous êtes tenu à la confidentialité de ce que vous apprenez ici."""


class Command(BaseCommand):
    """`manage.py demonstration`: does nothing when accounts exist. Refused unless DEMO is on."""

    help = "Charge les données de démonstration, une seule fois."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create keys, conventions, accounts and demandes; say how many."""
        if not settings.DEMO:
            raise CommandError("Les données de démonstration ne se chargent qu’avec DEMO=1.")
        if Compte.objects.exists():
            self.stdout.write("Démonstration : déjà chargée.")
            return
        aujourd_hui = horloge.jour(settings.TIME_ZONE)
        creer_cles(
            premier_jour_vivant() + dt.timedelta(days=400), aujourd_hui - dt.timedelta(days=JOURS_PASSES)
        )
        with transaction.atomic():
            caisses, partenaires, conventions = installer_conventions(aujourd_hui)
            self._creer_les_comptes(caisses, partenaires)
            nombre = demandes.installer()
            informations.installer(caisses)
            depots = echanges.installer(conventions[echanges.REFERENCE])
            # Mails of the past months were read long ago; nobody receives them today.
            CourrielSortant.objects.filter(envoye_le=None).update(
                envoye_le=horloge.maintenant(), secret_scelle=None
            )
            recents = horloge.maintenant() - dt.timedelta(days=JOURS_RECENTS)
            CourrielSortant.objects.filter(cree_le__lt=recents).update(lu_le=F("cree_le"))
        self.stdout.write(
            f"Démonstration : {len(conventions)} conventions, {len(distribution.PERSONNES)} comptes, {nombre} demandes, {depots} dépôts."
        )

    def _creer_les_comptes(self, caisses: dict[str, Any], partenaires: dict[str, Any]) -> None:
        arrivee = horloge.maintenant() - dt.timedelta(days=JOURS_COMPTES)
        with horloge.a_l_instant(arrivee):
            version = publier_cgu(CGU, par=MACHINE)
            for personne in distribution.PERSONNES.values():
                compte = creer_compte(
                    identifiant=personne.identifiant,
                    profil=personne.profil,
                    nom=personne.nom,
                    prenom=personne.prenom,
                    email=_adresse(personne, partenaires),
                    partenaire=partenaires.get(personne.partenaire),
                    caisses=[caisses[code] for code in personne.caisses],
                    fonction=_FONCTIONS[personne.profil],
                    telephone="01 99 00 00 00",
                    certifications=CERTIFICATIONS if peut(personne, Droit.DEPOSER_DEMANDES) else (),
                    par=MACHINE,
                )
                activer_compte(
                    compte, mot_de_passe=distribution.MOT_DE_PASSE, graine_totp=distribution.graine()
                )
                accepter_cgu(compte, version)


_FONCTIONS = {
    Profil.TECHNICIEN: "Travailleur social",
    Profil.GESTIONNAIRE: "Responsable de service",
    Profil.AGENT: "Conseiller",
    Profil.SUPERVISEUR: "Responsable d’unité",
    Profil.ADMINISTRATEUR: "Chargé de partenariats",
    Profil.DPO: "Déléguée à la protection des données",
    Profil.NATIONAL: "Administrateur national",
}


def _adresse(personne: distribution.Figurant, partenaires: dict[str, Any]) -> str:
    if personne.partenaire:
        return f"{personne.identifiant}@{partenaires[personne.partenaire].domaines[0]}"
    return f"{personne.identifiant}@{distribution.DOMAINE}"
