"""A stored file. Abstract: each app that owns files has a table of its own, with a real key to the owner.

    # signalements/models.py
    class Piece(Fichier):
        demande = models.ForeignKey(Demande, models.CASCADE, related_name="pieces")

        class Meta(Fichier.Meta):
            verbose_name = "pièce"

        @property
        def proprietaire(self) -> ObjetScelle:
            return self.demande

The content and the name are sealed by the owner (`ObjetScelle`), under the owner's own data key: moving the owner's
term moves its files with it, destroying its key destroys them. A file without such an owner (a proof of a convention)
is its own: `class Preuve(Fichier, ObjetScelle)` with `proprietaire` returning itself, and a term of its own.

When a row goes, whatever removes it (an act, a cascade, the purge, SQL), a trigger leaves the name of its stored
content in `EmplacementAEffacer`, in the same transaction; `fichiers.actions.effacer_les_contenus` does the rest.
"""

import datetime as dt
import uuid

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conformite.models.objet_scelle import ObjetScelle
from fichiers import clamd
from fichiers.refus import AVERTISSEMENTS, MESSAGES


class FichierQuerySet(models.QuerySet):
    """Files in the words of the domain."""

    def en_attente(self) -> "FichierQuerySet":
        """Return those that wait for a verdict, those left unscanned by a demonstration included."""
        return self.filter(etat__in=(Fichier.Etat.EN_ANALYSE, Fichier.Etat.NON_ANALYSE))

    def a_analyser(self, a: dt.datetime) -> "FichierQuerySet":
        """Return those whose turn has come at the real instant `a`."""
        return self.en_attente().filter(Q(prochain_essai_le=None) | Q(prochain_essai_le__lte=a))

    def a_reanalyser(self, version: str, avant: dt.datetime) -> "FichierQuerySet":
        """Return the clean ones judged by other signatures than `version`, or before the real instant `avant`."""
        return self.filter(Q(analyse_le__lt=avant) | ~Q(analyse_version=version), etat=Fichier.Etat.SAIN)


class Fichier(models.Model):
    """A file that was checked and cleaned, sealed under a random name; only a clean one is served."""

    class Etat(models.TextChoices):
        EN_ANALYSE = "en_analyse", "Analyse en cours"
        SAIN = "sain", "Sain"
        INFECTE = "infecte", "Infecté"
        REFUSE = "refuse", "Refusé"
        NON_ANALYSE = "non_analyse", "Non analysé"

    NIVEAUX = {
        Etat.EN_ANALYSE: "info",
        Etat.SAIN: "succes",
        Etat.INFECTE: "erreur",
        Etat.REFUSE: "erreur",
        Etat.NON_ANALYSE: "avertissement",
    }

    # Where the content is; also the name of the file in addresses. Nothing can be guessed from it.
    emplacement = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    nom_scelle = models.BinaryField(editable=False)
    genre = models.CharField(
        "format", max_length=4, choices=[("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")]
    )
    taille = models.PositiveIntegerField("taille (octets)")
    etat = models.CharField("état", max_length=12, choices=Etat, default=Etat.EN_ANALYSE)
    # Of a refused file: a code of fichiers/refus.py. Of an infected one: the name of the signature.
    raison = models.CharField("raison", max_length=60, blank=True)
    # Codes of what may make it hard to read (fichiers/refus.py): said, never blocking.
    avertissements = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    ajoute_le = models.DateTimeField("ajouté le")
    ajoute_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Real time: what the antivirus does is not moved by the demonstration's clock.
    analyse_le = models.DateTimeField("analysé le", null=True, blank=True)
    analyse_version = models.CharField("version des signatures", max_length=100, blank=True)
    essais = models.PositiveSmallIntegerField("essais d’analyse", default=0)
    prochain_essai_le = models.DateTimeField("prochain essai le", null=True, blank=True)

    objects = FichierQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["ajoute_le", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat__in=("sain", "infecte")) | Q(analyse_le__isnull=False),
                name="%(app_label)s_%(class)s_verdict_date",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=("infecte", "refuse")) & ~Q(raison="")
                | ~Q(etat__in=("infecte", "refuse")) & Q(raison=""),
                name="%(app_label)s_%(class)s_raison",
            ),
        ]
        indexes = [
            models.Index(
                fields=["prochain_essai_le", "id"],
                condition=Q(etat__in=("en_analyse", "non_analyse")),
                name="%(class)s_en_attente",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="contenu_a_effacer",
                operation=pgtrigger.Delete,
                when=pgtrigger.After,
                func=(
                    "INSERT INTO fichiers_emplacementaeffacer (emplacement) VALUES (OLD.emplacement); RETURN OLD;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.genre} {self.pk}"

    @property
    def proprietaire(self) -> ObjetScelle:
        """The object whose key seals name and content. To be given by each app."""
        raise NotImplementedError

    @property
    def nom(self) -> str:
        """The unsealed name. Raise Illisible when its key is gone."""
        return str(self.proprietaire.ouvrir(bytes(self.nom_scelle), self._lien_nom()))

    def poser_nom(self, nom: str) -> None:
        """Seal `nom` in memory; the caller saves."""
        self.nom_scelle = self.proprietaire.sceller(nom, self._lien_nom())

    @property
    def est_telechargeable(self) -> bool:
        """Whether it may be served: clean, or left unscanned by a demonstration that has no antivirus."""
        if self.etat == self.Etat.NON_ANALYSE:
            return sans_antivirus()
        return self.etat == self.Etat.SAIN

    @property
    def niveau(self) -> str:
        """The level of the badge of its state."""
        return self.NIVEAUX[self.Etat(self.etat)]

    @property
    def explication(self) -> str:
        """One sentence on a state that keeps the file from being read; empty otherwise."""
        if self.etat == self.Etat.REFUSE:
            return MESSAGES.get(self.raison, MESSAGES["trop-complexe"])
        return {
            self.Etat.EN_ANALYSE: "L’antivirus l’examine. Il pourra être téléchargé ensuite.",
            self.Etat.INFECTE: "L’antivirus y a trouvé un programme dangereux : personne ne peut le télécharger.",
            self.Etat.NON_ANALYSE: "Aucun antivirus n’est branché sur cette démonstration.",
        }.get(self.Etat(self.etat), "")

    @property
    def conseils(self) -> list[str]:
        """The sentences on what may make it hard to read (D-06)."""
        return [AVERTISSEMENTS[code] for code in self.avertissements if code in AVERTISSEMENTS]

    def bloque(self) -> None:
        """Called in the transaction that finds the file infected or refused: tell those concerned."""

    def _lien_nom(self) -> str:
        return f"nom:{self.emplacement}"


class EmplacementAEffacer(models.Model):
    """The stored content of a row that is gone, still to be erased. Written by the triggers alone."""

    emplacement = models.UUIDField("emplacement")

    class Meta:
        verbose_name = "contenu à effacer"
        verbose_name_plural = "contenus à effacer"

    def __str__(self) -> str:
        return str(self.pk)


def sans_antivirus() -> bool:
    """Whether files pass unscanned: a demonstration without clamd, never elsewhere."""
    return not clamd.configure() and bool(settings.DEMO or settings.DEBUG)


def modeles_de_fichiers() -> list[type[Fichier]]:
    """Return the tables of files of all apps."""
    return [modele for modele in apps.get_models() if issubclass(modele, Fichier)]
