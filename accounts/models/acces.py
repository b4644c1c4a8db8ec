"""What gives access: personal links, former passwords, conditions of use."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte


class LienQuerySet(models.QuerySet):
    """Personal links in the words of the domain."""

    def valables(self, a: dt.datetime) -> "LienQuerySet":
        """Return the links not used, not cancelled, not expired at `a`."""
        return self.filter(consomme_le=None, expire_le__gt=a).select_related("compte")

    def entames(self, depuis: dt.datetime) -> "LienQuerySet":
        """Return the links used since `depuis` whose seed waits for its first code (A-25)."""
        return self.filter(consomme_le__gt=depuis, graine_scellee__isnull=False).select_related("compte")

    def agendas(self, a: dt.datetime) -> "LienQuerySet":
        """Return those by which a calendar reads dates at `a`."""
        return self.valables(a).filter(usage=LienPersonnel.Usage.AGENDA)


class LienPersonnel(models.Model):
    """A single-use link sent to one person (A-05). Only its hash is kept; a POST consumes it, never a GET.

    That of a calendar is shown instead, and read until it is withdrawn (C-03).
    """

    class Usage(models.TextChoices):
        ACTIVATION = "activation", "Activation du compte"
        MOT_DE_PASSE = "mot-de-passe", "Mot de passe oublié"
        SECOND_FACTEUR = "second-facteur", "Second facteur perdu"
        ADRESSE = "adresse", "Nouvelle adresse à confirmer"
        AGENDA = "agenda", "Dates des conventions dans un agenda"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="liens")
    usage = models.CharField("usage", max_length=15, choices=Usage)
    empreinte = models.CharField("empreinte du jeton", max_length=64, unique=True)
    # The seed shown to the session that used the link, until its first code; sealed.
    graine_scellee = models.BinaryField(null=True, blank=True)
    cree_le = models.DateTimeField("créé le")
    expire_le = models.DateTimeField("expire le")
    consomme_le = models.DateTimeField("consommé le", null=True, blank=True)

    objects = LienQuerySet.as_manager()

    class Meta:
        verbose_name = "lien personnel"
        verbose_name_plural = "liens personnels"
        constraints = [
            models.CheckConstraint(condition=Q(expire_le__gt=models.F("cree_le")), name="lien_expire_apres")
        ]

    def __str__(self) -> str:
        return f"{self.usage} {self.pk}"


class Oubli(models.Model):
    """A forgotten password or identifiant that the worker answers at once (A-04). Of nobody when nobody is known."""

    class Quoi(models.TextChoices):
        MOT_DE_PASSE = "mot-de-passe", "Mot de passe"
        IDENTIFIANT = "identifiant", "Identifiant"

    quoi = models.CharField("oubli", max_length=15, choices=Quoi)
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="oublis")
    cree_le = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "oubli"

    def __str__(self) -> str:
        return f"{self.quoi} {self.pk}"


class MotDePasseAncien(models.Model):
    """The hash of a former password: not to be used again among the last five (A-06)."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mots_de_passe_anciens")
    empreinte = models.CharField("empreinte", max_length=128)
    remplace_le = models.DateTimeField("remplacé le")

    class Meta:
        verbose_name = "ancien mot de passe"
        verbose_name_plural = "anciens mots de passe"
        ordering = ["-remplace_le", "-pk"]

    def __str__(self) -> str:
        return f"ancien {self.pk}"


class VersionCGUQuerySet(models.QuerySet):
    """Versions of the conditions of use."""

    def en_vigueur(self) -> "VersionCGU | None":
        """Return the last version, None when none was ever published."""
        return self.order_by("-numero").first()

    def avec_acceptations(self) -> "VersionCGUQuerySet":
        """Give each version the number of accounts that accepted it, last version first."""
        return self.annotate(acceptees=models.Count("acceptations")).order_by("-numero")

    def derniere_pour(self, compte: Compte) -> tuple["VersionCGU | None", bool]:
        """Return the last version, None before the first, and whether `compte` has accepted it (A-08). One query."""
        acceptee = AcceptationCGU.objects.filter(version=models.OuterRef("pk"), compte=compte)
        version = self.defer("texte").annotate(acceptee=models.Exists(acceptee)).order_by("-numero").first()
        return version, bool(version and getattr(version, "acceptee", False))


class VersionCGU(models.Model):
    """A version of the conditions of use; each is accepted before anything else is reachable (A-08)."""

    journal_de = None

    numero = models.PositiveIntegerField("version", unique=True)
    texte = models.TextField("texte")
    publiee_le = models.DateTimeField("publiée le")
    publiee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = VersionCGUQuerySet.as_manager()

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
