"""What is written and done on a demande: the lines of its thread, the acts of its history."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.compte import Compte
from caisses.models import Caisse
from signalements.models.demandes import DEPOTS, Demande
from signalements.workflow import Statut


class MessageQuerySet(models.QuerySet):
    """Lines of threads."""

    def lisibles_du(self, cote: str, lecteur: Compte | None = None) -> "MessageQuerySet":
        """Leave out the internal notes of the other side, and those of a former caisse, which stay with it (D-19).

        A personal note is its author's alone.
        """
        notes = Message.Nature
        lues = self.exclude(~Q(auteur=lecteur), nature=notes.NOTE_PERSONNELLE)
        if cote == Message.Cote.PARTENAIRE:
            return lues.exclude(nature=notes.NOTE)
        return lues.exclude(nature=notes.NOTE_STRUCTURE).exclude(
            ~Q(caisse=F("demande__caisse")), nature=notes.NOTE
        )


class Message(models.Model):
    """A line of the thread (D-10). Its text is sealed under the demande's key."""

    journal_de = "demande"

    class Nature(models.TextChoices):
        MESSAGE = "message", "Message"
        COMPLEMENT_DEMANDE = "complement_demande", "Complément demandé"
        COMPLEMENT = "complement", "Complément apporté"
        REPONSE = "reponse", "Réponse de la caisse"
        QUESTION = "question", "Il reste une question"
        RAISON = "raison", "Raison"
        NOTE = "note", "Note interne"
        NOTE_STRUCTURE = "note_structure", "Note interne"
        NOTE_PERSONNELLE = "note_personnelle", "Note pour vous seul"

    NOTES = (Nature.NOTE, Nature.NOTE_STRUCTURE, Nature.NOTE_PERSONNELLE)

    class Cote(models.TextChoices):
        PARTENAIRE = "partenaire", "Partenaire"
        CAISSE = "caisse", "Caisse"

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="messages")
    sceau = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cote = models.CharField("côté", max_length=10, choices=Cote)
    nature = models.CharField("nature", max_length=20, choices=Nature, default=Nature.MESSAGE)
    # The caisse that wrote it: internal notes stay with it when the demande is transferred (D-19).
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    texte_scelle = models.BinaryField()
    ecrit_le = models.DateTimeField("écrit le")
    lu_le = models.DateTimeField("lu le", null=True, blank=True)
    lu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When who sent it by mistake asked for its destruction (D-24).
    a_detruire_le = models.DateTimeField("destruction demandée le", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["ecrit_le", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lu_le=None, lu_par=None) | Q(lu_le__isnull=False, lu_par__isnull=False),
                name="message_lu_paire",
            ),
            models.CheckConstraint(
                condition=~Q(nature="note") | Q(cote="caisse"), name="message_note_de_la_caisse"
            ),
            models.CheckConstraint(
                condition=~Q(nature="note_structure") | Q(cote="partenaire"),
                name="message_note_de_la_structure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.pk}"

    @property
    def est_note(self) -> bool:
        """Whether it stays within its side: never sent, never read by the other."""
        return self.nature in self.NOTES

    @staticmethod
    def lien(nature: str, caisse: int, sceau: uuid.UUID) -> str:
        """Under what a text is sealed: who may read it is authenticated with it, a note that SQL makes public opens no more."""
        return f"message:{nature}:{caisse}:{sceau}"

    @property
    def texte(self) -> str:
        return self.demande.ouvrir(
            bytes(self.texte_scelle), self.lien(self.nature, self.caisse_id, self.sceau)
        )


class EvenementQuerySet(models.QuerySet):
    """Acts on demandes."""

    def depots(self) -> "EvenementQuerySet":
        """Return how each was deposited, with who did it: what `Demande.deposee_par` reads, to prefetch for a list."""
        noms = ("demande", "verbe", "par__prenom", "par__nom")
        return self.filter(verbe__in=DEPOTS).select_related("par").only(*noms)


class Evenement(models.Model):
    """One act on a demande, shown in its history on both sides (D-09)."""

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="evenements")
    verbe = models.SlugField("verbe")
    de = models.CharField("depuis", max_length=12, choices=Statut, blank=True)
    vers = models.CharField("vers", max_length=12, choices=Statut, blank=True)
    # A name of the caisse's own (pôle, caisse), never the person's.
    precision = models.CharField("précision", max_length=160, blank=True)
    # What tells a step of care.
    precision_scellee = models.BinaryField(default=bytes)
    # To whom it goes: an account that is erased takes its name with it.
    a = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    le = models.DateTimeField("le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.verbe} {self.demande_id}"

    @property
    def dit(self) -> str:
        """What is told after the act."""
        if self.precision_scellee:
            dit: str = self.demande.ouvrir(bytes(self.precision_scellee), f"evenement:{self.verbe}:{self.le}")
            return dit
        return self.a.nom_complet if self.a else self.precision
