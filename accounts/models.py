"""Accounts: who signs in, with what, under which conditions of use."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django_otp.models import Device, ThrottlingMixin

from conventions.models import Caisse, Partenaire, Pole
from espace_partenaires.profils import PROFILS_CAISSE, PROFILS_PARTENAIRE, Profil


class CompteManager(BaseUserManager.from_queryset(models.QuerySet)):
    """Accounts, found by their identifiant."""

    def get_by_natural_key(self, identifiant: str) -> "Compte":
        """Return the account whose identifiant is exactly this one."""
        return self.get(identifiant=identifiant)


class Compte(AbstractBaseUser):
    """An account of the portal. One person may hold two (A-04); each has one profile."""

    class Statut(models.TextChoices):
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
        FRAUDE = "fraude", "Utilisation frauduleuse, perte ou vol"
        EXCLUSION = "exclusion", "Exclusion par la caisse"
        REVUE = "revue", "Revue d’habilitation"

    identifiant = models.CharField("identifiant", max_length=60, unique=True)
    profil = models.CharField("profil", max_length=15, choices=Profil)
    statut = models.CharField("état", max_length=10, choices=Statut, default=Statut.EN_ATTENTE)
    civilite = models.CharField("civilité", max_length=10, choices=Civilite, blank=True)
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique")
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, null=True, blank=True, related_name="comptes")
    caisses = models.ManyToManyField(Caisse, related_name="comptes", blank=True)
    poles = models.ManyToManyField(Pole, related_name="comptes", blank=True)
    cree_le = models.DateTimeField("créé le")
    cree_par = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="comptes_crees")
    active_le = models.DateTimeField("activé le", null=True, blank=True)
    inactive_le = models.DateTimeField("inactivé le", null=True, blank=True)
    inactive_par = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="comptes_inactives")
    inactivation = models.CharField("motif d’inactivation", max_length=15, choices=Inactivation, blank=True)
    mot_de_passe_change_le = models.DateTimeField("mot de passe changé le", null=True, blank=True)

    objects = CompteManager()

    USERNAME_FIELD = "identifiant"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "compte"
        ordering = ["nom", "prenom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(profil__in=PROFILS_PARTENAIRE, partenaire__isnull=False)
                | (~Q(profil__in=PROFILS_PARTENAIRE) & Q(partenaire__isnull=True)),
                name="compte_partenaire_selon_profil",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=["inactif", "supprime"], inactive_le__isnull=False)
                | (~Q(statut__in=["inactif", "supprime"]) & Q(inactive_le__isnull=True)),
                name="compte_inactif_date",
            ),
        ]

    def __str__(self) -> str:
        return self.identifiant

    @property
    def is_active(self) -> bool:
        """Whether Django may keep this account's session."""
        return self.statut == self.Statut.ACTIF

    @property
    def nom_complet(self) -> str:
        """First name and name, as shown to the other side."""
        return f"{self.prenom} {self.nom}"

    @property
    def cote_partenaire(self) -> bool:
        """Whether the account is a structure's."""
        return self.profil in PROFILS_PARTENAIRE

    @property
    def cote_caisse(self) -> bool:
        """Whether the account is a caisse's."""
        return self.profil in PROFILS_CAISSE


class AppareilTOTP(ThrottlingMixin, Device):
    """The one-time code of an account. Its seed is sealed (django-otp keeps it in clear)."""

    graine_scellee = models.BinaryField()
    dernier_pas = models.BigIntegerField(default=-1)

    class Meta:
        verbose_name = "appareil de code à usage unique"

    def get_throttle_factor(self) -> int:
        """One second, doubled at each failure."""
        return 1


class VersionCGU(models.Model):
    """A version of the conditions of use; each is accepted before anything else is reachable (A-08)."""

    numero = models.PositiveIntegerField("version", unique=True)
    texte = models.TextField("texte")
    publiee_le = models.DateTimeField("publiée le")

    class Meta:
        verbose_name = "version des CGU"
        verbose_name_plural = "versions des CGU"
        ordering = ["-numero"]

    def __str__(self) -> str:
        return f"CGU v{self.numero}"


class AcceptationCGU(models.Model):
    """The proof: version, date and account (A-08)."""

    version = models.ForeignKey(VersionCGU, models.PROTECT, related_name="acceptations")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acceptations")
    acceptee_le = models.DateTimeField("acceptée le")

    class Meta:
        verbose_name = "acceptation des CGU"
        verbose_name_plural = "acceptations des CGU"
        constraints = [models.UniqueConstraint(fields=["version", "compte"], name="acceptation_unique")]

    def __str__(self) -> str:
        return f"{self.compte_id} v{self.version_id}"
