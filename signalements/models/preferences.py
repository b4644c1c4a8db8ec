"""What an account chose for its desk, on either side: the lists that it comes back to, its keys, its mails."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from conventions.models.conventions import JourDeLaCaisse
from signalements.models.demandes import Demande


class Vue(models.Model):
    """A list that an account kept: a basket and filters, as they stand in an address. It names no assuré."""

    journal_de = "compte"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="vues")
    titre = models.CharField("titre", max_length=40)
    adresse = models.CharField("adresse", max_length=500)

    class Meta:
        verbose_name = "liste gardée"
        verbose_name_plural = "listes gardées"
        ordering = ["titre", "pk"]
        constraints = [models.UniqueConstraint(fields=["compte", "titre"], name="vue_titre_unique")]

    def __str__(self) -> str:
        return self.titre


class ARevoir(models.Model):
    """A day on which an account wants to see a demande again; its own, seen by nobody else."""

    journal_de = "demande"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rappels")
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="rappels")
    le = models.DateField("à rappeler le")

    class Meta:
        verbose_name = "demande à revoir"
        verbose_name_plural = "demandes à revoir"
        constraints = [models.UniqueConstraint(fields=["compte", "demande"], name="a_revoir_unique")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.le}"

    @classmethod
    def dus(cls, compte: Compte) -> list[int]:
        """Return the keys of the demandes that `compte` wanted to see again by today."""
        jour = JourDeLaCaisse(fuseau="demande__caisse__fuseau")
        return list(cls.objects.filter(compte=compte, le__lte=jour).values_list("demande", flat=True))


class PreferencesQuerySet(models.QuerySet["Preferences"]):
    """Preferences in the words of the mail of the morning."""

    def a_resumer(self, jour: dt.date) -> "PreferencesQuerySet":
        """Return those of the active accounts to which a mail of the morning may be due on `jour`."""
        lundi = jour - dt.timedelta(days=jour.weekday())
        rythmes = Preferences.Rythme
        return self.filter(
            (Q(resume=True) & ~Q(resume_le=jour))
            | (Q(courriels=rythmes.JOUR) & (Q(nouvelles_le=None) | Q(nouvelles_le__lt=jour)))
            | (Q(courriels=rythmes.SEMAINE) & (Q(nouvelles_le=None) | Q(nouvelles_le__lt=lundi))),
            compte__statut="actif",
        )


class Preferences(models.Model):
    """How the desk works for an account; one that chose nothing has the default values."""

    class Rythme(models.TextChoices):
        """When the news of the demandes come by mail; the portal tells them at once, whatever was chosen."""

        AUSSITOT = "aussitot", "Tout de suite"
        JOUR = "jour", "Chaque matin, en un seul message"
        SEMAINE = "semaine", "Chaque lundi, en un seul message"
        PORTAIL = "portail", "Jamais : je les lis sur le portail"

    journal_de = "compte"

    compte = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences_du_bureau"
    )
    raccourcis = models.BooleanField("raccourcis clavier", default=True)
    resume = models.BooleanField("résumé du matin", default=False)
    courriels = models.CharField(
        "nouvelles de mes demandes par courriel", max_length=8, choices=Rythme, default=Rythme.AUSSITOT
    )
    nouvelles_le = models.DateField("dernières nouvelles envoyées", null=True, blank=True)
    resume_le = models.DateField("dernier résumé envoyé", null=True, blank=True)

    objects = PreferencesQuerySet.as_manager()

    class Meta:
        verbose_name = "préférences du bureau"
        verbose_name_plural = "préférences du bureau"

    def __str__(self) -> str:
        return f"{self.compte_id}"

    def nouvelles_dues(self, jour: dt.date) -> bool:
        """Whether the list of the news is due: every day, or once a week from its Monday on."""
        if self.courriels not in (self.Rythme.JOUR, self.Rythme.SEMAINE):
            return False
        recul = jour.weekday() if self.courriels == self.Rythme.SEMAINE else 0
        return self.nouvelles_le is None or self.nouvelles_le < jour - dt.timedelta(days=recul)

    @classmethod
    def de(cls, compte: Compte) -> "Preferences":
        """Return what `compte` chose, unsaved when it chose nothing."""
        return cls.objects.filter(compte=compte).first() or cls(compte=compte)
