"""The figures of a convention, that no purge takes away."""

from django.db import models

from caisses.models import Caisse
from conventions.models.conventions import Convention


class Chiffre(models.Model):
    """How many demandes of a convention, in a month, under one value of one dimension (C-21). No row per demande."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="+")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    mois = models.DateField("mois")
    dimension = models.CharField("dimension", max_length=10)
    valeur = models.CharField("valeur", max_length=50, blank=True)
    nombre = models.IntegerField("nombre", default=0)

    class Meta:
        verbose_name = "chiffre"
        ordering = ["mois", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "caisse", "mois", "dimension", "valeur"], name="chiffre_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mois} {self.dimension} {self.valeur} {self.nombre}"
