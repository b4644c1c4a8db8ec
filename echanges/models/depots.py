"""A deposit: its lock, its file, its rows, and every step of it (E-02, E-03, E-09)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from echanges.catalogue import CoteDuFlux
from echanges.coffre import Contenu, Fermee
from echanges.models.flux import FluxConvenu
from echanges.regles import en_mots
from fichiers.models import Fichier, FichierQuerySet
from socle.models import CourrielSortant

_UTILISATEUR = settings.AUTH_USER_MODEL


class StatutDepot(models.TextChoices):
    """Where a deposit stands."""

    OUVERT = "ouvert", "En attente du fichier"
    A_CONFIRMER = "a_confirmer", "À confirmer"
    DEPOSE = "depose", "Déposé"
    RETIRE = "retire", "Retiré"
    REMPLACE = "remplace", "Remplacé"


NIVEAUX = {
    StatutDepot.OUVERT: "info",
    StatutDepot.A_CONFIRMER: "avertissement",
    StatutDepot.DEPOSE: "succes",
    StatutDepot.RETIRE: "neutre",
    StatutDepot.REMPLACE: "neutre",
}


class Raison(models.TextChoices):
    """Why a deposit was withdrawn or replaced: coded, so that no word speaks of a person."""

    MAUVAIS_FICHIER = "mauvais-fichier", "Mauvais fichier"
    ERREUR = "erreur", "Erreur dans les lignes"
    COMPLEMENT = "complement", "Lignes oubliées"
    MAUVAISE_PERIODE = "mauvaise-periode", "Mauvaise période"
    MOT_DE_PASSE = "mot-de-passe", "Mot de passe perdu"
    ABANDON = "abandon", "Dépôt abandonné"


class DepotQuerySet(models.QuerySet["Depot"]):
    """Deposits in the words of the domain. Every query that serves a page starts from the rights of `permissions`."""

    def deposes(self) -> "DepotQuerySet":
        """Return those that the other side may read."""
        return self.filter(statut=StatutDepot.DEPOSE)

    def annonces(self) -> "DepotQuerySet":
        """Return those that were announced, whatever came after."""
        return self.filter(depose_le__isnull=False)

    def non_lus(self) -> "DepotQuerySet":
        """Return those that nobody of the other side has read."""
        return self.deposes().filter(lu_le=None)


class Depot(ObjetScelle):
    """A file sent for a flow and a period, under a password that is kept nowhere (E-02, E-09).

    In clear: what the two sides follow. Under its own key: totals and rows. Under that key *and* the password: the file.
    """

    VERSIONNES = ("resume_scelle",)

    reference = models.CharField("référence", max_length=13, unique=True)
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="depots")
    # Copies of the participation's: whose perimeter, whose journal.
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="depots")
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="depots")
    flux = models.ForeignKey(FluxConvenu, models.PROTECT, related_name="depots")
    periode = models.CharField("période", max_length=10)
    cote = models.CharField("déposé par", max_length=10, choices=CoteDuFlux)
    statut = models.CharField("état", max_length=12, choices=StatutDepot, default=StatutDepot.OUVERT)
    remplace = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="remplacants", verbose_name="remplace"
    )
    raison = models.CharField("raison", max_length=20, choices=Raison, blank=True)
    ouvert_le = models.DateTimeField("ouvert le")
    ouvert_par = models.ForeignKey(_UTILISATEUR, models.PROTECT, related_name="depots")
    # The mail that carried the password, and when it left: the row of the mail is gone long before the deposit.
    courriel = models.ForeignKey(
        CourrielSortant, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="courriel"
    )
    mot_de_passe_parti_le = models.DateTimeField("mot de passe parti le", null=True, blank=True)
    # The lock (echanges.coffre): the private key is sealed under the password.
    cle_publique = models.BinaryField("clé publique")
    sel = models.BinaryField("sel")
    cle_privee_scellee = models.BinaryField("clé privée scellée")
    contenu_enveloppe = models.BinaryField("clé du contenu", default=bytes)
    essais = models.PositiveSmallIntegerField("essais faux", default=0)
    # Real time, as every lock of a door.
    bloque_jusqu_a = models.DateTimeField("bloqué jusqu’à", null=True, blank=True)
    # What the rows say together: totals, warnings. Sealed under the key of the deposit.
    resume_scelle = models.BinaryField("résumé scellé", default=bytes)
    lignes = models.PositiveIntegerField("lignes", default=0)
    empreinte_recue = models.CharField("empreinte du fichier reçu", max_length=64, blank=True)
    taille_recue = models.PositiveIntegerField("taille du fichier reçu", default=0)
    empreinte_servie = models.CharField("empreinte du fichier remis", max_length=64, blank=True)
    recu_le = models.DateTimeField("fichier reçu le", null=True, blank=True)
    depose_le = models.DateTimeField("annoncé le", null=True, blank=True)
    # Working days between the decision of a row and the deposit, the longest of all (E-10).
    delai_jours = models.PositiveSmallIntegerField("délai le plus long", null=True, blank=True)
    lu_le = models.DateTimeField("lu le", null=True, blank=True)
    lu_par = models.ForeignKey(_UTILISATEUR, models.PROTECT, null=True, blank=True, related_name="+")
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    retire_par = models.ForeignKey(_UTILISATEUR, models.PROTECT, null=True, blank=True, related_name="+")
    rappels = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    notice_jours = models.PositiveSmallIntegerField(
        "dernier rappel avant le terme (jours)", null=True, blank=True
    )

    objects = DepotQuerySet.as_manager()

    class Meta:
        verbose_name = "dépôt"
        ordering = ["-ouvert_le", "-pk"]
        indexes = [
            models.Index(fields=["participation", "-ouvert_le"], name="depot_participation"),
            models.Index(fields=["flux", "periode"], name="depot_periode"),
            models.Index(fields=["terme_le"], name="depot_terme"),
        ]
        constraints = [
            # The order of E-02, whatever the code does: no file before the mail left, no announcement before the file.
            models.CheckConstraint(
                condition=Q(recu_le=None) | Q(mot_de_passe_parti_le__isnull=False),
                name="depot_mot_de_passe_avant",
            ),
            models.CheckConstraint(
                condition=Q(depose_le=None) | Q(recu_le__isnull=False), name="depot_fichier_avant_annonce"
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=("depose", "remplace")) | Q(depose_le__isnull=False),
                name="depot_depose_annonce",
            ),
            models.CheckConstraint(
                condition=Q(retire_le=None, raison="") & ~Q(statut__in=("retire", "remplace"))
                | Q(retire_le__isnull=False, statut__in=("retire", "remplace")) & ~Q(raison=""),
                name="depot_retire_a_sa_raison",
            ),
            models.CheckConstraint(
                condition=Q(lu_le=None, lu_par=None) | Q(lu_le__isnull=False, lu_par__isnull=False),
                name="depot_lu_paire",
            ),
            # The same file twice, while the first one stands, is a slip.
            models.UniqueConstraint(
                fields=["flux", "empreinte_recue"],
                condition=Q(statut__in=("a_confirmer", "depose")),
                name="depot_empreinte_une_fois",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def niveau(self) -> str:
        """The level of the badge of its state."""
        return NIVEAUX[StatutDepot(self.statut)]

    @property
    def attend_un_fichier(self) -> bool:
        """Whether its file may come, or come again."""
        return self.statut in (StatutDepot.OUVERT, StatutDepot.A_CONFIRMER)

    @property
    def est_la(self) -> bool:
        """Whether the other side may read it."""
        return self.statut == StatutDepot.DEPOSE

    @property
    def est_vivant(self) -> bool:
        """Whether it may be taken back: neither withdrawn nor replaced."""
        return self.attend_un_fichier or self.est_la

    @property
    def periode_en_mots(self) -> str:
        """Its period, in words."""
        return en_mots(self.periode)

    @property
    def vers(self) -> CoteDuFlux:
        """The side that reads it."""
        return CoteDuFlux(self.cote).autre

    @property
    def nom_du_fichier(self) -> str:
        """The name under which it is given: never the one that somebody chose."""
        return f"{self.reference}_{self.flux.code}_{self.periode}.ods"

    @property
    def rangs_ecartes(self) -> set[int]:
        """The rows whose persons opposed the processing (R-03)."""
        return set(self.ecartees.order_by().values_list("rang", flat=True))

    @property
    def resume(self) -> dict[str, Any]:
        """The unsealed totals and warnings. Raise Illisible when the key is gone."""
        return self.ouvrir(bytes(self.resume_scelle), "resume") if self.resume_scelle else {}


class FichierDeposeQuerySet(FichierQuerySet):
    """Files that nobody opens without their password: judged before they are sealed, and again at each reading."""

    def en_attente(self) -> "FichierDeposeQuerySet":
        """None waits for a verdict of the job."""
        return self.none()

    def a_reanalyser(self, *_: object) -> "FichierDeposeQuerySet":
        """None is asked again by the job."""
        return self.none()


class FichierDepose(Fichier):
    """The file of a deposit, rebuilt from its rows, sealed under the password and the key of the deposit."""

    journal_de = "depot"

    genre = models.CharField(
        "format reçu", max_length=4, choices=[(un, un.upper()) for un in ("csv", "xlsx", "ods")]
    )
    depot = models.OneToOneField(Depot, models.CASCADE, related_name="fichier")

    objects = FichierDeposeQuerySet.as_manager()

    class Meta(Fichier.Meta):
        verbose_name = "fichier déposé"
        verbose_name_plural = "fichiers déposés"

    contenu: Contenu | None = None

    @property
    def proprietaire(self) -> Any:
        """What the password opened, or what refuses."""
        return self.contenu or Fermee(self.depot)

    @property
    def nom(self) -> str:
        """The name that the portal gives it."""
        return self.depot.nom_du_fichier


class LotDeLignes(models.Model):
    """Some rows of a deposit, sealed under its own key, with the tokens of the persons who stand in them (R-03)."""

    depot = models.ForeignKey(Depot, models.CASCADE, related_name="lots")
    rang = models.PositiveIntegerField("rang")
    scelle = models.BinaryField("lignes scellées")
    jetons = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = "lot de lignes"
        verbose_name_plural = "lots de lignes"
        ordering = ["depot", "rang"]
        constraints = [models.UniqueConstraint(fields=["depot", "rang"], name="lot_rang_unique")]
        indexes = [GinIndex(fields=["jetons"], name="lot_jetons")]

    def __str__(self) -> str:
        return f"lot {self.pk}"


class LigneEcartee(models.Model):
    """A row whose person opposed the processing (R-03): it is compared, withheld from and called no more."""

    journal_de = "depot"

    depot = models.ForeignKey(Depot, models.CASCADE, related_name="ecartees")
    rang = models.PositiveIntegerField("rang de la ligne")
    ecartee_le = models.DateTimeField("écartée le")

    class Meta:
        verbose_name = "ligne écartée"
        verbose_name_plural = "lignes écartées"
        ordering = ["depot", "rang"]
        constraints = [models.UniqueConstraint(fields=["depot", "rang"], name="ligne_ecartee_une_fois")]

    def __str__(self) -> str:
        return f"ligne écartée {self.pk}"


class EtapeDepot(models.Model):
    """A step of a deposit, that both sides see and that its proof lists."""

    class Quoi(models.TextChoices):
        OUVERT = "ouvert", "Dépôt ouvert, mot de passe écrit à la boîte dédiée"
        MOT_DE_PASSE_PARTI = "mot-de-passe-parti", "Mot de passe parti"
        REFUSE = "refuse", "Fichier refusé au contrôle"
        RECU = "recu", "Fichier reçu, contrôlé et scellé"
        ANNONCE = "annonce", "Dépôt confirmé et annoncé"
        ESSAI_FAUX = "essai-faux", "Mot de passe refusé"
        BLOQUE = "bloque", "Lecture bloquée quinze minutes"
        LU = "lu", "Fichier remis"
        LIGNES_LUES = "lignes-lues", "Lignes lues sur le portail"
        RAPPEL = "rappel", "Rappel : fichier non lu"
        RETIRE = "retire", "Dépôt retiré"
        REMPLACE = "remplace", "Dépôt remplacé"

    depot = models.ForeignKey(Depot, models.CASCADE, related_name="etapes")
    quoi = models.CharField("étape", max_length=20, choices=Quoi)
    quand = models.DateTimeField("quand")
    compte = models.ForeignKey(_UTILISATEUR, models.PROTECT, null=True, blank=True, related_name="+")
    # Those of the file that the step took, or refused; 0 where it is about none, or about the whole file.
    lignes = models.PositiveIntegerField("lignes", default=0)

    class Meta:
        verbose_name = "étape d’un dépôt"
        verbose_name_plural = "étapes d’un dépôt"
        ordering = ["quand", "pk"]

    def __str__(self) -> str:
        return f"{self.quoi} {self.pk}"
