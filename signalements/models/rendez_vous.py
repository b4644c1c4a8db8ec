"""The slots that a caisse proposes for a demande."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from signalements.models.demandes import Demande
from socle import horloge


class RendezVousQuerySet(models.QuerySet["RendezVous"]):
    """Slots in the words of the domain."""

    def en(self, *etats: str) -> "list[RendezVous]":
        """Return those in one of these states, in their order, without asking again what a page has read."""
        return sorted((un for un in self if un.statut in etats), key=lambda un: un.pk)

    def proposes(self) -> "RendezVousQuerySet":
        """Return those that wait for the structure's choice."""
        return self.filter(statut=RendezVous.Statut.PROPOSE)

    def choisissables(self) -> "RendezVousQuerySet":
        """Return those that wait for the structure's choice and whose hour has not come."""
        return self.proposes().filter(debut__gt=horloge.maintenant())

    def a_venir_ou_tenus(self) -> "RendezVousQuerySet":
        """Return the one that was agreed, if it is not cancelled."""
        return self.filter(statut=RendezVous.Statut.ACCEPTE)

    def a_l_agenda(self) -> "list[RendezVous]":
        """Return what a diary holds of a demande: the one agreed or cancelled, and before it those that it moved."""
        etats = (RendezVous.Statut.ACCEPTE, RendezVous.Statut.ANNULE, RendezVous.Statut.REMPLACE)
        tenus = self.en(RendezVous.Statut.HONORE, RendezVous.Statut.MANQUE)
        return [un for un in self.en(*etats) if not tenus or un.pk > tenus[-1].pk]

    def commences(self) -> "RendezVousQuerySet":
        """Return the one that was agreed, once its hour has come."""
        return self.a_venir_ou_tenus().filter(debut__lte=horloge.maintenant())


class RendezVous(models.Model):
    """A slot that the caisse proposes, and what becomes of it (D-13). Where and how is sealed as the rest."""

    class Statut(models.TextChoices):
        PROPOSE = "propose", "Proposé"
        ACCEPTE = "accepte", "Accepté"
        ECARTE = "ecarte", "Écarté"
        ANNULE = "annule", "Annulé"
        REMPLACE = "remplace", "Remplacé"
        HONORE = "honore", "Honoré"
        MANQUE = "manque", "Manqué"

    class Lieu(models.TextChoices):
        CAISSE = "caisse", "À la caisse"
        TELEPHONE = "telephone", "Par téléphone"
        SERVICE = "service", "Dans un service (centre d’examens de santé, service social…)"

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="rendez_vous")
    sceau = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    statut = models.CharField("état", max_length=8, choices=Statut, default=Statut.PROPOSE)
    debut = models.DateTimeField("début")
    duree_minutes = models.PositiveSmallIntegerField("durée (minutes)", default=30)
    precisions_scellees = models.BinaryField()
    propose_le = models.DateTimeField("proposé le")
    propose_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decide_le = models.DateTimeField("décidé le", null=True, blank=True)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RendezVousQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ["debut"]
        # The week of the caisse.
        indexes = [
            models.Index(
                fields=["debut"], condition=Q(statut__in=("propose", "accepte")), name="rendez_vous_semaine"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["demande"], condition=Q(statut="accepte"), name="rendez_vous_un_seul_accepte"
            ),
            models.CheckConstraint(
                condition=Q(decide_le=None, decide_par=None)
                | Q(decide_le__isnull=False, decide_par__isnull=False),
                name="rendez_vous_decide_paire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statut} {self.pk}"

    @property
    def _ou(self) -> dict[str, str]:
        ou: dict[str, str] = self.demande.ouvrir(bytes(self.precisions_scellees), f"rendez-vous:{self.sceau}")
        return ou

    @property
    def precisions(self) -> str:
        """Where to come, or who will call: the unsealed text."""
        return self._ou["precisions"]

    @property
    def lieu(self) -> str:
        """Which kind of place, in words: a service of care tells one."""
        return str(self.Lieu(self._ou["lieu"]).label)

    @property
    def fin(self) -> dt.datetime:
        return self.debut + dt.timedelta(minutes=self.duree_minutes)
