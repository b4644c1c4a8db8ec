"""The tables of the floor: outgoing mails, passages at guarded doors, forms received, planned maintenance and the shift of the clock."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# How the error of a refused address begins, then the code of the server; 5xx: for good.
REFUS = "SMTPRecipientsRefused"


class CourrielQuerySet(models.QuerySet):
    """Mails in the words of the queue."""

    def a_envoyer(self, a: dt.datetime) -> "CourrielQuerySet":
        """Return the mails due at the real instant `a`, that nobody holds."""
        return self.en_attente(a).filter(Q(pas_avant=None) | Q(pas_avant__lte=a))

    def en_attente(self, a: dt.datetime) -> "CourrielQuerySet":
        """Return the mails not sent yet, due or not, that nobody holds at the real instant `a`."""
        return self.filter(envoye_le=None, abandonne_le=None).filter(
            Q(reclame_jusqu_a=None) | Q(reclame_jusqu_a__lt=a)
        )

    def adresses_refusees(self, adresses: Any) -> set[str]:
        """Return those of `adresses` (values or a query) whose latest mail was refused for good by their server."""
        essayes = self.filter(destinataire__in=adresses).exclude(envoye_le=None, derniere_erreur="")
        derniers = essayes.order_by("destinataire", "-pk").distinct("destinataire")
        lus = derniers.values_list("destinataire", "envoye_le", "abandonne_le", "derniere_erreur")
        return {
            adresse
            for adresse, parti, abandonne, erreur in lus
            if parti is None and erreur.startswith(REFUS if abandonne else f"{REFUS} 5")
        }

    def notifications(self, compte: Any) -> "CourrielQuerySet":
        """Return what an account is told in the portal too: the mails to it that lead to a page, latest first."""
        if not compte.email:
            return self.none()
        return self.filter(destinataire=compte.email).exclude(chemin="").order_by("-cree_le", "-id")


class CourrielSortant(models.Model):
    """A mail, written in the same transaction as the act that it tells (D-14: never an assuré's data).

    The Message-ID is fixed here, so that the only possible double (killed between the server's 250 and our
    commit) is recognisable by the receiver.
    """

    message_id = models.CharField(max_length=120, unique=True)
    destinataire = models.EmailField()
    gabarit = models.CharField(max_length=80)
    sujet = models.CharField(max_length=200)
    # A personal link is not in it: `LIEN` holds its place (socle.courriels).
    corps = models.TextField()
    lien_personnel = models.PositiveBigIntegerField(null=True, blank=True)
    # A secret of the message, sealed for its addressee: wiped in the transaction that marks the mail sent (E-09).
    secret_scelle = models.BinaryField(null=True, blank=True)
    cree_le = models.DateTimeField()
    pas_avant = models.DateTimeField(null=True, blank=True)
    reclame_jusqu_a = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    # Whether it may leave with the others that wait for the same person, as one message.
    regroupable = models.BooleanField(default=False, db_default=False)
    # Its reader wants it in the portal alone, until it is told in a list: it never leaves by itself.
    au_portail = models.BooleanField(default=False, db_default=False)
    derniere_erreur = models.CharField(max_length=80, blank=True)
    envoye_le = models.DateTimeField(null=True, blank=True)
    abandonne_le = models.DateTimeField(null=True, blank=True)
    # The page that it leads to: the portal shows it as a notification, and remembers that it was read there.
    chemin = models.CharField(max_length=200, blank=True, default="")
    lu_le = models.DateTimeField(null=True, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel sortant"
        verbose_name_plural = "courriels sortants"
        constraints = [
            models.CheckConstraint(
                condition=Q(envoye_le=None) | Q(secret_scelle=None), name="courriel_secret_efface"
            )
        ]
        indexes = [
            models.Index(F("id"), condition=Q(envoye_le=None, abandonne_le=None), name="courriel_en_attente"),
            models.Index(
                "destinataire", F("id").desc(), condition=~Q(chemin=""), name="courriel_notification"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gabarit} {self.message_id}"

    @staticmethod
    def nouveau_message_id() -> str:
        """Return a fresh Message-ID in the portal's own domain."""
        return f"<{uuid.uuid4().hex}@{settings.DOMAINE_COURRIEL}>"


class Passage(models.Model):
    """One passage at a door that has a limit (socle.limites): a keyed hash of the door and of who passed. Real time."""

    cle = models.CharField(max_length=32)
    quand = models.DateTimeField()

    class Meta:
        verbose_name = "passage"
        indexes = [models.Index(fields=["cle", "quand"], name="passage_recent")]

    def __str__(self) -> str:
        return f"{self.cle} {self.quand}"


class EnvoiRecu(models.Model):
    """A form that had its effect (socle.envois): a keyed hash of what was sent, and where it led. Real time."""

    cle = models.CharField(max_length=64, unique=True)
    vers = models.CharField(max_length=2000, blank=True)
    recu_le = models.DateTimeField()

    class Meta:
        verbose_name = "envoi reçu"
        verbose_name_plural = "envois reçus"
        indexes = [models.Index(fields=["recu_le"], name="envoi_recu_le")]

    def __str__(self) -> str:
        return f"{self.cle[:8]} {self.recu_le}"


class DecalageManager(models.Manager):
    """The one row of the shift."""

    def en_cours(self) -> dt.timedelta:
        """Return the shift, zero when there is none."""
        return next(iter(self.values_list("duree", flat=True)), dt.timedelta())


class DecalageHorloge(models.Model):
    """How far the portal's clock is ahead of real time. Used by the demonstration and by tests only."""

    unique = models.BooleanField(default=True, unique=True)
    duree = models.DurationField()

    objects = DecalageManager()

    class Meta:
        verbose_name = "décalage de l’horloge"
        verbose_name_plural = "décalage de l’horloge"
        constraints = [models.CheckConstraint(condition=Q(unique=True), name="decalage_une_seule_ligne")]

    def __str__(self) -> str:
        return str(self.duree)


class MaintenanceQuerySet(models.QuerySet):
    """Interruptions in the words of the banner."""

    def a_afficher(self, a: dt.datetime) -> "MaintenanceQuerySet":
        """Return the interruptions planned or under way at the instant `a`, next first."""
        return self.filter(annulee_le=None, fin__gt=a).order_by("debut", "pk")


class Maintenance(models.Model):
    """An interruption announced beforehand on every page (D-16). Who announced or cancelled it: the journal."""

    journal_de = None

    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    message = models.CharField("message", max_length=200, blank=True)
    annoncee_le = models.DateTimeField()
    annulee_le = models.DateTimeField(null=True, blank=True)

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        verbose_name = "maintenance"
        ordering = ["-debut"]
        constraints = [
            models.CheckConstraint(condition=Q(fin__gt=F("debut")), name="maintenance_fin_apres_debut")
        ]

    def __str__(self) -> str:
        return f"{self.debut:%d/%m/%Y %H:%M}"
