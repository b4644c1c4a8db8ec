"""Who deposits and reads, by mail address, and the dedicated mailboxes that are told (E-01, E-08)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.compte import Compte
from conventions.models.conventions import JourDeLaCaisse, Participation
from echanges.catalogue import CoteDuFlux

_UTILISATEUR = settings.AUTH_USER_MODEL


class AutorisationQuerySet(models.QuerySet):
    """Authorisations in the words of the domain."""

    def en_cours(self) -> "AutorisationQuerySet":
        """Return those that hold today, in the zone of their caisse."""
        jour = JourDeLaCaisse(fuseau="participation__caisse__fuseau")
        return self.alias(jour=jour).filter(
            Q(fin=None) | Q(fin__gte=F("jour")), debut__lte=F("jour"), retiree_le=None
        )

    def de(self, compte: Compte) -> "AutorisationQuerySet":
        """Return those whose address is that of an account, on its side (E-08)."""
        if not compte.email:
            return self.none()
        siennes = self.filter(courriel=compte.email.lower())
        if compte.cote_partenaire:
            return siennes.filter(cote=CoteDuFlux.PARTENAIRE, participation__partenaire=compte.partenaire_id)
        return siennes.filter(cote=CoteDuFlux.CAISSE, participation__caisse__in=compte.caisses.all())


class AutorisationDepot(models.Model):
    """An address that deposits and reads some flows of a convention, given and withdrawn by the caisse (E-01)."""

    journal_de = "participation"

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="autorisations")
    cote = models.CharField("côté", max_length=10, choices=CoteDuFlux)
    courriel = models.EmailField("adresse électronique")
    flux = ArrayField(models.SlugField(max_length=30), verbose_name="flux")
    debut = models.DateField("à partir du")
    fin = models.DateField("jusqu’au", null=True, blank=True)
    donnee_le = models.DateTimeField("donnée le")
    donnee_par = models.ForeignKey(_UTILISATEUR, models.SET_NULL, null=True, related_name="+")
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    retiree_par = models.ForeignKey(_UTILISATEUR, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AutorisationQuerySet.as_manager()

    class Meta:
        verbose_name = "autorisation de dépôt"
        verbose_name_plural = "autorisations de dépôt"
        ordering = ["cote", "courriel", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin=None) | Q(fin__gte=F("debut")), name="autorisation_fin_apres_debut"
            ),
            models.UniqueConstraint(
                fields=["participation", "cote", "courriel"],
                condition=Q(retiree_le=None),
                name="autorisation_une_par_adresse",
            ),
        ]

    def __str__(self) -> str:
        return f"autorisation {self.pk}"


class BoiteQuerySet(models.QuerySet):
    """Mailboxes in the words of the domain."""

    def presentes(self) -> "BoiteQuerySet":
        """Return those that were not withdrawn."""
        return self.filter(retiree_le=None)

    def verifiees(self) -> "BoiteQuerySet":
        """Return those whose reader gave back the code that was written to it."""
        return self.presentes().filter(verifiee_le__isnull=False)


class BoiteDediee(models.Model):
    """The shared mailbox of one side, that is told and opens nothing (E-08). Used once its code came back."""

    journal_de = "participation"

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="boites")
    cote = models.CharField("côté", max_length=10, choices=CoteDuFlux)
    courriel = models.EmailField("adresse électronique")
    # The hash of the code that was written to it, while it is waited for.
    code_empreinte = models.CharField("empreinte du code", max_length=64, blank=True)
    code_expire_le = models.DateTimeField("code valable jusqu’à", null=True, blank=True)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    declaree_le = models.DateTimeField("déclarée le")
    declaree_par = models.ForeignKey(_UTILISATEUR, models.SET_NULL, null=True, related_name="+")
    verifiee_le = models.DateTimeField("vérifiée le", null=True, blank=True)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)

    objects = BoiteQuerySet.as_manager()

    class Meta:
        verbose_name = "boîte dédiée"
        verbose_name_plural = "boîtes dédiées"
        ordering = ["cote", "pk"]
        constraints = [
            # The verified one serves until another one is verified.
            models.UniqueConstraint(
                fields=["participation", "cote"],
                condition=Q(retiree_le=None, verifiee_le__isnull=False),
                name="boite_une_par_cote",
            ),
            models.UniqueConstraint(
                fields=["participation", "cote"],
                condition=Q(retiree_le=None, verifiee_le=None),
                name="boite_une_attendue_par_cote",
            ),
        ]

    def __str__(self) -> str:
        return f"boîte {self.pk}"
