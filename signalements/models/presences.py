"""Who has a demande open on his screen at the caisse, and who is writing."""

import datetime as dt

from django.conf import settings
from django.db import models

from signalements.models.demandes import Demande
from socle import horloge

# Seconds after which a page that said nothing more counts as closed; it speaks every 20 seconds.
EXPIRATION = dt.timedelta(seconds=60)


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Presences in the words of the desk."""

    def noter(self, demande: Demande, compte: models.Model, *, ecrit: bool) -> None:
        """Note that `compte` has the demande open now, writing or not; forget those who left."""
        maintenant = horloge.maintenant()
        self.filter(demande=demande, vue_le__lt=maintenant - EXPIRATION).delete()
        presence = Presence(
            demande=demande, compte=compte, vue_le=maintenant, ecrit_le=maintenant if ecrit else None
        )
        self.bulk_create(
            [presence],
            update_conflicts=True,
            unique_fields=["demande", "compte"],
            update_fields=["vue_le", "ecrit_le"] if ecrit else ["vue_le"],
        )

    def des_autres(self, demande: Demande, compte: models.Model) -> "list[Presence]":
        """Return who else has the demande open now, those who write first."""
        depuis = horloge.maintenant() - EXPIRATION
        presences = self.filter(demande=demande, vue_le__gte=depuis).exclude(compte=compte)
        # Nobody else, most of the time: their accounts are read when there are some.
        return sorted(presences.prefetch_related("compte").order_by("pk"), key=lambda une: not une.ecrit)


class Presence(models.Model):
    """One page of a demande open at the caisse. Nobody else reads it; it is forgotten after a minute."""

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="presences")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    vue_le = models.DateTimeField("vue le")
    ecrit_le = models.DateTimeField("écrit le", null=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        constraints = [models.UniqueConstraint(fields=["demande", "compte"], name="presence_unique")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.compte_id}"

    @property
    def ecrit(self) -> bool:
        """Whether something was typed less than a minute ago."""
        return self.ecrit_le is not None and self.ecrit_le >= horloge.maintenant() - EXPIRATION
