"""What someone was already told, so that a job that runs every quarter of an hour writes once."""

from django.db import models
from django.db.models import Q


class Alerte(models.Model):
    """A state that asks for a person: open while it lasts, told once when it opens."""

    cle = models.CharField("clé", max_length=80)
    ouverte_le = models.DateTimeField("ouverte le")
    close_le = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        verbose_name = "alerte"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cle"], condition=Q(close_le=None), name="alerte_une_ouverte")
        ]

    def __str__(self) -> str:
        return self.cle
