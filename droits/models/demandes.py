"""Requests of persons about their data (R-03)."""

import datetime as dt
from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle.roles import Droit, peut

GARDE = dt.timedelta(days=365)


class DemandeDroitsQuerySet(models.QuerySet):
    """Requests in the words of the domain."""

    def visibles_par(self, compte: Compte) -> "DemandeDroitsQuerySet":
        """Return those of the caisses of a DPO; for a gestionnaire, those that its structure passed on."""
        if peut(compte, Droit.TRAITER_DROITS):
            return self.filter(caisse__in=compte.caisses.all())
        return Participation.objects.donnant(Droit.TRANSMETTRE_DROITS, compte).liees(self)

    def ouvertes(self) -> "DemandeDroitsQuerySet":
        """Return those that wait for their answer."""
        return self.filter(repondue_le=None)


class ResultatDeRecherche(TypedDict):
    """What a search leaves, by key."""

    trouvees: list[str]
    proches: list[str]
    choix: dict[str, bool]


class DemandeDroits(ObjetScelle):
    """One request: received, identity checked, searched, answered within one month (R-03).

    Who asks is sealed: the person, and what she wrote, are never in clear. The term moves along until the answer.
    """

    VERSIONNES = ("contenu_scelle", "resultat_scelle")

    class Droit(models.TextChoices):
        INFORMATION = "information", "Information"
        ACCES = "acces", "Accès"
        RECTIFICATION = "rectification", "Rectification"
        LIMITATION = "limitation", "Limitation"
        OPPOSITION = "opposition", "Opposition"

    class Qualite(models.TextChoices):
        ASSURE = "assure", "Une personne accompagnée"
        PROFESSIONNEL = "professionnel", "Un professionnel, pour son compte du portail"

    class Reponse(models.TextChoices):
        ACCORDEE = "accordee", "Accordée"
        PARTIELLE = "partielle", "Accordée en partie"
        REFUSEE = "refusee", "Refusée"
        RIEN = "rien", "Aucune donnée conservée"

    reference = models.CharField("référence", max_length=13, unique=True)
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="demandes_de_droits")
    partenaire = models.ForeignKey(
        Partenaire, models.PROTECT, null=True, blank=True, related_name="demandes_de_droits"
    )
    droit = models.CharField("droit exercé", max_length=15, choices=Droit)
    qualite = models.CharField("qui demande", max_length=15, choices=Qualite, default=Qualite.ASSURE)
    recue_le = models.DateField("reçue le")
    echeance_le = models.DateField("à répondre au plus tard le")
    saisie_le = models.DateTimeField("saisie le")
    saisie_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    contenu_scelle = models.BinaryField()
    identite_le = models.DateTimeField("identité vérifiée le", null=True, blank=True)
    recherchee_le = models.DateTimeField("recherche faite le", null=True, blank=True)
    resultat_scelle = models.BinaryField("ce que la recherche a trouvé", default=bytes)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    reponse = models.CharField("réponse", max_length=10, choices=Reponse, blank=True)
    alerte_jours = models.PositiveSmallIntegerField("dernière alerte envoyée", default=0)

    objects = DemandeDroitsQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’exercice de droits"
        verbose_name_plural = "demandes d’exercice de droits"
        ordering = ["echeance_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(repondue_le=None, reponse="") | (Q(repondue_le__isnull=False) & ~Q(reponse="")),
                name="droits_reponse_date",
            ),
            models.CheckConstraint(
                condition=Q(recherchee_le=None) | Q(identite_le__isnull=False),
                name="droits_identite_avant_recherche",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def fin(self) -> dt.date | None:
        """The last day on which it is kept; None before the answer."""
        return None if self.repondue_le is None else (self.repondue_le + GARDE).date()

    @property
    def contenu(self) -> dict[str, str]:
        """Who asks, and what: nom, prenom, naissance (ISO), precisions."""
        contenu: dict[str, str] = self.ouvrir(bytes(self.contenu_scelle), "contenu")
        return contenu

    @property
    def resultat(self) -> ResultatDeRecherche:
        """What the search found: in clear, it would link the demandes of one person across structures."""
        if not self.resultat_scelle:
            return {"trouvees": [], "proches": [], "choix": {}}
        resultat: ResultatDeRecherche = self.ouvrir(bytes(self.resultat_scelle), "resultat")
        return resultat

    @property
    def trouvees(self) -> list[str]:
        """What is hers."""
        return self.resultat["trouvees"]

    @property
    def proches(self) -> list[str]:
        """What resembles her and waits for a choice."""
        return self.resultat["proches"]

    @property
    def choix(self) -> dict[str, bool]:
        """What the DPO said of what resembles her: hers, or not."""
        return self.resultat["choix"]

    def poser_contenu(self, contenu: dict[str, str]) -> None:
        """Seal who asks, and what, in memory; the caller saves."""
        self.ecrire("contenu_scelle", contenu, "contenu")
