"""The recovery of an indu, from its declaration to its solde, and the account that is paid (E-06)."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Avenant
from echanges.models.depots import Depot

_UTILISATEUR = settings.AUTH_USER_MODEL


class StatutDossier(models.TextChoices):
    """Where a recovery stands."""

    RECU = "recu", "À rapprocher"
    RAPPROCHE = "rapproche", "Rapproché"
    CALCULE = "calcule", "Retenue calculée"
    MANDATE = "mandate", "Mandaté"
    NOTIFIE = "notifie", "Personne informée"
    SOLDE = "solde", "Soldé"
    IMPOSSIBLE = "impossible", "Retenue impossible"
    CONTESTE = "conteste", "Contesté"


NIVEAUX_DOSSIER = {
    StatutDossier.RECU: "info",
    StatutDossier.RAPPROCHE: "info",
    StatutDossier.CALCULE: "avertissement",
    StatutDossier.MANDATE: "info",
    StatutDossier.NOTIFIE: "succes",
    StatutDossier.SOLDE: "succes",
    StatutDossier.IMPOSSIBLE: "neutre",
    StatutDossier.CONTESTE: "erreur",
}


class Impossibilite(models.TextChoices):
    """Why nothing can be withheld: said, kept, never dropped."""

    TROP_TARD = "trop-tard", "Trop tard pour la retenue : le premier versement est fait"
    INCONNUE = "inconnue", "La personne n’est pas bénéficiaire de la MTP"
    OPPOSITION = "opposition", "La personne s’est opposée au traitement"
    DOUBLON = "doublon", "Cet indu est déjà retenu dans un autre dossier"
    CONTESTATION = "contestation", "La contestation de la personne est fondée"
    DEJA_RETENUE = "deja-retenue", "La majoration de ces mois est déjà retenue pour d’autres indus"
    SANS_MOIS_COMMUN = "sans-mois-commun", "Aucun mois commun entre l’indu et la MTP"


class DossierIndu(ObjetScelle):
    """An indu of one person. It dies with the first of the deposits from which it comes (E-11)."""

    VERSIONNES = ("contenu_scelle",)

    reference = models.CharField("référence", max_length=13, unique=True)
    depot = models.ForeignKey(Depot, models.CASCADE, related_name="dossiers")
    # Which row of the deposit: it makes one dossier.
    rang = models.PositiveIntegerField("rang de la ligne")
    depot_mtp = models.ForeignKey(
        Depot,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="dossiers_mtp",
        verbose_name="dépôt de la MTP",
    )
    rang_mtp = models.PositiveIntegerField("rang de la ligne de la MTP", null=True, blank=True)
    # Copies of the deposit's: whose perimeter, whose journal.
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="dossiers_indus")
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="dossiers_indus")
    statut = models.CharField("état", max_length=10, choices=StatutDossier, default=StatutDossier.RECU)
    impossibilite = models.CharField("impossibilité", max_length=16, choices=Impossibilite, blank=True)
    contenu_scelle = models.BinaryField("contenu scellé", default=bytes)
    recu_le = models.DateTimeField("reçu le")
    rapproche_le = models.DateTimeField("rapproché le", null=True, blank=True)
    rapproche_par = models.ForeignKey(_UTILISATEUR, models.PROTECT, null=True, blank=True, related_name="+")
    calcule_le = models.DateTimeField("calculé le", null=True, blank=True)
    # Two persons: who prepares, who signs (agent, agent comptable).
    prepare_le = models.DateTimeField("mandat préparé le", null=True, blank=True)
    prepare_par = models.ForeignKey(_UTILISATEUR, models.PROTECT, null=True, blank=True, related_name="+")
    signe_le = models.DateTimeField("mandat signé le", null=True, blank=True)
    signe_par = models.ForeignKey(_UTILISATEUR, models.PROTECT, null=True, blank=True, related_name="+")
    compte_payeur = models.ForeignKey(
        "ComptePayeur",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mandats",
        verbose_name="compte payé",
    )
    lettre_postee_le = models.DateField("lettre postée le", null=True, blank=True)
    conteste_le = models.DateTimeField("contesté le", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier d’indu"
        verbose_name_plural = "dossiers d’indu"
        ordering = ["recu_le", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["depot", "rang"], name="dossier_un_par_ligne"),
            models.CheckConstraint(
                condition=Q(signe_par=None) | ~Q(signe_par=F("prepare_par")), name="dossier_deux_personnes"
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=("mandate", "notifie"))
                | Q(signe_le__isnull=False, compte_payeur__isnull=False),
                name="dossier_mandat_signe",
            ),
            models.CheckConstraint(
                condition=Q(statut="impossible") & ~Q(impossibilite="")
                | ~Q(statut="impossible") & Q(impossibilite=""),
                name="dossier_impossible_dit",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def participation(self) -> Participation:
        """The caisse’s part from which it comes."""
        return self.depot.participation

    @property
    def niveau(self) -> str:
        """The level of the badge of its state."""
        return NIVEAUX_DOSSIER[StatutDossier(self.statut)]

    @property
    def contenu(self) -> dict[str, Any]:
        """The unsealed content: person, indu, MTP, what is withheld. Raise Illisible."""
        return self.ouvrir(bytes(self.contenu_scelle), "dossier")

    def detacher(self) -> None:
        """Forget the beneficiary and what was calculated with it; the caller saves. What is said impossible stays so."""
        self.depot_mtp = self.rang_mtp = None
        gardes = {cle: self.contenu[cle] for cle in ("indu", "rapprochement")}
        if self.statut != StatutDossier.IMPOSSIBLE:
            self.statut = StatutDossier.RECU
            self.rapproche_le = self.rapproche_par = self.calcule_le = self.prepare_le = self.prepare_par = (
                None
            )
        self.ecrire("contenu_scelle", gardes, "dossier")

    def poser(self, **champs: Any) -> None:
        """Change some of the content, sealed in memory; the caller saves."""
        contenu = self.contenu if self.contenu_scelle else {}
        self.ecrire("contenu_scelle", contenu | champs, "dossier")


class ComptePayeur(models.Model):
    """The account of the Département’s paymaster, from a day on: changed by an avenant only; old mandates keep theirs."""

    journal_de = "participation"

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="comptes_payeurs")
    # None for the account that the convention itself names.
    avenant = models.ForeignKey(Avenant, models.PROTECT, null=True, blank=True, related_name="+")
    sceau = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    rib_scelle = models.BinaryField("RIB scellé")
    declare_le = models.DateTimeField("déclaré le")
    declare_par = models.ForeignKey(_UTILISATEUR, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "compte du payeur"
        verbose_name_plural = "comptes du payeur"
        ordering = ["declare_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation"], condition=Q(avenant=None), name="compte_payeur_initial_unique"
            ),
            models.UniqueConstraint(fields=["participation", "avenant"], name="compte_payeur_un_par_avenant"),
        ]

    def __str__(self) -> str:
        return f"compte du payeur {self.pk}"
