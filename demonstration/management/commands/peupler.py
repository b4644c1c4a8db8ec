"""Fill a portal with a realistic volume of demandes."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from stdnum import luhn

from accounts.actions.acces import accepter_cgu, choisir_second_facteur
from accounts.models.acces import VersionCGU
from accounts.models.compte import Compte
from caisses.actions import creer_caisse
from caisses.models import Caisse
from conventions.actions.partenaires import creer_partenaire
from conventions.models.conventions import Convention, Objet, Participation
from demonstration import distribution
from demonstration.peuplement import Peuplement, motifs_peuplables
from signalements.models.demandes import Demande
from signalements.models.fil import Evenement, Message
from signalements.models.pieces import Piece
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil


class Command(BaseCommand):
    """`manage.py peupler --demandes 10000 --caisses 2`: as many demandes for each caisse, one structure each.

    Refused unless DEMO is on. May be run again: new demandes are added to the same caisses. With `--repeter`, each
    caisse receives again and again the demandes of another one, ten times as fast: nobody can open those.
    """

    help = "Écrit un volume réaliste de demandes scellées, pour les mesures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demandes", type=int, default=10_000)
        parser.add_argument("--caisses", type=int, default=2)
        parser.add_argument("--depuis", type=int, default=0, help="rang de la première caisse")
        parser.add_argument("--echues", action="store_true", help="closes, au terme dans les prochains jours")
        parser.add_argument("--pieces", type=int, default=0, help="une demande sur tant a une pièce")
        parser.add_argument("--repeter", type=int, help="rang de la caisse dont les demandes sont répétées")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create caisses, structures and accounts where missing, then the demandes."""
        if not settings.DEMO:
            raise CommandError("Le peuplement ne se fait qu’avec DEMO=1.")
        debut = horloge.temps_reel()
        par_caisse = options["demandes"] // options["caisses"]
        for rang in range(options["depuis"], options["depuis"] + options["caisses"]):
            with transaction.atomic():
                peuplement = self._une_caisse(rang)
                peuplement.echues, peuplement.pieces = options["echues"], options["pieces"]
                _remplir(peuplement, par_caisse, options["repeter"])
        with connection.cursor() as curseur:
            for modele in (Demande, Evenement, Message, Piece):
                curseur.execute(f"ANALYZE {modele._meta.db_table}")
        duree = (horloge.temps_reel() - debut).total_seconds()
        self.stdout.write(f"{par_caisse * options['caisses']} demandes en {duree:.0f} s")

    def _une_caisse(self, rang: int) -> Peuplement:
        code = f"volume-{rang:03d}"
        caisse = Caisse.objects.filter(code=code).first() or creer_caisse(
            par=MACHINE, code=code, nom=f"Caisse de mesure {rang}", departement="57"
        )
        participation = (
            Participation.objects.filter(caisse=caisse).select_related("convention", "caisse").first()
        )
        if participation is None:
            participation = self._convention(caisse, rang)
        # Two, since one account alone is not shown all that a measure asks for.
        technicien, _ = (
            self._compte(f"{qui}.{code}", Profil.TECHNICIEN, partenaire=participation.partenaire)
            for qui in ("technicien", "collegue")
        )
        agent = self._compte(f"agent.{code}", Profil.AGENT, caisses=[caisse])
        return Peuplement(participation, technicien, agent, graine=rang)

    def _convention(self, caisse: Caisse, rang: int) -> Participation:
        siren = f"9{rang:07d}"
        etablissement = f"{siren}{luhn.calc_check_digit(siren)}0001"
        partenaire = creer_partenaire(
            par=MACHINE,
            siret=etablissement + luhn.calc_check_digit(etablissement),
            nom=f"Structure de mesure {rang}",
            type="CCAS",
            membres=30,
            domaines=[f"mesure-{rang}.example"],
        )
        debut = caisse.jour.replace(year=caisse.jour.year - 1, day=1)
        convention = Convention.objects.create(
            reference=f"V-{rang:06d}",
            partenaire=partenaire,
            objet=Objet.ACCES_DROITS,
            statut=Convention.Statut.EN_VIGUEUR,
            denonciation=Convention.Denonciation.SANS_PREAVIS,
            quota_gestionnaires=[[0, 5]],
            quota_techniciens=[[0, 25]],
            creee_le=horloge.maintenant(),
        )
        participation = Participation.objects.create(
            convention=convention,
            caisse=caisse,
            partenaire=partenaire,
            objet=convention.objet,
            debut=debut,
            utilisation_debut=debut,
        )
        participation.motifs.set(motifs_peuplables())
        return participation

    def _compte(self, identifiant: str, profil: str, *, partenaire: Any = None, caisses: Any = ()) -> Compte:
        """An active account that signs in with the password and the seed of a demonstration account."""
        compte = Compte.objects.filter(identifiant=identifiant).first()
        if compte is not None:
            return compte
        maintenant = horloge.maintenant()
        compte = Compte.objects.create(
            identifiant=identifiant,
            profil=profil,
            nom="Mesure",
            prenom=profil.capitalize(),
            email=f"{identifiant}@mesure.example",
            statut=Compte.Statut.ACTIF,
            partenaire=partenaire,
            password=_mot_de_passe(),
            mot_de_passe_change_le=maintenant,
            cree_le=maintenant,
            active_le=maintenant,
        )
        compte.caisses.set(caisses)
        choisir_second_facteur(compte, distribution.graine())
        accepter_cgu(compte, VersionCGU.objects.en_vigueur())
        return compte


def _remplir(peuplement: Peuplement, nombre: int, repeter: int | None) -> None:
    if repeter is None:
        peuplement.ecrire(nombre)
        return
    modele, ecrites = Caisse.objects.get(code=f"volume-{repeter:03d}"), 0
    while ecrites < nombre:
        ecrites += peuplement.repeter(modele, nombre - ecrites)


@cache
def _mot_de_passe() -> str:
    """Hash it once for all the accounts of a run."""
    return make_password(distribution.MOT_DE_PASSE)
