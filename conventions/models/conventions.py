"""Conventions, and each caisse's part in them."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from caisses.models import Caisse, Motif
from conformite.reperes import Reperes
from conventions import regles
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.acteurs import Acteur
from socle.perimetre import une_fois
from socle.roles import Droit, peut


class Objet(models.TextChoices):
    """What a convention is about. Two in force for one object, structure and caisse are refused."""

    ACCES_DROITS = "acces-droits", "Accès aux droits et aux soins"
    ECHANGE_FICHIERS = "echange-fichiers", "Échange sécurisé de fichiers"


class Titre(models.TextChoices):
    """In what capacity a structure receives a document of a person (C-10); its codes are kinds of structures."""

    TUTELLE = "tutelle", "Tuteur ou curateur de la personne"
    ASE = "ase", "Institution à laquelle l’enfant est confié"
    DEPOSITAIRE = "depositaire", "Organisme auprès duquel la personne est domiciliée"
    AUTRE = "autre", "Autre habilitation prévue par la convention"


class FinCause(models.TextChoices):
    """Why a caisse's part, or its convention d'utilisation, ends."""

    TERME = "terme", "Terme sans reconduction"
    DENONCIATION = "denonciation", "Dénonciation"
    RESILIATION = "resiliation", "Résiliation"
    REMPLACEMENT = "remplacement", "Remplacement par une nouvelle convention"


class ConventionQuerySet(models.QuerySet):
    """Conventions in the words of the domain."""

    def visibles_par(self, compte: Acteur) -> "ConventionQuerySet":
        """Return the conventions that `compte` may see: of its caisses, or shown to its structure to sign (C-07, A-21).

        In every state, and after their end: a convention stays readable to its parties. It gives no other right. Those
        whose every caisse excluded the person are closed to him (A-16).
        """
        if compte.cote_caisse:
            return self.filter(participations__caisse__in=compte.caisses.all()).distinct()
        if compte.cote_partenaire:
            siennes = Participation.objects.de(compte).values("convention")
            return self.filter(pk__in=siennes).exclude(statut=Convention.Statut.BROUILLON)
        return self if peut(compte, Droit.CREER_CAISSES) else self.none()


class Convention(models.Model):
    """The agreement « métier » between one partenaire and one or several caisses (C-01), with its parameters (C-13).

    The columns hold the parameters of the present day; `parametres_au` gives those of any date (C-06).
    """

    class Statut(models.TextChoices):
        BROUILLON = "brouillon", "Brouillon"
        A_SIGNER = "a_signer", "À signer"
        EN_VIGUEUR = "en_vigueur", "En vigueur"
        DENONCEE = "denoncee", "Dénoncée"
        RESILIEE = "resiliee", "Résiliée"
        REMPLACEE = "remplacee", "Remplacée"
        TERMINEE = "terminee", "Terminée"

    class Denonciation(models.TextChoices):
        AVANT_ECHEANCE = regles.AVANT_ECHEANCE, "Avant l’échéance, avec préavis"
        A_TOUT_MOMENT = regles.A_TOUT_MOMENT, "À tout moment, avec préavis"
        SANS_PREAVIS = regles.SANS_PREAVIS, "Au plus tard la veille de l’échéance"

    class Bilan(models.TextChoices):
        CAISSE = "caisse", "Par la caisse"
        CONJOINT = "conjoint", "Conjointement"
        REFERENTS = "referents", "Par les référents, partagé en comité"

    class Responsabilite(models.TextChoices):
        CAISSE = "caisse", "La caisse, le partenaire agissant pour elle"
        CHACUNE = "chacune", "Chaque partie pour ce qu’elle fait"
        CONJOINTE = "conjointe", "Les parties conjointement"

    reference = models.CharField("référence", max_length=20, unique=True)
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="conventions")
    objet = models.CharField("objet", max_length=20, choices=Objet)
    statut = models.CharField("état", max_length=12, choices=Statut, default=Statut.BROUILLON)
    # The convention that this one replaces on its last signature (C-15)
    remplace = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="remplacantes", verbose_name="remplace"
    )
    autres_signataires = ArrayField(
        models.CharField(max_length=120), verbose_name="autres signataires", default=list, blank=True
    )
    public = models.TextField("public concerné", blank=True, max_length=600)
    public_limite = models.BooleanField("public limité", default=False)
    duree_mois = models.PositiveSmallIntegerField("durée (mois)", default=12)
    reconduction_tacite = models.BooleanField("tacite reconduction", default=True)
    denonciation = models.CharField(
        "dénonciation", max_length=16, choices=Denonciation, default=Denonciation.AVANT_ECHEANCE
    )
    denonciation_mois = models.PositiveSmallIntegerField("préavis (mois)", default=0)
    denonciation_forme = models.CharField("forme de la dénonciation", max_length=80, blank=True)
    # Days from the sending of the letter (C-05); none where the convention has no such clause.
    mise_en_demeure_jours = models.PositiveSmallIntegerField(
        "mise en demeure, convention (jours)", null=True, blank=True
    )
    # Days from the reception of the letter (C-05)
    mise_en_demeure_utilisation_jours = models.PositiveSmallIntegerField(
        "mise en demeure, utilisation (jours)", null=True, blank=True
    )
    utilisation_en_annexe = models.BooleanField("convention d’utilisation en annexe", default=False)
    delai_habilitation_jours = models.PositiveSmallIntegerField(
        "délai d’habilitation (jours ouvrés)", default=5
    )
    delai_habilitation_techniciens_jours = models.PositiveSmallIntegerField(
        "délai d’habilitation des techniciens (jours ouvrés)", null=True, blank=True
    )
    # [[up to N members, M accounts], …]; N = 0: above. See conventions/regles.py.
    quota_gestionnaires = models.JSONField("quota de gestionnaires", default=list)
    quota_techniciens = models.JSONField("quota de techniciens", default=list)
    conservation_mois = models.PositiveSmallIntegerField("conservation des demandes (mois)", default=6)
    # None where the convention has no delay of its own: the portal then counts its own one.
    notification_violation_heures = models.PositiveSmallIntegerField(
        "notification d’une violation (heures)", null=True, blank=True, default=48
    )
    notification_transfert_heures = models.PositiveSmallIntegerField(
        "notification d’une violation, autres échanges (heures)", null=True, blank=True
    )
    bonne_fin_jours = models.PositiveSmallIntegerField("période de bonne fin (jours)", default=0)
    # Who is controller (R-01, C-19)
    responsabilite = models.CharField(
        "responsable du traitement", max_length=10, choices=Responsabilite, default=Responsabilite.CAISSE
    )
    bilan = models.CharField("bilan annuel", max_length=10, choices=Bilan, default=Bilan.CAISSE)
    comite_pilotage = models.BooleanField("comité de pilotage annuel", default=False)
    # Its text (C-19): in order, [{code, version, texte}], `texte` empty unless adapted. See conventions/clauses.py.
    clauses = models.JSONField("clauses", default=list, blank=True)
    # Offered as a start to the drafts of its caisses (C-15, C-23)
    modele = models.BooleanField("modèle de la caisse", default=False)
    evaluation_le = models.DateField("évaluation partagée de la première année", null=True, blank=True)
    creee_le = models.DateTimeField("créée le")
    # What was signed, from which the avenants are counted (C-06).
    parametres_initiaux = models.JSONField("paramètres signés", default=dict, blank=True)
    # The échéance from which the duration counts, once an avenant has changed it; else the start (T-01).
    echeances_depuis = models.DateField("échéances comptées depuis", null=True, blank=True)
    # Grows at each change: the second of two administrateurs on one convention is told, not overwritten.
    version = models.PositiveIntegerField("version", default=1)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["-creee_le", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(duree_mois__gte=1), name="convention_duree_positive"),
            models.CheckConstraint(
                condition=Q(bonne_fin_jours__lte=30), name="convention_bonne_fin_30_jours"
            ),
            models.CheckConstraint(
                condition=Q(conservation_mois__gte=1, conservation_mois__lte=12),
                name="convention_conservation_1_a_12_mois",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def utilisation_liee(self) -> bool:
        """Whether the use of the portal starts with the convention itself: an annex, or file exchange only (C-07)."""
        return self.utilisation_en_annexe or self.objet == Objet.ECHANGE_FICHIERS

    def reperes_du_journal(self) -> Reperes:
        """R-04: of each caisse that is a party to it, and of no other caisse of the structure (A-21)."""
        caisses = sorted({part.caisse_id for part in self.participations.all()})
        return Reperes(caisses=tuple(caisses), partenaire=self.partenaire_id, reference=self.reference)


class JourDeLaCaisse(Func):
    """The day of an instant, now by default, in the zone held by a column: `(instant at time zone fuseau)::date`."""

    template = "(timezone(%(expressions)s))::date"
    output_field = models.DateField()

    def __init__(self, a: dt.datetime | F | None = None, fuseau: str | Coalesce = "caisse__fuseau") -> None:
        super().__init__(
            F(fuseau) if isinstance(fuseau, str) else fuseau,
            a if isinstance(a, F) else Value(a or horloge.maintenant()),
        )


# On the alias `jour`. T-01: the convention métier is in force, suspended or not.
_EN_VIGUEUR = (Q(fin=None) | Q(fin__gt=F("jour"))) & Q(debut__lte=F("jour"))
# C-07: its convention d'utilisation too.
_UTILISATION = (Q(utilisation_fin=None) | Q(utilisation_fin__gt=F("jour"))) & Q(
    utilisation_debut__lte=F("jour")
)
# C-16: the use of the portal has ended, what is open is being finished.
_BONNE_FIN = (Q(fin__lte=F("jour")) | Q(utilisation_fin__lte=F("jour"))) & Q(
    utilisation_debut__lte=F("jour"), bonne_fin_jusqu_au__gt=F("jour")
)


class ParticipationQuerySet(models.QuerySet):
    """Participations in the words of the domain. An instant is judged in each caisse's zone (T-01, T-06)."""

    def donnant(
        self, droit: Droit, acteur: Acteur, *, pour_commencer: bool = False
    ) -> "ParticipationQuerySet":
        """Return those that give `acteur` this right today: where every perimeter starts (see `actuelles`)."""
        return self.actuelles(acteur, pour_commencer=pour_commencer) if peut(acteur, droit) else self.none()

    def actuelles(self, acteur: Acteur, *, pour_commencer: bool = False) -> "ParticipationQuerySet":
        """Return those that bind `acteur` today.

        A structure: while the portal is open to it (C-07), then in the closing period, less the caisses that excluded
        the person (A-16). A caisse: from its convention’s start, suspended too, until the end of the closing period.
        Never a draft, nor one to be signed, nor an ended one (A-13, A-21). `pour_commencer`: for something new, that
        no closing period allows (C-16).
        """
        if acteur.cote_caisse:
            return self.actuelles_des(acteur.caisses.all(), pour_commencer=pour_commencer)
        ouvertes = _EN_VIGUEUR & _UTILISATION
        siennes = self.filter(suspendue_le=None).de(acteur).au_jour()
        return siennes.filter(ouvertes if pour_commencer else ouvertes | _BONNE_FIN)

    def du_jour(self, acteur: Acteur) -> list[tuple[int, str, int, bool]]:
        """Return what binds `acteur` today, asked once for a page: key, object, caisse, whether it may start there (C-16)."""

        def demander() -> list[tuple[int, str, int, bool]]:
            parts = Participation.objects.actuelles(acteur).annotate(debute=Q(_EN_VIGUEUR) & _UTILISATION)
            return list(parts.order_by().values_list("pk", "objet", "caisse", "debute"))

        return une_fois(("parts du jour", acteur.pk), demander)

    def caisses_de(self, droit: Droit, acteur: Acteur, objet: Objet) -> tuple[list[int], list[int]]:
        """Return the caisses where `acteur` has this right today: those where it may start, all of them (C-16).

        By their keys: a perimeter of keys is small, and what is built on it is built for each list.
        """
        parts = self.du_jour(acteur) if peut(acteur, droit) else []
        lues = {(caisse, debute) for _, sien, caisse, debute in parts if sien == objet}
        return sorted({caisse for caisse, debute in lues if debute}), sorted({caisse for caisse, _ in lues})

    def actuelles_des(self, caisses: Any, *, pour_commencer: bool = False) -> "ParticipationQuerySet":
        """Return those that bind these caisses today."""
        vivantes = _EN_VIGUEUR if pour_commencer else _EN_VIGUEUR | _BONNE_FIN
        return self.filter(caisse__in=caisses).au_jour().filter(vivantes)

    def liant(self, acteur: Acteur) -> "ParticipationQuerySet":
        """Return those to which `acteur` is or was a party, ended ones included, once signed by all.

        For what stays readable after the end: figures and certificates (C-11, R-05).
        """
        entamees = self.exclude(debut=None)
        return entamees.filter(caisse__in=acteur.caisses.all()) if acteur.cote_caisse else entamees.de(acteur)

    def liees(self, lignes: Any) -> Any:
        """Return the rows of `lignes` whose structure and caisse are bound by one of these."""
        paires = self.filter(partenaire=OuterRef("partenaire"), caisse=OuterRef("caisse"))
        return lignes.filter(Exists(paires))

    def au_jour(self, a: dt.datetime | None = None) -> "ParticipationQuerySet":
        """Give each row the alias `jour`, the caisse's day at the instant `a` (now by default)."""
        return self.alias(jour=JourDeLaCaisse(a))

    def en_vigueur(self, a: dt.datetime | None = None) -> "ParticipationQuerySet":
        """Return those whose convention métier is in force, suspended or not (T-01)."""
        return self.au_jour(a).filter(_EN_VIGUEUR)

    def ouvrant_le_portail(self, a: dt.datetime | None = None) -> "ParticipationQuerySet":
        """Return those that open the portal at the instant `a`.

        Computed at each request (A-13): access stops at the end even if no job has run. C-07: the convention
        d'utilisation must be in force too; A-16: no suspension.
        """
        return self.en_vigueur(a).filter(_UTILISATION, suspendue_le=None)

    def en_bonne_fin(self, a: dt.datetime | None = None) -> "ParticipationQuerySet":
        """Return those in their closing period: what is open may be read and answered, nothing new (C-16)."""
        return self.au_jour(a).filter(_BONNE_FIN, suspendue_le=None)

    def de(self, compte: Acteur) -> "ParticipationQuerySet":
        """Return those of the account's structure, less the caisses that excluded the person (A-16)."""
        if compte.partenaire_id is None:
            return self.none()
        return self.filter(partenaire=compte.partenaire_id).exclude(caisse__in=compte.caisses_excluantes())


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
    fin_cause = models.CharField("cause de la fin", max_length=12, choices=FinCause, blank=True)
    fin_raison = models.TextField("raison de la fin", blank=True, max_length=600)
    utilisation_debut = models.DateField("convention d’utilisation en vigueur depuis", null=True, blank=True)
    utilisation_fin = models.DateField("convention d’utilisation terminée le", null=True, blank=True)
    utilisation_fin_cause = models.CharField(
        "cause de la fin de l’utilisation", max_length=12, choices=FinCause, blank=True
    )
    bonne_fin_jusqu_au = models.DateField("bonne fin jusqu’au", null=True, blank=True)
    # The letter of denunciation (C-04): its date, and who sent it.
    denoncee_le = models.DateField("dénoncée par lettre du", null=True, blank=True)
    denoncee_par_le_partenaire = models.BooleanField("dénoncée par le partenaire", default=False)
    suspendue_le = models.DateTimeField("suspendue le", null=True, blank=True)
    suspension_raison = models.TextField("raison de la suspension", blank=True, max_length=600)
    documents_par_portail = models.BooleanField("documents par le portail", default=False)
    documents_raison = models.TextField("raison de cette habilitation", blank=True, max_length=600)
    # In what capacities it receives them: those that the convention names, all where it names none (C-10).
    documents_titres = ArrayField(
        models.CharField(max_length=12, choices=Titre),
        verbose_name="à quels titres",
        default=list,
        blank=True,
    )
    motifs = models.ManyToManyField(
        Motif, related_name="participations", verbose_name="motifs ouverts", blank=True
    )
    # The code confidentiel (C-12), sealed under a key derived from the master key.
    code_scelle = models.BinaryField(null=True, blank=True)
    code_renouvele_le = models.DateTimeField("code confidentiel renouvelé le", null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = "participation"
        ordering = ["convention", "caisse"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "caisse"], name="participation_unique"),
            models.CheckConstraint(
                condition=Q(fin=None) | Q(debut__isnull=False, fin__gte=F("debut")),
                name="participation_fin_apres_debut",
            ),
            models.CheckConstraint(
                condition=Q(fin=None, fin_cause="") | (Q(fin__isnull=False) & ~Q(fin_cause="")),
                name="participation_fin_a_une_cause",
            ),
            models.CheckConstraint(
                condition=Q(utilisation_debut=None)
                | Q(debut__isnull=False, utilisation_debut__gte=F("debut")),
                name="participation_utilisation_apres_convention",
            ),
            models.CheckConstraint(
                condition=Q(utilisation_fin=None, utilisation_fin_cause="")
                | (Q(utilisation_fin__gte=F("utilisation_debut")) & ~Q(utilisation_fin_cause="")),
                name="participation_utilisation_fin",
            ),
            ExclusionConstraint(
                name="participation_une_seule_en_vigueur",
                expressions=[
                    ("partenaire", RangeOperators.EQUAL),
                    ("caisse", RangeOperators.EQUAL),
                    ("objet", RangeOperators.EQUAL),
                    (
                        Func(
                            F("debut"),
                            F("fin"),
                            RangeBoundary(),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(debut__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id} {self.caisse_id}"

    @property
    def acces_fin(self) -> dt.date | None:
        """The first day without the portal: the earlier end of the convention and of its utilisation (C-07)."""
        return min((jour for jour in (self.fin, self.utilisation_fin) if jour), default=None)

    def est_en_vigueur(self, jour: dt.date) -> bool:
        """Whether the convention métier is in force that day for this caisse (T-01)."""
        return regles.est_en_vigueur(self.debut, self.fin, jour)

    def prochaine_echeance(self, jour: dt.date) -> dt.date | None:
        """Return the first échéance after `jour` (T-01), the end where one is fixed, nothing before the signature."""
        if self.debut is None or self.fin is not None:
            return self.fin
        return regles.prochaine_echeance(
            self.debut, self.convention.duree_mois, jour, self.convention.echeances_depuis
        )

    def reperes_du_journal(self) -> Reperes:
        """R-04: of its caisse alone, under the reference of the convention."""
        return Reperes((self.caisse_id,), self.partenaire_id, self.convention.reference)
