"""Caisses, partenaires, conventions, and what they open."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from espace_partenaires import horloge
from espace_partenaires.profils import PROFILS_PARTENAIRE, Profil


class Caisse(models.Model):
    """A local fund (CPAM, CGSS). Its dates are judged in its own zone, with its own holidays (T-04, T-06)."""

    code = models.SlugField("code", unique=True)
    nom = models.CharField("nom", max_length=120)
    fuseau = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")
    # Département of the seat: gives the public holidays (Alsace-Moselle and overseas have their own).
    departement = models.CharField("département du siège", max_length=3)
    departements = ArrayField(models.CharField(max_length=3), verbose_name="départements couverts", default=list)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    adresse = models.TextField("adresse", blank=True)

    class Meta:
        verbose_name = "caisse"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom

    @property
    def jour(self) -> dt.date:
        """The present day in the caisse's zone."""
        return horloge.jour(self.fuseau)


class Pole(models.Model):
    """A service of a caisse to which motifs go (D-11)."""

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="poles")
    code = models.SlugField("code")
    libelle = models.CharField("libellé", max_length=120)

    class Meta:
        verbose_name = "pôle"
        ordering = ["libelle"]
        constraints = [models.UniqueConstraint(fields=["caisse", "code"], name="pole_unique_par_caisse")]

    def __str__(self) -> str:
        return self.libelle


class Service(models.Model):
    """One of the five services of the portal (D-01)."""

    code = models.SlugField("code", primary_key=True)
    libelle = models.CharField("libellé", max_length=120)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "service"
        ordering = ["ordre"]

    def __str__(self) -> str:
        return self.libelle


class Motif(models.Model):
    """A motif of a service, as the national referential has it."""

    code = models.SlugField("code", primary_key=True)
    service = models.ForeignKey(Service, models.PROTECT, related_name="motifs")
    libelle = models.CharField("libellé", max_length=160)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    pole_code = models.SlugField("pôle par défaut")
    assure = models.BooleanField("concerne un assuré", default=True)
    consentement = models.BooleanField("accord demandé à part", default=False)
    fiche = models.BooleanField("fiche de signalement", default=False)
    urgent = models.BooleanField("urgent par nature", default=False)
    lie_a_une_demande = models.BooleanField("porte sur une demande déjà déposée", default=False)
    pieces = ArrayField(models.SlugField(), verbose_name="pièces appelées", default=list)
    pieces_facultatives = models.BooleanField("pièces facultatives", default=False)

    class Meta:
        verbose_name = "motif"
        ordering = ["service__ordre", "ordre"]

    def __str__(self) -> str:
        return self.libelle


class ReglageMotif(models.Model):
    """What a caisse changes of a motif: its pôle and its target delays, in working days."""

    caisse = models.ForeignKey(Caisse, models.CASCADE, related_name="reglages")
    motif = models.ForeignKey(Motif, models.CASCADE, related_name="reglages")
    pole = models.ForeignKey(Pole, models.PROTECT, null=True, blank=True, related_name="reglages")
    delai_jours = models.PositiveSmallIntegerField("délai visé (jours ouvrés)", null=True, blank=True)
    delai_urgent_jours = models.PositiveSmallIntegerField(
        "délai visé en urgence (jours ouvrés)", null=True, blank=True
    )

    class Meta:
        verbose_name = "réglage d’un motif"
        verbose_name_plural = "réglages des motifs"
        constraints = [models.UniqueConstraint(fields=["caisse", "motif"], name="reglage_unique")]

    def __str__(self) -> str:
        return f"{self.caisse_id} {self.motif_id}"


class PartenaireQuerySet(models.QuerySet):
    """Partenaires in the words of the domain."""

    def visibles_par(self, compte: Any) -> "PartenaireQuerySet":
        """Return the structures that `compte` may see (A-21: a caisse sees those it has a convention with)."""
        if compte.profil == Profil.NATIONAL:
            return self
        if compte.profil in PROFILS_PARTENAIRE:
            return self.filter(pk=compte.partenaire_id)
        if compte.profil == Profil.ADMINISTRATEUR:
            return self.filter(conventions__participations__caisse__in=compte.caisses.all()).distinct()
        return self.none()


class Partenaire(models.Model):
    """A structure, one record for all its caisses, found by its exact SIRET (A-21)."""

    class Type(models.TextChoices):
        CCAS = "CCAS", "CCAS"
        CIAS = "CIAS", "CIAS"
        UDCCAS = "UDCCAS", "UDCCAS"
        DEPARTEMENT = "departement", "Conseil départemental"
        EPCI = "EPCI", "EPCI ou métropole"
        MDPH = "MDPH", "MDPH"
        ASSOCIATION = "association", "Association"
        TUTELLE = "tutelle", "Mandataire judiciaire (tutelle, curatelle)"
        ASE = "ase", "Institution en charge d’enfants confiés à l’ASE"
        DEPOSITAIRE = "depositaire", "Organisme dépositaire"
        SANTE = "sante", "Établissement de santé"
        AUTRE = "autre", "Autre"

    siret = models.CharField("SIRET", max_length=14, unique=True)
    nom = models.CharField("nom", max_length=160)
    type = models.CharField("type de structure", max_length=12, choices=Type)
    membres = models.PositiveIntegerField("nombre de membres")
    domaines = ArrayField(models.CharField(max_length=120), verbose_name="domaines de messagerie", default=list)
    courriel = models.EmailField("adresse de contact (C-12)", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    adresse = models.TextField("adresse", blank=True)

    objects = PartenaireQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(condition=Q(siret__regex=r"^[0-9]{14}$"), name="partenaire_siret_14_chiffres"),
            models.CheckConstraint(condition=Q(membres__gte=1), name="partenaire_au_moins_un_membre"),
        ]

    def __str__(self) -> str:
        return self.nom


class Objet(models.TextChoices):
    """What a convention is about. Two in force for one object, structure and caisse are refused."""

    ACCES_DROITS = "acces-droits", "Accès aux droits et aux soins"
    ECHANGE_FICHIERS = "echange-fichiers", "Échange sécurisé de fichiers"


class Convention(models.Model):
    """The agreement « métier » between one partenaire and one or several caisses (C-01), with its parameters (C-13)."""

    class Statut(models.TextChoices):
        BROUILLON = "brouillon", "Brouillon"
        A_SIGNER = "a_signer", "À signer"
        EN_VIGUEUR = "en_vigueur", "En vigueur"
        DENONCEE = "denoncee", "Dénoncée"
        RESILIEE = "resiliee", "Résiliée"
        REMPLACEE = "remplacee", "Remplacée"
        TERMINEE = "terminee", "Terminée"

    class Denonciation(models.TextChoices):
        AVANT_ECHEANCE = "avant-echeance", "Avant l’échéance, avec préavis"
        A_TOUT_MOMENT = "a-tout-moment", "À tout moment, avec préavis"
        SANS_PREAVIS = "sans-preavis", "Au plus tard la veille de l’échéance"

    class Bilan(models.TextChoices):
        CAISSE = "caisse", "Par la caisse"
        CONJOINT = "conjoint", "Conjointement"
        REFERENTS = "referents", "Par les référents, partagé en comité"

    reference = models.CharField("référence", max_length=20, unique=True)
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="conventions")
    objet = models.CharField("objet", max_length=20, choices=Objet)
    statut = models.CharField("état", max_length=12, choices=Statut, default=Statut.BROUILLON)
    autres_signataires = ArrayField(models.CharField(max_length=120), verbose_name="autres signataires", default=list, blank=True)
    public = models.TextField("public concerné (C-17)", blank=True)
    duree_mois = models.PositiveSmallIntegerField("durée (mois)", default=12)
    reconduction_tacite = models.BooleanField("tacite reconduction", default=True)
    denonciation = models.CharField("dénonciation", max_length=16, choices=Denonciation)
    denonciation_mois = models.PositiveSmallIntegerField("préavis (mois)", default=0)
    denonciation_forme = models.CharField("forme de la dénonciation", max_length=80, blank=True)
    # Days from the sending of the letter (C-05); none where the convention has no such clause.
    mise_en_demeure_jours = models.PositiveSmallIntegerField("mise en demeure, convention (jours)", null=True, blank=True)
    mise_en_demeure_utilisation_jours = models.PositiveSmallIntegerField(
        "mise en demeure, utilisation (jours)", null=True, blank=True
    )
    utilisation_en_annexe = models.BooleanField("convention d’utilisation en annexe", default=False)
    delai_habilitation_jours = models.PositiveSmallIntegerField("délai d’habilitation (jours ouvrés)", default=5)
    delai_habilitation_techniciens_jours = models.PositiveSmallIntegerField(
        "délai d’habilitation des techniciens (jours ouvrés)", null=True, blank=True
    )
    # [[up to N members, M accounts], …]; N = 0: above. See conventions/regles.py.
    quota_gestionnaires = models.JSONField("quota de gestionnaires", default=list)
    quota_techniciens = models.JSONField("quota de techniciens", default=list)
    conservation_mois = models.PositiveSmallIntegerField("conservation des demandes (mois)", default=6)
    notification_violation_heures = models.PositiveSmallIntegerField("notification d’une violation (heures)", default=48)
    notification_transfert_heures = models.PositiveSmallIntegerField(
        "notification d’une violation, autres échanges (heures)", null=True, blank=True
    )
    bonne_fin_jours = models.PositiveSmallIntegerField("période de bonne fin (jours)", default=0)
    bilan = models.CharField("bilan annuel", max_length=10, choices=Bilan, default=Bilan.CAISSE)
    comite_pilotage = models.BooleanField("comité de pilotage annuel", default=False)
    creee_le = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "convention"
        constraints = [
            models.CheckConstraint(condition=Q(duree_mois__gte=1), name="convention_duree_positive"),
            models.CheckConstraint(condition=Q(bonne_fin_jours__lte=30), name="convention_bonne_fin_30_jours"),
            models.CheckConstraint(
                condition=Q(conservation_mois__gte=1, conservation_mois__lte=12),
                name="convention_conservation_1_a_12_mois",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class JourDeLaCaisse(Func):
    """The day of an instant in the zone held by a column: `(instant at time zone fuseau)::date`."""

    template = "(timezone(%(expressions)s))::date"
    output_field = models.DateField()


class ParticipationQuerySet(models.QuerySet):
    """Participations in the words of the domain."""

    def ouvrant_le_portail(self, a: dt.datetime | None = None) -> "ParticipationQuerySet":
        """Return those that open the portal at the instant `a` (now by default), each in its caisse's zone.

        Computed at each request (A-13): access stops at the end even if no job has run. C-07: the convention
        d'utilisation must be in force too; A-16: no suspension.
        """
        jour = JourDeLaCaisse(F("caisse__fuseau"), Value(a or horloge.maintenant()))
        return self.alias(jour=jour).filter(
            Q(fin=None) | Q(fin__gt=F("jour")),
            Q(utilisation_fin=None) | Q(utilisation_fin__gt=F("jour")),
            debut__lte=F("jour"),
            utilisation_debut__lte=F("jour"),
            suspendue_le=None,
        )


class Participation(models.Model):
    """A caisse's part in a convention: its own start, end, services and habilitations (C-01, C-07, C-09, C-10).

    `debut` is the first day in force, `fin` the first day after the end (T-01); `fin` is empty while the
    convention renews itself.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="participations")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="participations")
    # Copies of the convention's, for the exclusion constraint.
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="participations")
    objet = models.CharField("objet", max_length=20, choices=Objet)
    debut = models.DateField("en vigueur depuis", null=True, blank=True)
    fin = models.DateField("prend fin le", null=True, blank=True)
    utilisation_debut = models.DateField("convention d’utilisation en vigueur depuis", null=True, blank=True)
    utilisation_fin = models.DateField("convention d’utilisation terminée le", null=True, blank=True)
    suspendue_le = models.DateTimeField("suspendue le", null=True, blank=True)
    documents_par_portail = models.BooleanField("documents par le portail", default=False)
    motifs = models.ManyToManyField(Motif, related_name="participations", verbose_name="motifs ouverts", blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = "participation"
        constraints = [
            models.UniqueConstraint(fields=["convention", "caisse"], name="participation_unique"),
            models.CheckConstraint(
                condition=Q(fin=None) | Q(debut=None) | Q(fin__gte=F("debut")), name="participation_fin_apres_debut"
            ),
            ExclusionConstraint(
                name="participation_une_seule_en_vigueur",
                expressions=[
                    ("partenaire", RangeOperators.EQUAL),
                    ("caisse", RangeOperators.EQUAL),
                    ("objet", RangeOperators.EQUAL),
                    (
                        Func(F("debut"), F("fin"), RangeBoundary(), function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(debut__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id} {self.caisse_id}"
