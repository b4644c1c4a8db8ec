"""Violations of data (R-02): what was known when, who was told, and the register of it."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conventions.models.partenaires import Partenaire
from conventions.regles import plus_heures
from droits import regles
from fichiers.models import Fichier
from socle.roles import Droit, peut

GARDE = dt.timedelta(days=5 * 365)


class ViolationQuerySet(models.QuerySet):
    """Violations in the words of the domain."""

    def visibles_par(self, compte: Compte) -> "ViolationQuerySet":
        """Return those of the caisses of a DPO, those that concern the structure of a gestionnaire (R-08).

        For anyone else, those that the account declared: told even to a caisse that excluded it, which shows it no other.
        """
        if peut(compte, Droit.TRAITER_VIOLATIONS):
            return self.filter(caisse__in=compte.caisses.all())
        if peut(compte, Droit.GERER_STRUCTURE):
            de_la_structure = Q(partenaire=compte.partenaire_id) & ~Q(caisse__in=compte.caisses_excluantes())
            return self.filter(de_la_structure | Q(declaree_par=compte))
        return self.filter(declaree_par=compte)

    def ouvertes(self) -> "ViolationQuerySet":
        """Return those that are not closed."""
        return self.filter(close_le=None)


class Violation(ObjetScelle):
    """A violation, a suspicion, or a breach of the rules, declared by either party (R-02).

    `connue_le` is T0: it never changes, all clocks start there. The contract's delay is frozen at the declaration.
    Sealed, its steps too, under a term that moves along until five years after it is closed.
    """

    VERSIONNES = ("description_scellee",)

    class Nature(models.TextChoices):
        CONFIDENTIALITE = "confidentialite", "Des données ont pu être vues par quelqu’un qui ne devait pas"
        INTEGRITE = "integrite", "Des données ont pu être modifiées à tort"
        DISPONIBILITE = "disponibilite", "Des données ont pu être perdues ou rendues inaccessibles"
        REGLES = "regles", "Une règle de la convention n’a pas été respectée"

    class Risque(models.TextChoices):
        AUCUN = "aucun", "Pas de risque pour les personnes : à documenter seulement"
        RISQUE = "risque", "Un risque : à notifier à l’autorité"
        ELEVE = "eleve", "Un risque élevé : à notifier à l’autorité et aux personnes"

    reference = models.CharField("référence", max_length=13, unique=True)
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="violations")
    partenaire = models.ForeignKey(
        Partenaire, models.PROTECT, null=True, blank=True, related_name="violations"
    )
    natures = ArrayField(models.CharField(max_length=20, choices=Nature), verbose_name="nature")
    autres_echanges = models.BooleanField("concerne un échange hors du portail", default=False)
    connue_le = models.DateTimeField("connue le")
    declaree_le = models.DateTimeField("déclarée le")
    declaree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="violations_declarees"
    )
    delai_heures = models.PositiveSmallIntegerField("délai de la convention (heures)")
    description_scellee = models.BinaryField()
    personnes = models.PositiveIntegerField("nombre de personnes concernées", null=True, blank=True)
    risque = models.CharField("risque", max_length=8, choices=Risque, blank=True)
    evaluee_le = models.DateTimeField("évaluée le", null=True, blank=True)
    # The other party, with the documentation: at once when the structure declares, as the DPO of the caisse reads it.
    partie_le = models.DateTimeField("autre partie informée le", null=True, blank=True)
    autorite_le = models.DateTimeField("notifiée à l’autorité le", null=True, blank=True)
    personnes_le = models.DateTimeField("personnes informées le", null=True, blank=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = "violation de données"
        verbose_name_plural = "violations de données"
        ordering = ["-declaree_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(connue_le__lte=models.F("declaree_le")), name="violation_connue_avant_declaree"
            ),
            models.CheckConstraint(
                condition=Q(risque="", evaluee_le=None) | (~Q(risque="") & Q(evaluee_le__isnull=False)),
                name="violation_risque_date",
            ),
            models.CheckConstraint(
                condition=Q(close_le=None)
                | (Q(partenaire=None) | Q(partie_le__isnull=False))
                & (
                    Q(risque="aucun")
                    | Q(risque="risque", autorite_le__isnull=False)
                    | Q(risque="eleve", autorite_le__isnull=False, personnes_le__isnull=False)
                ),
                name="violation_close_une_fois_notifiee",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def fin(self) -> dt.date | None:
        """The last day on which it is kept; None while it is open."""
        return None if self.close_le is None else (self.close_le + GARDE).date()

    @property
    def description(self) -> str:
        """The unsealed text of the declaration."""
        texte: str = self.ouvrir(bytes(self.description_scellee), "description")
        return texte

    def poser_description(self, texte: str) -> None:
        """Seal the text in memory; the caller saves."""
        self.ecrire("description_scellee", texte, "description")

    def horloges(self) -> list[regles.Horloge]:
        """Return the clocks that run for this violation (T-05)."""
        autorite = plus_heures(self.connue_le, regles.HEURES_AUTORITE)
        lignes = []
        if self.partenaire_id:
            contrat = plus_heures(self.connue_le, self.delai_heures)
            libelle, preavis = (
                f"Autre partie informée ({self.delai_heures} h)",
                regles.preavis(self.delai_heures),
            )
            lignes.append(regles.Horloge(libelle, contrat, self.partie_le, preavis))
        if self.risque != self.Risque.AUCUN:
            lignes.append(regles.Horloge("Autorité notifiée (72 h)", autorite, self.autorite_le))
        if self.risque == self.Risque.ELEVE:
            lignes.append(regles.Horloge("Personnes informées", autorite, self.personnes_le))
        return lignes

    @property
    def peut_etre_close(self) -> bool:
        """Whether all that its risk asks for is done."""
        if not self.risque or self.close_le or (self.partenaire_id and not self.partie_le):
            return False
        if self.risque == self.Risque.AUCUN:
            return True
        return self.autorite_le is not None and (
            self.risque == self.Risque.RISQUE or self.personnes_le is not None
        )


class DocumentDeViolation(Fichier):
    """A document that one side keeps with a violation, for the other to read; sealed under the violation's key (R-08)."""

    journal_de = "violation"

    violation = models.ForeignKey(Violation, models.CASCADE, related_name="documents")

    class Meta(Fichier.Meta):
        verbose_name = "document d’une violation"
        verbose_name_plural = "documents des violations"

    @property
    def proprietaire(self) -> Violation:
        """The violation, whose key seals name and content."""
        return self.violation


class EtapeViolation(models.Model):
    """One dated step, with the reason that goes with it, sealed (R-02: every step dated)."""

    class Quoi(models.TextChoices):
        DECLAREE = "declaree", "Déclarée"
        PARTIE = "partie", "Autre partie informée"
        EVALUEE = "evaluee", "Risque évalué"
        AUTORITE = "autorite", "Notifiée à l’autorité"
        PERSONNES = "personnes", "Personnes informées"
        MESURE = "mesure", "Ce qui est fait"
        CLOSE = "close", "Close"

    violation = models.ForeignKey(Violation, models.CASCADE, related_name="etapes")
    sceau = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quoi = models.CharField("étape", max_length=12, choices=Quoi)
    precision = models.CharField("précision", max_length=20, blank=True)
    texte_scelle = models.BinaryField(default=bytes)
    le = models.DateTimeField("le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "étape d’une violation"
        verbose_name_plural = "étapes des violations"
        ordering = ["le", "pk"]

    def __str__(self) -> str:
        return f"{self.violation_id} {self.quoi}"

    @property
    def texte(self) -> str:
        """The unsealed reason; empty when there is none."""
        if not self.texte_scelle:
            return ""
        texte: str = self.violation.ouvrir(bytes(self.texte_scelle), f"etape:{self.sceau}")
        return texte

    def poser_texte(self, texte: str) -> None:
        """Seal the reason in memory; the caller saves."""
        if texte:
            self.texte_scelle = self.violation.sceller(texte, f"etape:{self.sceau}")

    @property
    def moment(self) -> dt.datetime:
        """When it was done, for the timeline."""
        return self.le
