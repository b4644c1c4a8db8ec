"""The demande: its sealed content, its states and its term."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Reverse

from caisses.models import Caisse, Motif, Pole, cles_des_caisses
from conformite.journal import consigner
from conformite.models.objet_scelle import ObjetScelle
from conformite.reperes import reperes
from conventions.models.conventions import Objet, Participation
from conventions.models.partenaires import Partenaire
from signalements.chiffres import compter
from signalements.journal import Acte
from signalements.models.absences import remplaces_par
from signalements.suites import Irrecevable, Issue
from signalements.workflow import (
    A_QUI_DE_JOUER,
    FINIS,
    NIVEAUX,
    OUVERTS,
    PHRASES,
    TRANSITIONS,
    Statut,
    TransitionImpossible,
    est_permise,
)
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import Droit, peut

# The motif that asks for a Mission accompagnement santé.
MOTIF_ACCOMPAGNEMENT = "saisine-mas"
# By the structure itself, or by an agent for it (D-23).
DEPOTS = ("deposer", "saisir")
# Acts whose words, beside a structure and a date, would tell a care.
DE_SOIN = ("noter_etape", "noter_venue")


class DemandeQuerySet(models.QuerySet["Demande"]):
    """Demandes in the words of the domain. Every query that serves a page starts from `visibles_par`."""

    def visibles_par(self, compte: Acteur) -> "DemandeQuerySet":
        """Return what `compte` may see at all: its structure's, or those addressed to its caisses.

        A technicien sees all those of the structure while the portal is open to him with their caisse (A-13, A-16), the
        open ones in the closing period (C-16); drafts are their author's. What a caisse received stays its own until the
        term (D-15), whatever became of the convention. A gestionnaire, an administrateur and the national one read no demande.
        """
        # A page has no use for the hundreds of tokens of each: the search reads them where they are.
        lisibles = self.defer("jetons")
        if peut(compte, Droit.SUIVRE_DEMANDES):
            ouvertes, toutes = Participation.objects.caisses_de(
                Droit.SUIVRE_DEMANDES, compte, Objet.ACCES_DROITS
            )
            siennes = Q(caisse__in=ouvertes)
            if toutes != ouvertes:
                siennes |= Q(statut__in=OUVERTS, caisse__in=toutes)
            return lisibles.filter(
                siennes,
                ~Q(statut=Statut.BROUILLON) | Q(technicien=compte.pk),
                partenaire=compte.partenaire_id,
            )
        if peut(compte, Droit.LIRE_DEMANDES):
            # By their keys: the index of the desk then gives its order too.
            return lisibles.filter(caisse__in=cles_des_caisses(compte)).exclude(statut=Statut.BROUILLON)
        return self.none()

    def brouillons(self) -> "DemandeQuerySet":
        """Return those not sent yet."""
        return self.filter(statut=Statut.BROUILLON)

    def entamees(self) -> "DemandeQuerySet":
        """Leave out the drafts where nothing was typed: a motif that was only looked at is no demande."""
        return self.exclude(statut=Statut.BROUILLON, modifiee_le=F("creee_le"))

    def deposees(self) -> "DemandeQuerySet":
        """Return those that were sent, whatever came after."""
        return self.exclude(statut=Statut.BROUILLON)

    def ouvertes(self) -> "DemandeQuerySet":
        """Return those that are not finished."""
        return self.filter(statut__in=OUVERTS)

    def suivies_par(self, compte: Acteur) -> "DemandeQuerySet":
        """Return those that the account follows, or whose technicien he replaces today."""
        return self.filter(technicien__in=[compte.pk, *remplaces_par(compte)])

    def sans_suivi(self) -> "DemandeQuerySet":
        """Return the open ones whose technicien has no active account any more: nobody reads the caisse's messages."""
        return self.ouvertes().exclude(technicien__statut="actif")

    def a_prendre(self) -> "DemandeQuerySet":
        """Return those that nobody has taken."""
        return self.filter(statut=Statut.DEPOSEE)

    def repondues_avec(self, demande: "Demande") -> "DemandeQuerySet":
        """Return the others of its structure that were given the same answer, while it stands (D-29)."""
        if demande.reponse_commune is None:
            return self.none()
        memes = self.filter(partenaire=demande.partenaire_id, reponse_commune=demande.reponse_commune)
        return memes.filter(statut=Statut.TRAITEE).exclude(pk=demande.pk)

    def pour_lignes(self) -> "DemandeQuerySet":
        """Read with each, in the same query, what its line says of it: its labels, and whether slots wait."""
        elle = self.model.objects.filter(pk=OuterRef("pk"))
        mots = elle.filter(etiquettes__isnull=False).order_by("etiquettes__mot").values("etiquettes__mot")
        return self.annotate(
            mots_lus=ArraySubquery(mots), creneaux_lus=Exists(elle.filter(rendez_vous__statut="propose"))
        )

    def par_urgence(self) -> "DemandeQuerySet":
        """Order as a triage desk does: urgent first, then by promised date (D-08)."""
        return self.order_by("-urgente", "promise_le", "id")


class Demande(ObjetScelle):
    """What a structure asks a caisse for a person, or about the partnership (D-01).

    Everything about the person stands in `contenu_scelle`: identity, fiche, texts. In clear remain what queues
    need: motif, states, dates, and opaque search tokens.
    """

    Statut = Statut
    VERSIONNES = ("contenu_scelle",)

    class Origine(models.TextChoices):
        """How it reached the caisse."""

        PORTAIL = "portail", "Par le portail"
        TELEPHONE = "telephone", "Par téléphone"
        COURRIEL = "courriel", "Par courriel"

    reference = models.CharField("référence", max_length=13, unique=True)
    # Given by the form when the draft is made: a double click makes one demande.
    jeton = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="demandes")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="demandes")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="demandes")
    motif = models.ForeignKey(Motif, models.PROTECT, related_name="demandes")
    pole = models.ForeignKey(Pole, models.PROTECT, related_name="demandes")
    # Who follows it for the structure; nobody, while it was entered by an agent and no technicien has taken it (D-23).
    technicien = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="demandes_deposees"
    )
    origine = models.CharField(
        "origine", max_length=10, choices=Origine, default=Origine.PORTAIL, db_default=Origine.PORTAIL
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="demandes_traitees"
    )
    statut = models.CharField("état", max_length=12, choices=Statut, default=Statut.BROUILLON)
    urgente = models.BooleanField("urgente", default=False)
    # Who gave the last answer: the delays kept are his, whoever has the demande now.
    traitee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
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
    # The same for the demandes that one answer closes (D-29).
    reponse_commune = models.UUIDField("réponse commune", null=True, blank=True, editable=False)
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
                condition=~Q(origine="portail") | Q(technicien__isnull=False),
                name="demande_du_portail_suivie",
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
            # The triage desk: open demandes of a caisse, urgent first, with what counts its baskets.
            models.Index(
                F("caisse"),
                F("urgente").desc(),
                F("promise_le"),
                F("id"),
                include=["statut", "pole", "agent", "en_attente_le", "terme_le"],
                condition=Q(statut__in=OUVERTS),
                name="demande_tri",
            ),
            models.Index(
                fields=["caisse", "terminee_le", "id"],
                include=["statut", "pole"],
                condition=Q(terminee_le__isnull=False),
                name="demande_terminees",
            ),
            models.Index(F("partenaire"), F("id").desc(), name="demande_historique"),
            models.Index(F("terme_le"), F("id"), name="demande_terme"),
            # A reference that was dictated is found by its end.
            models.Index(OpClass(Reverse("reference"), name="text_pattern_ops"), name="demande_fin"),
            models.Index(F("agent"), condition=Q(statut__in=OUVERTS), name="demande_agent"),
            GinIndex(fields=["caisse", "jetons"], name="demande_jetons"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def deposee_par(self) -> Any:
        """Who deposited it: the technicien who follows it now may have taken it over (A-12)."""
        depots = [une.par for une in self.evenements.all() if une.verbe in DEPOTS]
        return depots[0] if depots and depots[0] else self.technicien

    @property
    def suivie(self) -> bool:
        """Whether somebody of the structure, whose account is open, follows it."""
        return self.technicien is not None and self.technicien.statut == "actif"

    @property
    def creneaux_proposes(self) -> bool:
        """Whether slots wait for the choice of the structure; read with a list by `pour_lignes`."""
        if self.statut != Statut.EN_ATTENTE:
            return False
        lus: bool | None = self.__dict__.get("creneaux_lus")
        return any(rdv.statut == "propose" for rdv in self.rendez_vous.all()) if lus is None else lus

    @property
    def mots(self) -> list[str]:
        """The labels of the reader's house (D-28); read with a list by `pour_lignes`."""
        lus: list[str] | None = self.__dict__.get("mots_lus")
        return [str(une) for une in self.etiquettes.all()] if lus is None else lus

    @property
    def etat(self) -> str:
        """The words of its state: slots that wait for a choice are no complement (D-13)."""
        return "Rendez-vous proposé" if self.creneaux_proposes else self.get_statut_display()

    @property
    def est_ouverte(self) -> bool:
        """Whether something may still happen."""
        return self.statut in OUVERTS

    def phrase(self, cote: str) -> str:
        """Return the plain sentence of the state for « partenaire » or « caisse »."""
        return PHRASES[cote][self.statut]

    @property
    def accompagnement(self) -> bool:
        """Whether it is, or became, a Mission accompagnement santé, whose steps both sides follow."""
        return self.motif_id == MOTIF_ACCOMPAGNEMENT or self.issue == Issue.ACCOMPAGNEMENT

    @property
    def a_qui_de_jouer(self) -> str:
        """« partenaire », « caisse », or empty when it is over."""
        return A_QUI_DE_JOUER.get(self.statut, "")

    @property
    def niveau(self) -> str:
        """The level of the badge of its state; empty when neutral."""
        return NIVEAUX.get(self.statut, "")

    @property
    def en_retard(self) -> bool:
        """Whether the promised date is past while the caisse has to play."""
        return (
            self.statut in (Statut.DEPOSEE, Statut.EN_COURS)
            and self.promise_le is not None
            and self.promise_le < self.caisse.jour
        )

    @property
    def raison_promesse(self) -> str:
        """Why the promised date does not run, or is later than it was; empty when it is the first one."""
        if self.statut == Statut.EN_ATTENTE:
            return "suspendue en attendant la réponse de la structure"
        if self.statut == Statut.EN_COURS and self.en_attente_le:
            return "le délai a été suspendu en attendant la réponse de la structure"
        return ""

    def transiter(
        self,
        verbe: str,
        *,
        par: Acteur,
        le: dt.datetime,
        precision: str = "",
        retire: str = "",
        **champs: Any,
    ) -> None:
        """Do `verbe`: lock the row, check the table, write state, fields, history and journal, in the transaction.

        `retire`: what the act takes back, by its seal. `par` is the account, or the machine for the nightly job. Raise TransitionImpossible when the state moved meanwhile.
        """
        verrouillee = Demande.objects.select_for_update().get(pk=self.pk)
        if not est_permise(verbe, verrouillee.statut, par):
            raise TransitionImpossible(verbe, verrouillee.statut)
        avant, self.statut = verrouillee.statut, TRANSITIONS[verbe].vers
        for nom, valeur in champs.items():
            setattr(self, nom, valeur)
        if self.statut in FINIS:
            self.terminee_le = champs["terminee_le"] = le
        elif avant in FINIS:
            self.terminee_le = champs["terminee_le"] = None
        self.save(update_fields=["statut", *champs])
        compter(self, verrouillee, verbe, le)
        self.evenements.create(
            verbe=verbe, de=avant, vers=self.statut, le=le, par=par.compte, precision=precision
        )
        consigner(
            Acte(f"demande.{verbe}"),
            par=par,
            objet=self,
            # A transfer is told to the caisse that it leaves too.
            avant=reperes(verrouillee),
            de=str(avant),
            vers=str(self.statut),
            **({"retire": retire} if retire else {}),
        )

    def raconter(
        self, verbe: str, *, par: Acteur, precision: str, retire: str = "", a: Acteur | None = None
    ) -> None:
        """Tell in the history, and in the journal, an act that moves no state. `retire`: what went, by its seal."""
        le = horloge.maintenant()
        scellee = self.sceller(precision, f"evenement:{verbe}:{le}") if verbe in DE_SOIN else b""
        self.evenements.create(
            verbe=verbe,
            le=le,
            par=par.compte,
            a=a.compte if a else None,
            precision="" if scellee else precision,
            precision_scellee=scellee,
        )
        consigner(Acte(f"demande.{verbe}"), par=par, objet=self, **({"retire": retire} if retire else {}))

    @property
    def contenu(self) -> dict[str, Any]:
        """The unsealed content: assure, fiche, texts. Raise Illisible when its key is gone."""
        return self.ouvrir(bytes(self.contenu_scelle), "contenu")

    def poser_contenu(self, contenu: dict[str, Any]) -> None:
        """Seal `contenu` in memory; the caller saves."""
        self.ecrire("contenu_scelle", contenu, "contenu")
