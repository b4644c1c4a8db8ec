"""What the structure asks about accounts, what the caisse decides, what was told."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conformite.reperes import Reperes
from conventions.models.conventions import JourDeLaCaisse, Participation
from conventions.models.partenaires import Partenaire
from socle.roles import Droit


class DemandeHabilitationQuerySet(models.QuerySet):
    """Requests in the words of the domain."""

    def visibles_par(self, compte: Compte) -> "DemandeHabilitationQuerySet":
        """Return the requests of the gestionnaire's structure, or those addressed to the administrateur's caisses."""
        return Participation.objects.donnant(Droit.DEMANDER_HABILITATION, compte).liees(self)

    def delai_tenu(self, depuis: dt.datetime) -> dict[str, int]:
        """Return how many were decided since `depuis`, and how many of them in the delay of A-01, in the caisse's zone.

        One that was sent back is not decided: it comes again.
        """
        decidees = self.filter(statut__in=["acceptee", "refusee"], traitee_le__gte=depuis).alias(
            jour_de_decision=JourDeLaCaisse(F("traitee_le"))
        )
        return decidees.aggregate(
            decidees=models.Count("pk"),
            a_temps=models.Count("pk", filter=Q(jour_de_decision__lte=F("echeance"))),
        )

    def a_traiter(self) -> "DemandeHabilitationQuerySet":
        """Return what awaits the caisse, late ones first."""
        return self.filter(statut=DemandeHabilitation.Statut.DEPOSEE).order_by("echeance", "pk")


class DemandeHabilitation(models.Model):
    """A request about a gestionnaire's account, or the structure's size, addressed to one caisse (A-01, A-09, A-10)."""

    class Nature(models.TextChoices):
        HABILITATION = "habilitation", "Habiliter un gestionnaire"
        MODIFICATION = "modification", "Modifier les coordonnées d’un gestionnaire"
        INACTIVATION = "inactivation", "Inactiver un gestionnaire"
        MEMBRES = "membres", "Déclarer un changement du nombre de membres"

    class Statut(models.TextChoices):
        DEPOSEE = "deposee", "À traiter par la caisse"
        RENVOYEE = "renvoyee", "Renvoyée pour complément"
        ACCEPTEE = "acceptee", "Acceptée"
        REFUSEE = "refusee", "Refusée"
        RETIREE = "retiree", "Retirée"

    nature = models.CharField("objet", max_length=12, choices=Nature)
    statut = models.CharField("état", max_length=10, choices=Statut, default=Statut.DEPOSEE)
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="demandes_habilitation")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="demandes_habilitation")
    # The account concerned, or the one that the acceptance created.
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="demandes"
    )
    # the gestionnaire whose seat the asked one takes.
    releve_de = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="demandes_de_releve"
    )
    civilite = models.CharField("civilité", max_length=10, choices=Compte.Civilite, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique professionnelle", blank=True)
    depart_le = models.DateField("date de départ souhaitée", null=True, blank=True)
    membres = models.PositiveIntegerField("nombre de membres", null=True, blank=True)
    deposee_le = models.DateTimeField("déposée le")
    deposee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Day before whose end the caisse answers: working days of the convention (C-13, T-04), frozen here.
    echeance = models.DateField("à traiter avant la fin du")
    traitee_le = models.DateTimeField("traitée le", null=True, blank=True)
    traitee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    commentaire = models.TextField("commentaire de la caisse", blank=True)

    objects = DemandeHabilitationQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’habilitation"
        verbose_name_plural = "demandes d’habilitation"
        ordering = ["-deposee_le"]
        constraints = [
            models.CheckConstraint(
                condition=Q(statut__in=["deposee", "retiree"]) | Q(traitee_le__isnull=False),
                name="demande_habilitation_traitee",
            ),
            # Sent back or refused: the reason is compulsory.
            models.CheckConstraint(
                condition=~Q(statut__in=["renvoyee", "refusee"]) | ~Q(commentaire=""),
                name="demande_habilitation_motivee",
            ),
        ]
        indexes = [models.Index(fields=["caisse", "statut", "echeance"], name="demande_habilitation_file")]

    def __str__(self) -> str:
        return f"{self.nature} {self.pk}"

    def en_retard(self, jour: dt.date) -> bool:
        """Return whether the delay of A-01 is over on `jour` (the caisse's day) and nothing was answered."""
        return self.statut == self.Statut.DEPOSEE and jour > self.echeance

    @property
    def nom_complet(self) -> str:
        """First name and name of the person asked for."""
        return f"{self.prenom} {self.nom}"


class Exclusion(models.Model):
    """A user whom one caisse refuses (A-16): the access to that caisse only is closed."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exclusions")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="exclusions")
    raison = models.TextField("raison")
    prononcee_le = models.DateTimeField("prononcée le")
    prononcee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    levee_le = models.DateTimeField("levée le", null=True, blank=True)
    levee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "exclusion"
        constraints = [
            models.UniqueConstraint(
                fields=["compte", "caisse"], condition=Q(levee_le=None), name="exclusion_une_en_cours"
            ),
            models.CheckConstraint(condition=~Q(raison=""), name="exclusion_motivee"),
        ]

    def __str__(self) -> str:
        return f"exclusion {self.pk}"

    def reperes_du_journal(self) -> Reperes:
        """R-04: of the caisse that closed its access, and of the structure of the account."""
        return Reperes(caisses=(self.caisse_id,), partenaire=self.compte.partenaire_id)


class SignalementSecurite(ObjetScelle):
    """Fraud, loss or theft of credentials, told by someone or found by the caisse (A-15).

    What a stranger writes is sealed: he names persons, whatever the page says.
    """

    VERSIONNES = ("dit_scelle",)

    class Nature(models.TextChoices):
        FRAUDE = "fraude", "Utilisation frauduleuse"
        PERTE = "perte", "Perte d’identifiants ou d’appareil"
        VOL = "vol", "Vol d’identifiants ou d’appareil"

    nature = models.CharField("nature", max_length=8, choices=Nature)
    # Empty when the identifiant typed on the public page is not one of ours: kept all the same.
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="signalements_securite"
    )
    dit_scelle = models.BinaryField()
    declare_le = models.DateTimeField("déclaré le")
    declare_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    traite_le = models.DateTimeField("traité le", null=True, blank=True)
    traite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "signalement de sécurité"
        verbose_name_plural = "signalements de sécurité"
        ordering = [F("traite_le").asc(nulls_first=True), "-declare_le"]

    def __str__(self) -> str:
        return f"{self.nature} {self.pk}"

    @property
    def dit(self) -> dict[str, str]:
        """What was told: faits, coordonnees, identifiant."""
        dit: dict[str, str] = self.ouvrir(bytes(self.dit_scelle), "dit")
        return dit

    def reperes_du_journal(self) -> Reperes:
        """R-04: those of the account; nobody’s while no account is known."""
        return self.compte.reperes_du_journal() if self.compte else Reperes()


class NoticeCompte(models.Model):
    """A notice sent to an account about one date: never twice for the same threshold and date."""

    class Nature(models.TextChoices):
        FIN_ACCES = "fin-acces", "Fin d’accès annoncée"
        SUPPRESSION = "suppression", "Suppression du compte"
        MOT_DE_PASSE = "mot-de-passe", "Mot de passe à changer"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    nature = models.CharField("nature", max_length=15, choices=Nature)
    seuil_jours = models.PositiveSmallIntegerField("jours avant")
    date = models.DateField("date annoncée")
    envoyee_le = models.DateTimeField("envoyée le")

    class Meta:
        verbose_name = "notice"
        constraints = [
            models.UniqueConstraint(
                fields=["compte", "nature", "seuil_jours", "date"], name="notice_une_par_seuil_et_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.seuil_jours}"
