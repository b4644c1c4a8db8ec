"""The account: one person may hold two (A-04), each has one profile."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from accounts.regles import boite
from caisses.models import Caisse, Pole, cles_des_caisses
from conformite.reperes import Reperes
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle.profils import Profil
from socle.roles import Cote, Droit, peut, profils_avec, profils_du, role

# States that hold a seat: waiting for activation and active.
STATUTS_OCCUPANTS = ("en_attente", "actif")
STATUTS_FERMES = ("inactif", "supprime")


class CompteQuerySet(models.QuerySet["Compte"]):
    """Accounts in the words of the domain."""

    def get_by_natural_key(self, identifiant: str) -> "Compte":
        """Return the account of this identifiant, as the sign-in asks for it. Raise Compte.DoesNotExist."""
        return self.get(identifiant=identifiant)

    def visibles_par(self, compte: "Compte") -> "CompteQuerySet":
        """Return the accounts that `compte` may see: itself, its structure's, its caisses' people, and those of the
        structures whose convention gives it this right today. A deleted account is seen by nobody (A-14).
        """
        parts = Participation.objects.donnant(Droit.VOIR_COMPTES, compte)
        vus = Q(pk=compte.pk) | Q(partenaire__in=parts.values("partenaire"))
        if peut(compte, Droit.GERER_EQUIPE):
            vus |= self._equipe(compte)
        return self.exclude(statut=Compte.Statut.SUPPRIME).filter(vus)

    def _equipe(self, compte: "Compte") -> Q:
        if not compte.cote_caisse:
            return Q(profil__in=role(compte.profil).gere)
        liens = Compte.caisses.through.objects.filter(caisse__in=compte.caisses.all())
        return Q(pk__in=liens.values("compte"))

    def lus_dans(self, *adresses: str) -> "CompteQuerySet":
        """Return those whose mails are read in the box of one of these addresses, sub-addresses folded."""
        lus = Q(pk=None)
        for nom, domaine in map(boite, filter(None, adresses)):
            lus |= Q(email__iexact=f"{nom}@{domaine}")
            lus |= Q(email__istartswith=f"{nom}+", email__iendswith=f"@{domaine}")
        return self.filter(lus)

    def pouvant(self, *droits: Droit) -> "CompteQuerySet":
        """Return those whose profile has one of these rights."""
        return self.filter(profil__in=profils_avec(*droits))

    def gestionnaires(self, partenaire: int | None) -> "CompteQuerySet":
        """Return those who speak for this structure."""
        return self.pouvant(Droit.GERER_STRUCTURE).filter(partenaire=partenaire)

    def occupants(self) -> "CompteQuerySet":
        """Return those that hold a seat (Q-04): a relève does not count beside its predecessor (Q-07)."""
        return self.filter(statut__in=STATUTS_OCCUPANTS).exclude(releve_de__statut__in=STATUTS_OCCUPANTS)

    def actifs(self) -> "CompteQuerySet":
        """Return the accounts that may sign in."""
        return self.filter(statut=Compte.Statut.ACTIF)

    def a_inactiver(self, jour: dt.date) -> "CompteQuerySet":
        """Return those whose announced departure has come on `jour` (A-10)."""
        return self.filter(statut__in=STATUTS_OCCUPANTS, depart_le__lte=jour)

    def a_supprimer(self, jour: dt.date) -> "CompteQuerySet":
        """Return the inactive accounts whose six months are over on `jour` (A-14, T-06)."""
        return self.filter(statut=Compte.Statut.INACTIF, suppression_le__lt=jour)


class Compte(AbstractBaseUser):
    """An account of the portal. One person may hold two (A-04); each has one profile."""

    class Statut(models.TextChoices):
        # nothing is open, nothing was sent, until a second person confirms.
        A_CONFIRMER = "a_confirmer", "À confirmer par une seconde personne"
        EN_ATTENTE = "en_attente", "En attente d’activation"
        ACTIF = "actif", "Actif"
        INACTIF = "inactif", "Inactif"
        SUPPRIME = "supprime", "Supprimé"

    class Civilite(models.TextChoices):
        MADAME = "madame", "Madame"
        MONSIEUR = "monsieur", "Monsieur"

    class Inactivation(models.TextChoices):
        FIN_CONVENTION = "fin-convention", "Fin de la dernière convention"
        DEPART = "depart", "Départ de la structure"
        CHANGEMENT = "changement", "Changement de fonction"
        RELEVE = "releve", "Relève par un successeur"
        FRAUDE = "fraude", "Utilisation frauduleuse, perte ou vol"
        EXCLUSION = "exclusion", "Exclusion par la caisse"
        REVUE = "revue", "Revue d’habilitation"
        NON_CONFIRME = "non-confirme", "Ouverture non confirmée"

    # Given by django-otp to the account of a request.
    is_verified: Callable[[], bool]

    identifiant = models.CharField("identifiant", max_length=60, unique=True)
    profil = models.CharField("profil", max_length=15, choices=Profil)
    statut = models.CharField("état", max_length=12, choices=Statut, default=Statut.EN_ATTENTE)
    civilite = models.CharField("civilité", max_length=10, choices=Civilite, blank=True)
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    partenaire = models.ForeignKey(
        Partenaire, models.PROTECT, null=True, blank=True, related_name="comptes", verbose_name="structure"
    )
    caisses = models.ManyToManyField(Caisse, related_name="comptes", blank=True, verbose_name="caisses")
    poles = models.ManyToManyField(Pole, related_name="comptes", blank=True, verbose_name="pôles")
    # the gestionnaire to whom a technicien is attached; the structure's, never a right.
    rattache_a = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="rattaches")
    # the account whose seat this one takes.
    releve_de = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="releves")
    # what the gestionnaire certified when he created this technicien.
    certifications = ArrayField(models.SlugField(), verbose_name="certifications", default=list, blank=True)
    cree_le = models.DateTimeField("créé le")
    cree_par = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="comptes_crees")
    active_le = models.DateTimeField("activé le", null=True, blank=True)
    # the announced departure.
    depart_le = models.DateField("départ annoncé pour le", null=True, blank=True)
    depart_annonce_le = models.DateTimeField("départ annoncé le", null=True, blank=True)
    depart_annonce_par = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    inactive_le = models.DateTimeField("inactivé le", null=True, blank=True)
    inactive_par = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="comptes_inactives"
    )
    # The side that decided, which alone may undo: a profile, or "systeme" for the job of A-13.
    inactive_cote = models.CharField("inactivé par le côté", max_length=12, blank=True)
    inactivation = models.CharField("motif d’inactivation", max_length=15, choices=Inactivation, blank=True)
    # last day of the six months, frozen at the inactivation.
    suppression_le = models.DateField("suppression après le", null=True, blank=True)
    mot_de_passe_change_le = models.DateTimeField("mot de passe changé le", null=True, blank=True)
    derniere_connexion_le = models.DateTimeField("dernière connexion", null=True, blank=True)
    # Django's own field keeps the real time: ours follows the portal's clock.
    last_login = None

    objects = CompteQuerySet.as_manager()

    USERNAME_FIELD = "identifiant"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "compte"
        ordering = ["nom", "prenom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(profil__in=profils_du(Cote.PARTENAIRE), partenaire__isnull=False)
                | (~Q(profil__in=profils_du(Cote.PARTENAIRE)) & Q(partenaire__isnull=True)),
                name="compte_partenaire_selon_profil",
            ),
            models.CheckConstraint(
                condition=Q(
                    statut__in=STATUTS_FERMES, inactive_le__isnull=False, suppression_le__isnull=False
                )
                | (Q(inactive_le__isnull=True, suppression_le__isnull=True) & ~Q(statut__in=STATUTS_FERMES)),
                name="compte_inactif_date",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=STATUTS_FERMES) ^ Q(inactivation=""), name="compte_inactif_motif"
            ),
            models.CheckConstraint(
                condition=Q(depart_le=None, depart_annonce_le=None)
                | Q(depart_le__isnull=False, depart_annonce_le__isnull=False),
                name="compte_depart_annonce",
            ),
            # one relève per seat.
            models.UniqueConstraint(
                fields=["releve_de"],
                condition=Q(releve_de__isnull=False, statut__in=STATUTS_OCCUPANTS),
                name="compte_une_releve_par_place",
            ),
        ]
        indexes = [
            models.Index(fields=["partenaire", "profil", "statut"], name="compte_places"),
            models.Index(F("suppression_le"), condition=Q(statut="inactif"), name="compte_a_supprimer"),
            models.Index(fields=["email"], name="compte_email"),
        ]

    def __str__(self) -> str:
        return self.identifiant

    @property
    def is_active(self) -> bool:
        """Whether Django may keep this account's session."""
        return self.statut == self.Statut.ACTIF

    @property
    def cles_d_acces(self) -> Any:
        """The passkeys of the account, as its relation (A-25)."""
        return self.webauthncredential_set

    @property
    def nom_complet(self) -> str:
        """First name and name, as shown to the other side."""
        return f"{self.prenom} {self.nom}"

    @property
    def compte(self) -> "Compte":
        """The account that a row keeps as its author (see `socle.acteurs.Acteur`)."""
        return self

    @property
    def cote_partenaire(self) -> bool:
        """Whether the account is a structure's."""
        return role(self.profil).cote == Cote.PARTENAIRE

    @property
    def cote_caisse(self) -> bool:
        """Whether the account is a caisse's."""
        return role(self.profil).cote == Cote.CAISSE

    def agit_pour(self, caisse: Caisse) -> bool:
        """Whether the account is one of this caisse's people."""
        return self.cote_caisse and caisse.pk in cles_des_caisses(self)

    def participations_ouvertes(self) -> models.QuerySet[Participation]:
        """Return the participations that open the portal to this account now (A-13, A-16).

        Computed at each request from the conventions in force, less the caisses that excluded the person.
        """
        return Participation.objects.ouvrant_le_portail().de(self)

    @cached_property
    def parts_du_jour(self) -> list[tuple[int, str]]:
        """Key and object of what binds a partner's account today (see `actuelles`).

        Read once: the account of a request lives no longer than it. For the gate and the menu; a perimeter asks again.
        """
        return [(cle, objet) for cle, objet, *_ in Participation.objects.du_jour(self)]

    def participations_en_vigueur(self) -> models.QuerySet[Participation]:
        """Return those whose convention runs, suspended or not, less the caisses that excluded the person (A-16)."""
        return Participation.objects.en_vigueur().de(self)

    def caisses_excluantes(self) -> models.QuerySet:
        """Return the keys of the caisses that excluded the person, and have not lifted it (A-16)."""
        return self.exclusions.filter(levee_le=None).values("caisse")

    def reperes_du_journal(self) -> Reperes:
        """R-04: of its caisses; that of a structure is of no caisse, and read by all those of the structure."""
        caisses = () if self.cote_partenaire else tuple(sorted(caisse.pk for caisse in self.caisses.all()))
        return Reperes(caisses=caisses, partenaire=self.partenaire_id)
