"""What became of each inscription to an EPS, told by the centre and seen by who sent it (E-07)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from echanges.models.depots import Depot


class SuiteInscription(models.TextChoices):
    """Where an inscription stands. Never the result of an exam."""

    INSCRIT = "inscrit", "Inscrit"
    CONVOQUE = "convoque", "Convoqué"
    VENU = "venu", "Venu"
    ABSENT = "absent", "Absent"
    NON_RETENU = "non-retenu", "Non retenu"


class CauseNonRetenu(models.TextChoices):
    """Why the centre did not take an inscription: coded, so that no word speaks of health."""

    HORS_PUBLIC = "hors-public", "Hors du public de l’examen"
    DEJA_FAIT = "deja-fait", "Examen déjà fait"
    INJOIGNABLE = "injoignable", "Personne injoignable"
    REFUS = "refus", "La personne ne souhaite plus venir"


class SuiviInscription(models.Model):
    """What was noted of one row of a deposit of inscriptions: the last holds, the former ones stay to be read."""

    journal_de = "depot"

    depot = models.ForeignKey(Depot, models.CASCADE, related_name="inscriptions")
    rang = models.PositiveIntegerField("rang de la ligne")
    suite = models.CharField("suite", max_length=10, choices=SuiteInscription)
    cause = models.CharField("cause", max_length=12, choices=CauseNonRetenu, blank=True)
    note_le = models.DateTimeField("noté le")
    note_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    remplace_le = models.DateTimeField("remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "suivi d’une inscription"
        verbose_name_plural = "suivis des inscriptions"
        ordering = ["depot", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["depot", "rang"], condition=Q(remplace_le=None), name="inscription_un_suivi_par_ligne"
            ),
            models.CheckConstraint(
                condition=Q(suite="non-retenu") & ~Q(cause="") | ~Q(suite="non-retenu") & Q(cause=""),
                name="inscription_cause_du_refus",
            ),
        ]

    def __str__(self) -> str:
        return f"inscription {self.pk}"
