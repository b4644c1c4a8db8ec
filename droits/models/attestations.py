"""What a structure attests at the end of a partnership (R-05)."""

from django.conf import settings
from django.db import models

from conventions.models.conventions import Participation


class AttestationDestruction(models.Model):
    """The structure destroyed the personal data that it held for a partnership: said once, by a named person.

    The gestionnaire says it here; or the caisse writes down the letter that it received, once accounts are closed.
    """

    participation = models.OneToOneField(
        Participation, models.CASCADE, related_name="attestation", verbose_name="partenariat"
    )
    signataire = models.CharField("signataire", max_length=120)
    attestee_le = models.DateField("attestée le")
    saisie_le = models.DateTimeField("saisie le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "attestation de destruction"
        verbose_name_plural = "attestations de destruction"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(signataire=""), name="attestation_a_un_signataire"),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.attestee_le}"
