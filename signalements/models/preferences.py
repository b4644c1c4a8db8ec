"""What an account of the caisse chose for its desk: the lists that it comes back to, its keys, its morning mail."""

from typing import Any

from django.conf import settings
from django.db import models

from signalements.models.demandes import Demande
from socle import horloge


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
    def dus(cls, compte: Any) -> list[int]:
        """Return the keys of the demandes that `compte` wanted to see again by today."""
        jour = horloge.jour(settings.TIME_ZONE)
        return list(cls.objects.filter(compte=compte, le__lte=jour).values_list("demande", flat=True))


class Preferences(models.Model):
    """How the desk works for an account; one that chose nothing has the default values."""

    journal_de = "compte"

    compte = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences_du_bureau"
    )
    raccourcis = models.BooleanField("raccourcis clavier", default=True)
    resume = models.BooleanField("résumé du matin", default=False)
    resume_le = models.DateField("dernier résumé envoyé", null=True, blank=True)

    class Meta:
        verbose_name = "préférences du bureau"
        verbose_name_plural = "préférences du bureau"

    def __str__(self) -> str:
        return f"{self.compte_id}"

    @classmethod
    def de(cls, compte: Any) -> "Preferences":
        """Return what `compte` chose, unsaved when it chose nothing."""
        return cls.objects.filter(compte=compte).first() or cls(compte=compte)
