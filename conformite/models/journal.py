"""The journal, its daily seals, and the days taken out of it."""

import datetime as dt

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from conformite.models.ajout_seul import en_ajout_seul


class LigneJournalQuerySet(models.QuerySet):
    """Lines of the journal."""

    def du_jour(self, jour: dt.date) -> "LigneJournalQuerySet":
        """Return the lines of one day, in the order of the journal."""
        return self.filter(jour=jour).order_by("pk")

    def citant(self, reference: str) -> "LigneJournalQuerySet":
        """Return the lines about the object of this reference, and the lists that showed it."""
        return self.filter(Q(reference=reference) | (Q(citees__contains=[reference]) & ~Q(citees=[])))


class LigneJournal(models.Model):
    """One act, append-only. Opaque identifiers only: no foreign key, so that a line outlives what it names.

    `jour` is the day under which the line is sealed: the UTC day of `quand`, moved by the database past the last
    sealed day when that one is already closed.
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
    citees = ArrayField(models.CharField(max_length=40), verbose_name="références citées", default=list)
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
        triggers = [
            pgtrigger.Trigger(
                name="jour_ouvert",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("dernier", "date")],
                # The sealing of a day takes the same lock alone: it waits for the lines being written, and those
                # that come after find the day closed.
                func="""
                    PERFORM pg_advisory_xact_lock_shared(20260401);
                    SELECT max(jour) INTO dernier FROM conformite_sceaujournal;
                    IF NEW.jour <= dernier THEN NEW.jour := dernier + 1; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="ajout_seul",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                # Only the owner's function of the purge, which takes a whole sealed day, sets this variable; the
                # application's role has no right to delete anyway.
                func="""
                    IF TG_OP = 'DELETE' AND current_setting('conformite.purge_du_jour', true) = OLD.jour::text THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'conformite_lignejournal est en ajout seul' USING ERRCODE = 'insufficient_privilege';
                """,
            ),
            pgtrigger.Trigger(
                name="pas_de_vidage",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'conformite_lignejournal est en ajout seul' USING ERRCODE = 'insufficient_privilege';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acte} {self.pk}"


class SceauJournal(models.Model):
    """The proof of one day of the journal, chained to the day before, keyed outside the database."""

    jour = models.DateField("jour", unique=True)
    nombre = models.PositiveIntegerField("lignes")
    empreinte_lignes = models.CharField("empreinte des lignes", max_length=64)
    empreinte = models.CharField("empreinte chaînée", max_length=64)
    scelle_le = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "sceau du journal"
        verbose_name_plural = "sceaux du journal"
        ordering = ["jour"]
        triggers = en_ajout_seul("conformite_sceaujournal")

    def __str__(self) -> str:
        return f"{self.jour}"


class PurgeJournal(models.Model):
    """A sealed day taken out of the journal after its 12 months. Written by the owner's function only."""

    jour = models.DateField("jour", unique=True)
    nombre = models.PositiveIntegerField("lignes")
    purge_le = models.DateTimeField("purgé le")

    class Meta:
        verbose_name = "jour purgé du journal"
        verbose_name_plural = "jours purgés du journal"
        ordering = ["jour"]
        triggers = en_ajout_seul("conformite_purgejournal")

    def __str__(self) -> str:
        return f"{self.jour}"
