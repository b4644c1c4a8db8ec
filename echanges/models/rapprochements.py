"""What a person decided of two rows that may be of one person (E-05)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from echanges.models.depots import Depot


class RapprochementDecide(models.Model):
    """Whom a row of PCH or ACTP designates among the beneficiaries of the MTP, or nobody of those proposed that day.

    Ranks only: it goes with the first of both deposits (E-11).
    """

    journal_de = "depot"

    depot = models.ForeignKey(Depot, models.CASCADE, related_name="rapprochements")
    rang = models.PositiveIntegerField("rang de la ligne")
    depot_mtp = models.ForeignKey(
        Depot,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rapprochements_mtp",
        verbose_name="dépôt de la MTP",
    )
    rang_mtp = models.PositiveIntegerField("rang de la ligne de la MTP", null=True, blank=True)
    # Those that were proposed, « deposit:rank », when nobody of them was recognised: another one is to check.
    ecartees = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    decide_le = models.DateTimeField("décidé le")
    decide_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "rapprochement décidé"
        verbose_name_plural = "rapprochements décidés"
        ordering = ["depot", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["depot", "rang"], name="rapprochement_un_par_ligne"),
            models.CheckConstraint(
                condition=Q(depot_mtp=None, rang_mtp=None)
                | Q(depot_mtp__isnull=False, rang_mtp__isnull=False),
                name="rapprochement_ligne_entiere",
            ),
        ]

    def __str__(self) -> str:
        return f"rapprochement {self.pk}"


class RapprochementTenu(models.Model):
    """What the comparison of a deposit said, kept until a list that it read changes: ranks, sealed as its rows are (E-05)."""

    depot = models.OneToOneField(Depot, models.CASCADE, related_name="tenu")
    # The print of the lists that were read, and of the rows that were left out of them.
    listes = models.CharField("listes lues", max_length=64)
    scelle = models.BinaryField("verdicts scellés")

    class Meta:
        verbose_name = "rapprochement tenu"
        verbose_name_plural = "rapprochements tenus"

    def __str__(self) -> str:
        return f"rapprochement {self.pk}"
