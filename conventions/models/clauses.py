"""The library of clauses from which conventions take their text (C-19)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class PieceConvention(models.TextChoices):
    """A document made of clauses: the convention and its annexes (C-14)."""

    CONVENTION = "convention", "Convention de partenariat"
    UTILISATION = "utilisation", "Règles d’utilisation du portail"
    PROTECTION = "protection-des-donnees", "Annexe – Protection des données"
    REFERENTS = "referents", "Annexe – Parties et référents"
    VECTEURS = "vecteurs-de-contact", "Annexe – Vecteurs de contact"
    ENGAGEMENT = "engagement-de-confidentialite", "Annexe – Engagement de confidentialité"


class ClauseQuerySet(models.QuerySet):
    """Clauses in the words of the domain."""

    def proposees(self, objet: str, type_de_structure: str) -> "ClauseQuerySet":
        """Return those that a convention of this object may take with this kind of structure (C-19)."""
        return self.filter(
            Q(objets=[]) | Q(objets__contains=[objet]),
            Q(types=[]) | Q(types__contains=[type_de_structure]),
            retiree=False,
        )


class Clause(models.Model):
    """A clause of the library: where it stands, for whom it is proposed. Its text has versions."""

    code = models.SlugField("code", primary_key=True)
    piece = models.CharField("document", max_length=30, choices=PieceConvention)
    article = models.CharField("article", max_length=80)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    # None: all of them.
    objets = ArrayField(models.CharField(max_length=20), verbose_name="objets", default=list, blank=True)
    types = ArrayField(models.CharField(max_length=12), verbose_name="structures", default=list, blank=True)
    d_office = models.BooleanField("proposée d’office", default=False)
    # No longer proposed; the conventions that hold it keep it.
    retiree = models.BooleanField("retirée", default=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = "clause"
        ordering = ["ordre", "code"]

    def __str__(self) -> str:
        return self.code


class VersionDeClause(models.Model):
    """A text of a clause. Never changed: what was signed stays readable as it was (C-06)."""

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="versions")
    numero = models.PositiveSmallIntegerField("numéro")
    texte = models.TextField("texte", max_length=4000)
    depuis = models.DateTimeField("depuis le")

    class Meta:
        verbose_name = "version d’une clause"
        verbose_name_plural = "versions des clauses"
        ordering = ["clause", "numero"]
        constraints = [models.UniqueConstraint(fields=["clause", "numero"], name="version_de_clause_unique")]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.numero}"
