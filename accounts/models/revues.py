"""The review of a structure's accounts: each one confirmed or inactivated (A-17, A-22)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from caisses.models import Caisse
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle.roles import Droit


class RevueQuerySet(models.QuerySet):
    """Reviews in the words of the domain."""

    def visibles_par(self, compte: Compte) -> "RevueQuerySet":
        """Return the reviews of the gestionnaire's structure, or those that the administrateur's caisses follow."""
        return Participation.objects.donnant(Droit.SUIVRE_REVUES, compte).liees(self)

    def ouvertes(self) -> "RevueQuerySet":
        """Return those not finished."""
        return self.filter(close_le=None)

    def avec_avancement(self) -> "RevueQuerySet":
        """Give each the numbers of its lines, and of those decided, or of no concern since closed otherwise."""
        faite = ~Q(lignes__decision="") | ~Q(lignes__compte__statut__in=STATUTS_OCCUPANTS)
        return self.annotate(total=Count("lignes"), faites=Count("lignes", filter=faite))


class Revue(models.Model):
    """A campaign for one structure: regular, or on demand of a caisse (A-17)."""

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="revues")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="revues")
    ouverte_le = models.DateTimeField("ouverte le")
    # Empty: the job opened it.
    ouverte_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    echeance = models.DateField("à rendre avant la fin du")
    relancee_le = models.DateField("dernière relance", null=True, blank=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)

    objects = RevueQuerySet.as_manager()

    class Meta:
        verbose_name = "revue d’habilitation"
        verbose_name_plural = "revues d’habilitation"
        ordering = ["-ouverte_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["partenaire"], condition=Q(close_le=None), name="revue_une_ouverte_par_structure"
            )
        ]

    def __str__(self) -> str:
        return f"revue {self.pk}"

    def en_retard(self, jour: dt.date) -> bool:
        """Return whether it is late on `jour`."""
        return self.close_le is None and jour > self.echeance


class LigneRevue(models.Model):
    """One account in a review."""

    journal_de = "revue"

    class Decision(models.TextChoices):
        CONFIRME = "confirme", "Confirmé"
        INACTIVE = "inactive", "Inactivé"

    revue = models.ForeignKey(Revue, models.CASCADE, related_name="lignes")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lignes_revue")
    decision = models.CharField("décision", max_length=10, choices=Decision, blank=True)
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "ligne de revue"
        verbose_name_plural = "lignes de revue"
        constraints = [
            models.UniqueConstraint(fields=["revue", "compte"], name="ligne_revue_unique"),
            models.CheckConstraint(
                condition=Q(decision="", decidee_le=None) | (~Q(decision="") & Q(decidee_le__isnull=False)),
                name="ligne_revue_decidee",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk}"
