"""Runs of the jobs, and what the retention engine keeps of its work: ledger, brakes, holds."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conformite.reperes import Reperes


class Execution(models.Model):
    """One run of a job of the beat table, with its counts. Real time: a shifted clock does not make a job late.

    Runs that found nothing to do are folded into one row (`repetitions`), from the first to the last.
    """

    class Statut(models.TextChoices):
        EN_COURS = "en_cours", "En cours"
        REUSSIE = "reussie", "Réussie"
        INCOMPLETE = "incomplete", "Incomplète"
        ECHOUEE = "echouee", "Échouée"
        INTERROMPUE = "interrompue", "Interrompue"

    nom = models.CharField("exécution", max_length=60)
    tache = models.UUIDField("identifiant de la tâche", default=uuid.uuid4)
    statut = models.CharField("état", max_length=12, choices=Statut, default=Statut.EN_COURS)
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin", null=True, blank=True)
    compteurs = models.JSONField("compteurs", default=dict)
    erreur = models.CharField("erreur", max_length=80, blank=True)
    repetitions = models.PositiveIntegerField("exécutions sans rien à faire", default=1)

    class Meta:
        verbose_name = "exécution automatique"
        verbose_name_plural = "exécutions automatiques"
        ordering = ["-debut", "-pk"]
        indexes = [models.Index(fields=["nom", "-debut"], name="execution_nom_debut")]
        constraints = [
            models.CheckConstraint(
                condition=Q(statut="en_cours", fin=None) | (~Q(statut="en_cours") & Q(fin__isnull=False)),
                name="execution_finie_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom} {self.debut:%Y-%m-%d %H:%M}"


class LotDetruit(models.Model):
    """The deletion ledger: one row per batch, append-only, written before anything disappears.

    The same lines are written outside the database (`conformite.livre`): a restored backup does not
    bring them back to ignorance.
    """

    lot = models.UUIDField("lot", default=uuid.uuid4, unique=True)
    modele = models.CharField("modèle", max_length=80)
    identites = ArrayField(models.CharField(max_length=80), verbose_name="identités")
    nombre = models.PositiveIntegerField("nombre")
    decompte = models.JSONField("décompte", default=dict)
    # « caisse:partenaire » -> how many rows, where the model has both: the certificates read it.
    repartition = models.JSONField("répartition", default=dict)
    detruit_le = models.DateTimeField("détruit le")

    class Meta:
        verbose_name = "lot détruit"
        verbose_name_plural = "lots détruits"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["modele", "-detruit_le"], name="lot_modele_date")]

    def __str__(self) -> str:
        return f"{self.modele} × {self.nombre}"


class FreinQuerySet(models.QuerySet):
    """Brakes in the words of the engine."""

    def ouverts(self) -> "FreinQuerySet":
        """Return those that still stop something, or whose release is not used up."""
        return self.filter(clos_le=None)


class FreinPurge(models.Model):
    """An abnormal volume that the engine refused. A DPO releases exactly what was due when it was noticed."""

    journal_de = None

    class Cloture(models.TextChoices):
        EXECUTE = "execute", "Purge libérée et faite"
        SANS_OBJET = "sans-objet", "Volume redevenu normal"

    modele = models.CharField("modèle", max_length=80)
    constate_le = models.DateTimeField("constaté le")
    volume = models.PositiveIntegerField("lignes à détruire")
    total = models.PositiveIntegerField("lignes présentes")
    libere_le = models.DateTimeField("libéré le", null=True, blank=True)
    libere_par = models.BigIntegerField("libéré par", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)
    cloture = models.CharField("clôture", max_length=12, choices=Cloture, blank=True)

    objects = FreinQuerySet.as_manager()

    class Meta:
        verbose_name = "frein de la purge"
        verbose_name_plural = "freins de la purge"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["modele"], condition=Q(clos_le=None), name="frein_un_seul_ouvert"
            ),
            models.CheckConstraint(
                condition=Q(libere_le=None, libere_par=None)
                | Q(libere_le__isnull=False, libere_par__isnull=False),
                name="frein_libere_paire",
            ),
            models.CheckConstraint(
                condition=Q(clos_le=None, cloture="") | (Q(clos_le__isnull=False) & ~Q(cloture="")),
                name="frein_clos_paire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modele} {self.volume}"


class GelQuerySet(models.QuerySet):
    """Holds in the words of the engine."""

    def actifs(self, a: dt.datetime) -> "GelQuerySet":
        """Return the holds in force at the instant `a`."""
        return self.filter(leve_le=None, jusqu_a__gt=a)


class Gel(models.Model):
    """A hold: this object is not purged before its end, for a written reason. It ends by itself."""

    class Raison(models.TextChoices):
        DROITS = "droits", "Demande d’exercice de droits en cours"
        CONTENTIEUX = "contentieux", "Réclamation ou contentieux"
        VIOLATION = "violation", "Violation de données en cours d’examen"
        REQUISITION = "requisition", "Demande d’une autorité"

    objet_type = models.CharField("type d’objet", max_length=60)
    objet_id = models.CharField("identifiant de l’objet", max_length=64)
    reference = models.CharField("référence", max_length=40, blank=True)
    caisse = models.BigIntegerField("caisse", null=True)
    raison = models.CharField("raison", max_length=12, choices=Raison)
    jusqu_a = models.DateTimeField("jusqu’à")
    # The term that the object had: it comes back when the hold is lifted.
    terme_initial = models.DateField("terme initial", null=True, blank=True)
    pose_le = models.DateTimeField("posé le")
    pose_par = models.BigIntegerField("posé par")
    leve_le = models.DateTimeField("levé le", null=True, blank=True)
    leve_par = models.BigIntegerField("levé par", null=True, blank=True)

    objects = GelQuerySet.as_manager()

    class Meta:
        verbose_name = "gel"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["objet_type", "objet_id"], name="gel_objet")]
        constraints = [
            models.CheckConstraint(
                condition=Q(leve_le=None, leve_par=None) | Q(leve_le__isnull=False, leve_par__isnull=False),
                name="gel_leve_paire",
            ),
            models.UniqueConstraint(
                fields=["objet_type", "objet_id", "raison"],
                condition=Q(leve_le=None),
                name="gel_un_par_raison",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objet_type} {self.objet_id}"

    def reperes_du_journal(self) -> Reperes:
        """R-04: of the caisse that holds, for an object that is gone."""
        caisses = () if self.caisse is None else (self.caisse,)
        return Reperes(caisses=caisses, reference=self.reference)


class TemoinDesCles(models.Model):
    """Which key folder belongs to this database: a fingerprint of its root key, that says nothing of it."""

    unique = models.BooleanField(default=True, unique=True)
    empreinte = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "témoin des clés"
        verbose_name_plural = "témoin des clés"
        constraints = [models.CheckConstraint(condition=Q(unique=True), name="temoin_une_seule_ligne")]

    def __str__(self) -> str:
        return self.empreinte[:8]
