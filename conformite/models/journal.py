"""The journal, its daily seals, and the days taken out of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from conformite.scellement.references import Scellee, ecritures, ouvrir_reference, sceller_reference


class ReferenceScellee(models.CharField):
    """A reference, sealed where it stands; whoever reads or searches it says it as it is."""

    def get_prep_value(self, value: str | None) -> str | None:
        """Seal it."""
        return value if value is None or isinstance(value, Scellee) else sceller_reference(value)

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Open it."""
        return None if value is None else ouvrir_reference(value)


class LigneJournalQuerySet(models.QuerySet):
    """Lines of the journal."""

    def citant(self, reference: str) -> "LigneJournalQuerySet":
        """Return the lines about the object of this reference, and the lists that showed it."""
        return self.filter(Q(reference=reference) | (Q(citees__overlap=ecritures(reference)) & ~Q(citees=[])))


class LigneJournal(models.Model):
    """One act, append-only. Opaque identifiers only: no foreign key, so that a line outlives what it names.

    Its key is given by the database as it is written, under the lock that the sealing takes alone (0002_ajout_seul.py): no
    line comes before one that is sealed. `jour` is the UTC day of `quand`.
    """

    quand = models.DateTimeField("quand")
    jour = models.DateField("jour")
    acte = models.CharField("acte", max_length=60)
    compte = models.BigIntegerField("compte", null=True)
    profil = models.CharField("profil", max_length=15, blank=True)
    objet_type = models.CharField("type d’objet", max_length=60, blank=True)
    objet_id = models.CharField("identifiant de l’objet", max_length=64, blank=True)
    reference = models.CharField("référence", max_length=40, blank=True)
    # The other references that the act showed: those of a list, of a search.
    citees = ArrayField(ReferenceScellee(max_length=80), verbose_name="références citées", default=list)
    caisse = models.BigIntegerField("caisse", null=True)
    partenaire = models.BigIntegerField("partenaire", null=True)
    details = models.JSONField("détails", default=dict)

    objects = LigneJournalQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "lignes du journal"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["jour", "id"], name="journal_jour"),
            models.Index(fields=["compte", "-id"], name="journal_compte"),
            models.Index(fields=["caisse", "-id"], name="journal_caisse"),
            models.Index(fields=["partenaire", "-id"], name="journal_partenaire"),
            # A rare act among a million lines; « compte. » is searched by its beginning.
            models.Index(fields=["acte"], opclasses=["varchar_pattern_ops"], name="journal_acte"),
            models.Index(fields=["reference", "-id"], name="journal_reference", condition=~Q(reference="")),
            # The prints of what was sealed, which the daily audit reads.
            models.Index(
                fields=["objet_type", "objet_id", "-id"],
                name="journal_contenu",
                condition=Q(details__has_key="contenu"),
            ),
            GinIndex(fields=["citees"], name="journal_citees", condition=~Q(citees=[])),
        ]

    def __str__(self) -> str:
        return f"{self.acte} {self.pk}"


class SceauJournal(models.Model):
    """The proof of the lines written since the seal before, to which it is chained, keyed outside the database.

    `releve` holds, line after line, its key and the beginning of its print: the rank there is its number. It is emptied when
    the lines are purged.
    """

    numero = models.BigIntegerField("numéro", unique=True)
    jusqu_a = models.BigIntegerField("dernière ligne")
    nombre = models.PositiveIntegerField("lignes")
    releve = models.BinaryField("relevé des lignes")
    empreinte_lignes = models.CharField("empreinte du relevé", max_length=64)
    empreinte = models.CharField("empreinte chaînée", max_length=64)
    scelle_le = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "sceau du journal"
        verbose_name_plural = "sceaux du journal"
        ordering = ["numero"]

    def __str__(self) -> str:
        return f"{self.numero}"


class PurgeJournal(models.Model):
    """The lines of a seal, and of those before it, taken out after their 12 months. Written by the owner's function only."""

    sceau = models.BigIntegerField("sceau", unique=True)
    nombre = models.PositiveIntegerField("lignes")
    purge_le = models.DateTimeField("purgé le")

    class Meta:
        verbose_name = "purge du journal"
        verbose_name_plural = "purges du journal"
        ordering = ["sceau"]

    def __str__(self) -> str:
        return f"{self.sceau}"
