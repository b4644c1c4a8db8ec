"""The anonymous figures that remain of purged demandes."""

from django.db import models

from caisses.models import Caisse, Motif
from conventions.models.partenaires import Partenaire


class Compteur(models.Model):
    """What remains of purged demandes: anonymous counts, no row per demande (D-15)."""

    mois = models.DateField("mois")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    type_partenaire = models.CharField("type de structure", max_length=12, choices=Partenaire.Type)
    motif = models.ForeignKey(Motif, models.PROTECT, related_name="+")
    issue = models.CharField("issue", max_length=20)
    delai = models.CharField("classe de délai", max_length=12)
    nombre = models.PositiveIntegerField("nombre", default=0)

    class Meta:
        verbose_name = "compteur"
        constraints = [
            models.UniqueConstraint(
                fields=["mois", "caisse", "type_partenaire", "motif", "issue", "delai"],
                name="compteur_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mois} {self.motif_id} {self.nombre}"
