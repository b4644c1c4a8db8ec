"""An import of conventions that goes on behind the page (C-13, C-23)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from caisses.models import Caisse


class Importation(models.Model):
    """The table that an administrateur confirmed, and what became of each of its lines."""

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="importations")
    # The table as text, wiped once every line is treated.
    texte = models.TextField("tableau", blank=True)
    lignes = models.PositiveSmallIntegerField("lignes")
    # Number of the line -> the reference of its convention, or why it was left out.
    resultats = models.JSONField("résultats", default=dict)
    demandee_le = models.DateTimeField("demandée le")
    demandee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    finie_le = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        verbose_name = "importation de conventions"
        verbose_name_plural = "importations de conventions"
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finie_le=None) | Q(texte=""), name="importation_finie_sans_tableau"
            )
        ]

    def __str__(self) -> str:
        return f"importation {self.pk}"

    @property
    def faites(self) -> int:
        """How many lines are treated."""
        return len(self.resultats)

    @property
    def references(self) -> list[str]:
        """The conventions that were written, in the order of the table."""
        siens = sorted(self.resultats.items(), key=lambda paire: int(paire[0]))
        return [dit["reference"] for _, dit in siens if "reference" in dit]

    @property
    def refus(self) -> list[tuple[int, str, list[str]]]:
        """The lines that were left out: number, structure, why."""
        siens = sorted((int(numero), dit) for numero, dit in self.resultats.items() if "erreurs" in dit)
        return [(numero, dit["nom"], dit["erreurs"]) for numero, dit in siens]
