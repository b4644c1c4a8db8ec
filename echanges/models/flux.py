"""The flows that a convention has, with what it agreed of each (E-05, E-10)."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from conventions.models.conventions import Participation
from conventions.models.suites import Avenant
from echanges import catalogue, regles
from echanges.catalogue import Colonne, CoteDuFlux, Flux, Periodicite


class FluxQuerySet(models.QuerySet):
    """Flows of conventions."""

    def ouverts(self) -> "FluxQuerySet":
        """Return those that were not closed."""
        return self.filter(clos_le=None)


class FluxConvenu(models.Model):
    """A flow of a caisse's part: when it is due, from which day, whether its rows bear a NIR, how long they are kept."""

    class Depart(models.TextChoices):
        COMMUNICATION = "communication", "L’annonce du dépôt"
        RECEPTION = "reception", "La réception du fichier par le portail"

    journal_de = "participation"

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="flux")
    code = models.SlugField("flux", max_length=30)
    periodicite = models.CharField("périodicité", max_length=12, choices=Periodicite)
    # The n-th working day of the caisse; for a year, of that month of the next one.
    rang = models.PositiveSmallIntegerField("jour ouvré de l’échéance", default=10)
    mois = models.PositiveSmallIntegerField("mois de l’échéance annuelle", default=1)
    avec_nir = models.BooleanField("colonne du numéro de sécurité sociale", default=False)
    # Optional columns of the flow that the convention does not hold; titles of those of its own, of free text.
    ecartees = ArrayField(
        models.SlugField(max_length=30), verbose_name="colonnes écartées", default=list, blank=True
    )
    ajoutees = ArrayField(
        models.CharField(max_length=60), verbose_name="colonnes ajoutées", default=list, blank=True
    )
    conservation_depart = models.CharField(
        "conservation comptée depuis", max_length=13, choices=Depart, default=Depart.COMMUNICATION
    )
    depuis = models.DateField("à partir du")
    convenu_le = models.DateTimeField("convenu le")
    clos_le = models.DateTimeField("clos le", null=True, blank=True)
    # Once files are exchanged, a flow opens and closes by avenant (C-06); None for what the convention itself holds.
    avenant = models.ForeignKey(Avenant, models.PROTECT, null=True, blank=True, related_name="+")
    clos_par = models.ForeignKey(
        Avenant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="clos par"
    )

    objects = FluxQuerySet.as_manager()

    class Meta:
        verbose_name = "flux convenu"
        verbose_name_plural = "flux convenus"
        ordering = ["participation", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "code"], condition=Q(clos_le=None), name="flux_ouvert_une_fois"
            ),
            models.CheckConstraint(
                condition=Q(rang__gte=1, rang__lte=20, mois__gte=1, mois__lte=12),
                name="flux_echeance_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"

    @property
    def a_servi(self) -> bool:
        """Whether something was announced, or said to be nothing: before, opening it was a slip that is taken back."""
        return self.depots.annonces().exists() or self.neants.exists()

    @property
    def flux(self) -> Flux:
        """What the referential says of it."""
        return catalogue.flux()[self.code]

    @property
    def colonnes(self) -> tuple[Colonne, ...]:
        """What a row of it holds, as this convention agreed (E-10)."""
        return self.flux.colonnes_de(avec_nir=self.avec_nir, ecartees=self.ecartees, ajoutees=self.ajoutees)

    @property
    def libelle(self) -> str:
        """Its name."""
        return self.flux.libelle

    @property
    def de(self) -> CoteDuFlux:
        """The side that sends it."""
        return self.flux.de

    def echeance(self, periode: str) -> dt.date:
        """Return the day on which a period is due, in the working days of the caisse (T-04)."""
        caisse = self.participation.caisse
        return regles.echeance(self.periodicite, periode, self.rang, self.mois, caisse.jour_ouvre_apres)


class EtatNeant(models.Model):
    """« Rien à transmettre » for a period, said in one click: absence and nothing differ (E-10)."""

    journal_de = "flux"

    flux = models.ForeignKey(FluxConvenu, models.PROTECT, related_name="neants")
    periode = models.CharField("période", max_length=10)
    declare_le = models.DateTimeField("déclaré le")
    declare_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "état néant"
        verbose_name_plural = "états néant"
        ordering = ["-periode", "pk"]
        constraints = [models.UniqueConstraint(fields=["flux", "periode"], name="neant_une_fois")]

    def __str__(self) -> str:
        return f"néant {self.periode}"


class RetardDit(models.Model):
    """A period that came late and was told once."""

    flux = models.ForeignKey(FluxConvenu, models.PROTECT, related_name="retards_dits")
    periode = models.CharField("période", max_length=10)
    dit_le = models.DateTimeField("dit le")

    class Meta:
        verbose_name = "retard dit"
        verbose_name_plural = "retards dits"
        constraints = [models.UniqueConstraint(fields=["flux", "periode"], name="retard_dit_une_fois")]

    def __str__(self) -> str:
        return f"retard {self.periode}"


class PeriodeRecue(models.Model):
    """A period whose file stood to its term, and when it came first: it is not missing once the deposit is gone (E-10, E-11)."""

    flux = models.ForeignKey(FluxConvenu, models.PROTECT, related_name="periodes_recues")
    periode = models.CharField("période", max_length=10)
    recue_le = models.DateTimeField("reçue le")

    class Meta:
        verbose_name = "période reçue"
        verbose_name_plural = "périodes reçues"
        constraints = [models.UniqueConstraint(fields=["flux", "periode"], name="periode_recue_une_fois")]

    def __str__(self) -> str:
        return f"reçue {self.periode}"


# What the counters of the follow-up of inscriptions begin with: « eps-venu »; as many rows, no deposit.
SUITES = "eps-"


class CompteurEchanges(models.Model):
    """What remains of the deposits once they are gone: numbers by month and flow, no row for a deposit (E-11)."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="+")
    code = models.SlugField("flux", max_length=30)
    mois = models.DateField("mois")
    depots = models.PositiveIntegerField("dépôts", default=0)
    lignes = models.PositiveIntegerField("lignes", default=0)
    lus = models.PositiveIntegerField("dépôts lus", default=0)

    class Meta:
        verbose_name = "compteur des échanges"
        verbose_name_plural = "compteurs des échanges"
        ordering = ["mois", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "code", "mois"], name="compteur_echanges_unique"
            ),
            models.CheckConstraint(condition=Q(lus__lte=F("depots")), name="compteur_echanges_lus"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.mois}"
