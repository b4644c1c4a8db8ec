"""The demande: its sealed content, its thread, its history, and the anonymous figures that remain."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from conformite.journal import consigner
from conformite.models import ObjetScelle
from conventions.models import Caisse, Motif, Objet, Partenaire, Participation, Pole
from conventions.referentiels import PIECES_ENTRANTES, PIECES_SORTANTES
from espace_partenaires.courriels import deposer_courriel
from espace_partenaires.profils import PROFILS_TRAITANTS, Profil
from fichiers.models import Fichier
from signalements.suites import Irrecevable, Issue
from signalements.workflow import (
    A_QUI_DE_JOUER,
    FINIS,
    MACHINE,
    OUVERTS,
    PHRASES,
    TRANSITIONS,
    Statut,
    TransitionImpossible,
    est_permise,
)


class DemandeQuerySet(models.QuerySet["Demande"]):
    """Demandes in the words of the domain. Every query that serves a page starts from `visibles_par`."""

    def visibles_par(self, compte: Any) -> "DemandeQuerySet":
        """Return what `compte` may see at all: its structure's, or those addressed to its caisses.

        A technicien sees all those of the structure while the portal is open with their caisse (A-13); drafts are
        their author's. A gestionnaire, an administrateur and the national one read no demande.
        """
        if compte.profil == Profil.TECHNICIEN:
            ouvertes = Participation.objects.ouvrant_le_portail().filter(
                partenaire_id=OuterRef("partenaire_id"),
                caisse_id=OuterRef("caisse_id"),
                objet=Objet.ACCES_DROITS,
            )
            return self.filter(Exists(ouvertes), partenaire_id=compte.partenaire_id).exclude(
                ~Q(technicien=compte), statut=Statut.BROUILLON
            )
        if compte.profil in PROFILS_TRAITANTS:
            return self.filter(caisse__in=compte.caisses.all()).exclude(statut=Statut.BROUILLON)
        return self.none()

    def brouillons(self) -> "DemandeQuerySet":
        """Return those not sent yet."""
        return self.filter(statut=Statut.BROUILLON)

    def deposees(self) -> "DemandeQuerySet":
        """Return those that were sent, whatever came after."""
        return self.exclude(statut=Statut.BROUILLON)

    def ouvertes(self) -> "DemandeQuerySet":
        """Return those that are not finished."""
        return self.filter(statut__in=OUVERTS)

    def a_prendre(self) -> "DemandeQuerySet":
        """Return those that nobody has taken."""
        return self.filter(statut=Statut.DEPOSEE)

    def en_retard(self, jour: dt.date) -> "DemandeQuerySet":
        """Return those whose promised date is before `jour` while the caisse has to play."""
        return self.filter(statut__in=(Statut.DEPOSEE, Statut.EN_COURS), promise_le__lt=jour)

    def par_urgence(self) -> "DemandeQuerySet":
        """Order as a triage desk does: urgent first, then by promised date (D-08)."""
        return self.order_by("-urgente", "promise_le", "id")


class Demande(ObjetScelle):
    """What a structure asks a caisse for a person, or about the partnership (D-01).

    Everything about the person stands in `contenu_scelle`: identity, fiche, texts. In clear remain what queues
    need: motif, states, dates, and opaque search tokens.
    """

    Statut = Statut

    reference = models.CharField("référence", max_length=13, unique=True)
    # Given by the form when the draft is made: a double click makes one demande.
    jeton = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="demandes")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="demandes")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="demandes")
    motif = models.ForeignKey(Motif, models.PROTECT, related_name="demandes")
    pole = models.ForeignKey(Pole, models.PROTECT, related_name="demandes")
    technicien = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="demandes_deposees")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="demandes_traitees"
    )
    statut = models.CharField("état", max_length=12, choices=Statut, default=Statut.BROUILLON)
    urgente = models.BooleanField("urgente", default=False)
    contenu_scelle = models.BinaryField(default=bytes)
    jetons = ArrayField(models.BigIntegerField(), default=list)
    creee_le = models.DateTimeField("créée le")
    modifiee_le = models.DateTimeField("modifiée le")
    deposee_le = models.DateTimeField("déposée le", null=True, blank=True)
    promise_le = models.DateField("réponse promise le", null=True, blank=True)
    en_attente_le = models.DateTimeField("complément demandé le", null=True, blank=True)
    relances = models.PositiveSmallIntegerField("relances envoyées", default=0)
    traitee_le = models.DateTimeField("réponse donnée le", null=True, blank=True)
    lue_le = models.DateTimeField("réponse lue le", null=True, blank=True)
    terminee_le = models.DateTimeField("terminée le", null=True, blank=True)
    # How often the nightly job moved the term of a demande still open (D-15), and the last notice sent before it.
    prolongations = models.PositiveSmallIntegerField("prolongations", default=0)
    notice_jours = models.PositiveSmallIntegerField(
        "dernier rappel avant le terme (jours)", null=True, blank=True
    )
    issue = models.CharField("issue", max_length=20, choices=Issue, blank=True)
    irrecevable = models.CharField(
        "raison de l’irrecevabilité", max_length=20, choices=Irrecevable, blank=True
    )

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande"
        constraints = [
            models.CheckConstraint(
                condition=Q(statut=Statut.BROUILLON, deposee_le=None, promise_le=None)
                | (~Q(statut=Statut.BROUILLON) & Q(deposee_le__isnull=False, promise_le__isnull=False)),
                name="demande_deposee_date",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=FINIS, terminee_le__isnull=False)
                | (~Q(statut__in=FINIS) & Q(terminee_le=None)),
                name="demande_terminee_date",
            ),
            models.CheckConstraint(
                condition=~Q(statut=Statut.EN_ATTENTE) | Q(en_attente_le__isnull=False),
                name="demande_en_attente_date",
            ),
            models.CheckConstraint(
                condition=~Q(statut=Statut.IRRECEVABLE) | ~Q(irrecevable=""),
                name="demande_irrecevable_raison",
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=(Statut.TRAITEE, Statut.CLOTUREE)) | ~Q(issue=""),
                name="demande_issue_codee",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=(Statut.BROUILLON, Statut.DEPOSEE, Statut.ANNULEE, Statut.IRRECEVABLE))
                | Q(agent__isnull=False),
                name="demande_en_cours_agent",
            ),
        ]
        indexes = [
            # The triage desk: open demandes of a caisse, urgent first.
            models.Index(
                F("caisse"),
                F("urgente").desc(),
                F("promise_le"),
                F("id"),
                condition=Q(statut__in=OUVERTS),
                name="demande_tri",
            ),
            models.Index(F("partenaire"), F("id").desc(), name="demande_historique"),
            models.Index(F("terme_le"), F("id"), name="demande_terme"),
            models.Index(F("agent"), condition=Q(statut__in=OUVERTS), name="demande_agent"),
            GinIndex(fields=["caisse", "jetons"], name="demande_jetons"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def est_ouverte(self) -> bool:
        """Whether something may still happen."""
        return self.statut in OUVERTS

    def phrase(self, cote: str) -> str:
        """Return the plain sentence of the state for « partenaire » or « caisse »."""
        return PHRASES[cote][self.statut]

    @property
    def a_qui_de_jouer(self) -> str:
        """« partenaire », « caisse », or empty when it is over."""
        return A_QUI_DE_JOUER.get(self.statut, "")

    @property
    def en_retard(self) -> bool:
        """Whether the promised date is past while the caisse has to play."""
        return (
            self.statut in (Statut.DEPOSEE, Statut.EN_COURS)
            and self.promise_le is not None
            and self.promise_le < self.caisse.jour
        )

    def transiter(self, verbe: str, *, par: Any, le: dt.datetime, precision: str = "", **champs: Any) -> None:
        """Do `verbe`: lock the row, check the table, write state, fields, history and journal, in the transaction.

        `par` is the account, None for the nightly job. Raise TransitionImpossible when the state moved meanwhile.
        """
        verrouillee = Demande.objects.select_for_update().get(pk=self.pk)
        profil = par.profil if par else MACHINE
        if not est_permise(verbe, verrouillee.statut, profil):
            raise TransitionImpossible(verbe, verrouillee.statut)
        avant, self.statut = verrouillee.statut, TRANSITIONS[verbe].vers
        for nom, valeur in champs.items():
            setattr(self, nom, valeur)
        if self.statut in FINIS:
            self.terminee_le = champs["terminee_le"] = le
        elif avant in FINIS:
            self.terminee_le = champs["terminee_le"] = None
        self.save(update_fields=["statut", *champs])
        self.evenements.create(verbe=verbe, de=avant, vers=self.statut, le=le, par=par, precision=precision)
        consigner(
            f"demande.{verbe}",
            par=par,
            objet=self,
            reference=self.reference,
            caisse=self.caisse_id,
            partenaire=self.partenaire_id,
            de=str(avant),
            vers=str(self.statut),
        )

    @property
    def contenu(self) -> dict[str, Any]:
        """The unsealed content: assure, fiche, texts. Raise Illisible when its key is gone."""
        return self.ouvrir(bytes(self.contenu_scelle), "contenu")

    def poser_contenu(self, contenu: dict[str, Any]) -> None:
        """Seal `contenu` in memory; the caller saves."""
        self.contenu_scelle = self.sceller(contenu, "contenu")


class Message(models.Model):
    """A line of the thread (D-10). Its text is sealed under the demande's key."""

    class Nature(models.TextChoices):
        MESSAGE = "message", "Message"
        COMPLEMENT_DEMANDE = "complement_demande", "Complément demandé"
        COMPLEMENT = "complement", "Complément apporté"
        REPONSE = "reponse", "Réponse de la caisse"
        QUESTION = "question", "Il reste une question"
        RAISON = "raison", "Raison"
        NOTE = "note", "Note interne"

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
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.pk}"

    @property
    def texte(self) -> str:
        """The unsealed text."""
        return self.demande.ouvrir(bytes(self.texte_scelle), f"message:{self.sceau}")


class Piece(Fichier):
    """A document attached to a demande (D-06), or sent by the caisse (D-12), sealed under the demande's key."""

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="pieces")
    cote = models.CharField("côté", max_length=10, choices=Message.Cote, default=Message.Cote.PARTENAIRE)
    # A code of conventions/referentiels/pieces.toml: incoming from the structure, outgoing from the caisse.
    nature = models.SlugField("nature de la pièce", default="autre")
    # Of a document sent by the caisse: when the structure first opened it, when the caisse took it back.
    ouverte_le = models.DateTimeField("ouverte le", null=True, blank=True)
    ouverte_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rappelee_le = models.DateTimeField("rappelée le", null=True, blank=True)
    rappelee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Given by the form: a double click attaches once.
    envoi = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta(Fichier.Meta):
        verbose_name = "pièce"
        constraints = [
            *Fichier.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ouverte_le=None, ouverte_par=None)
                | Q(ouverte_le__isnull=False, ouverte_par__isnull=False, cote="caisse"),
                name="piece_ouverte_paire",
            ),
            models.CheckConstraint(
                condition=Q(rappelee_le=None, rappelee_par=None)
                | Q(rappelee_le__isnull=False, rappelee_par__isnull=False, cote="caisse"),
                name="piece_rappelee_paire",
            ),
        ]

    @property
    def proprietaire(self) -> Demande:
        """The demande, whose key seals name and content."""
        return self.demande

    @property
    def libelle(self) -> str:
        """What the piece is, in words."""
        return (PIECES_ENTRANTES | PIECES_SORTANTES).get(self.nature, PIECES_ENTRANTES["autre"])

    @property
    def sortante(self) -> bool:
        """Whether the caisse sent it (D-12)."""
        return self.cote == Message.Cote.CAISSE

    def bloque(self) -> None:
        """Tell who attached it that the piece cannot be read, so that he may send another."""
        vue = "tri-pieces" if self.sortante else "demande-pieces"
        deposer_courriel(
            self.ajoute_par.email,
            "signalements/piece_bloquee",
            {
                "reference": self.demande.reference,
                "chemin": reverse(vue, args=[self.demande.reference]),
            },
        )

    def consigner_verdict(self) -> dict[str, Any]:
        """Whose journal the verdict belongs to."""
        return {
            "reference": self.demande.reference,
            "caisse": self.demande.caisse_id,
            "partenaire": self.demande.partenaire_id,
        }


class Evenement(models.Model):
    """One act on a demande, shown in its history on both sides (D-09)."""

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="evenements")
    verbe = models.SlugField("verbe")
    de = models.CharField("depuis", max_length=12, choices=Statut, blank=True)
    vers = models.CharField("vers", max_length=12, choices=Statut, blank=True)
    # A name of the caisse's own (agent, pôle, caisse), never the person's.
    precision = models.CharField("précision", max_length=160, blank=True)
    le = models.DateTimeField("le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "événement"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.verbe} {self.demande_id}"


class RendezVousQuerySet(models.QuerySet["RendezVous"]):
    """Slots in the words of the domain."""

    def proposes(self) -> "RendezVousQuerySet":
        """Return those that wait for the structure's choice."""
        return self.filter(statut=RendezVous.Statut.PROPOSE)

    def a_venir_ou_tenus(self) -> "RendezVousQuerySet":
        """Return the one that was agreed, if it is not cancelled."""
        return self.filter(statut=RendezVous.Statut.ACCEPTE)


class RendezVous(models.Model):
    """A slot that the caisse proposes, and what becomes of it (D-13). Where and how is sealed as the rest."""

    class Statut(models.TextChoices):
        PROPOSE = "propose", "Proposé"
        ACCEPTE = "accepte", "Accepté"
        ECARTE = "ecarte", "Écarté"
        ANNULE = "annule", "Annulé"
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
    lieu = models.CharField("lieu", max_length=10, choices=Lieu)
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
    def precisions(self) -> str:
        """Where to come, or who will call: the unsealed text."""
        return self.demande.ouvrir(bytes(self.precisions_scellees), f"rendez-vous:{self.sceau}")

    @property
    def fin(self) -> dt.datetime:
        """When it ends."""
        return self.debut + dt.timedelta(minutes=self.duree_minutes)


class Compteur(models.Model):
    """What remains of purged demandes: anonymous counts, no row per demande (D-15)."""

    mois = models.DateField("mois")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    type_partenaire = models.CharField("type de structure", max_length=12, choices=Partenaire.Type)
    motif = models.ForeignKey(Motif, models.PROTECT, related_name="+")
    issue = models.CharField("issue", max_length=20)
    delai = models.CharField("classe de délai", max_length=12)
    nombre = models.PositiveIntegerField("nombre", default=0)

    class Meta:
        verbose_name = "compteur"
        constraints = [
            models.UniqueConstraint(
                fields=["mois", "caisse", "type_partenaire", "motif", "issue", "delai"],
                name="compteur_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mois} {self.motif_id} {self.nombre}"
