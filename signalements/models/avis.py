"""The opinion that an agent waits for, of a colleague or of another pôle; the demande stays his."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from caisses.models import Pole
from signalements.models.absences import remplaces_par
from signalements.models.demandes import Demande


class AvisAttendu(models.Model):
    """D-22: asked of a pôle or of a colleague; gone once given: what was asked and said are notes of the thread."""

    journal_de = "demande"

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="avis_attendus")
    pole = models.ForeignKey(Pole, models.CASCADE, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "avis attendu"
        verbose_name_plural = "avis attendus"
        constraints = [
            models.CheckConstraint(
                condition=Q(pole=None, agent__isnull=False) | Q(pole__isnull=False, agent=None),
                name="avis_d_un_pole_ou_d_un_agent",
            ),
            models.UniqueConstraint(
                fields=["demande", "pole", "agent", "auteur"], nulls_distinct=False, name="avis_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.pole_id or self.agent_id}"

    @classmethod
    def attendus_de(cls, compte: Compte) -> "models.QuerySet[AvisAttendu]":
        """Return those that are asked of the account, of a colleague whom he replaces today, or of his pôles."""
        siens = Q(agent__in=[compte.pk, *remplaces_par(compte)]) | Q(pole__in=compte.poles.all())
        return cls.objects.filter(siens).exclude(auteur=compte)
