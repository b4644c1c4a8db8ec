"""The life of a convention: who signs, what changes, what is announced, what happened."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conventions import regles
from conventions.models.conventions import Convention, Participation
from fichiers.models import Fichier
from socle.templatetags.portail import de


class Partie(models.TextChoices):
    """A side of a convention."""

    PARTENAIRE = "partenaire", "Partenaire"
    CAISSE = "caisse", "Caisse"
    AUTRE = "autre", "Autre signataire"


class Document(models.TextChoices):
    """What is signed."""

    CONVENTION = "convention", "Convention"
    UTILISATION = "utilisation", "Convention d’utilisation"
    AVENANT = "avenant", "Avenant"


class Signataire(models.Model):
    """A person who signs for a party, with name and quality, and the act that empowers (C-01)."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="signataires")
    partie = models.CharField("partie", max_length=10, choices=Partie)
    caisse = models.ForeignKey(Caisse, models.PROTECT, null=True, blank=True, related_name="+")
    organisme = models.CharField("organisme", max_length=120, blank=True)
    nom = models.CharField("nom", max_length=120, blank=True)
    qualite = models.CharField("qualité", max_length=120)
    # The other caisses for which the same person signs, in one signature (C-22)
    aussi_pour = models.ManyToManyField(Caisse, related_name="+", blank=True)
    # Where another party is told of what concerns it (C-08)
    courriel = models.EmailField("adresse de contact", blank=True)
    # The act that empowers: a deliberation has a body, a number, its transmission and its accusé (C-22).
    acte = models.CharField("acte qui habilite à signer", max_length=160, blank=True)
    acte_organe = models.CharField("organe qui l’a pris", max_length=120, blank=True)
    acte_numero = models.CharField("numéro de l’acte", max_length=40, blank=True)
    acte_le = models.DateField("date de l’acte", null=True, blank=True)
    acte_transmis_le = models.DateField("transmis à la préfecture le", null=True, blank=True)
    accuse_numero = models.CharField("numéro de l’accusé de réception", max_length=60, blank=True)
    accuse_le = models.DateField("accusé de réception du", null=True, blank=True)
    ordre = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "signataire"
        ordering = ["convention", "ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partie="caisse", caisse__isnull=False) | (~Q(partie="caisse") & Q(caisse=None)),
                name="signataire_caisse_selon_partie",
            ),
            models.CheckConstraint(
                condition=~Q(partie="autre") | ~Q(organisme=""), name="signataire_autre_a_un_organisme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualite} ({self.get_partie_display()})"

    @property
    def caisses(self) -> list[Caisse]:
        """The caisses for which this person signs (C-22)."""
        return [self.caisse, *self.aussi_pour.all()] if self.caisse else []

    @property
    def parties(self) -> list[str]:
        """The names of the parties for which this person signs: one, or several caisses (C-01, C-22)."""
        autre = self.organisme or self.convention.partenaire.nom
        return [caisse.nom for caisse in self.caisses] or [autre]

    @property
    def habilitation(self) -> str:
        """The act that empowers, in words: « délibération n° 12 du Bureau du 04/11/2024 », then its transmission (C-22)."""
        if not self.acte:
            return ""
        acte = (
            self.acte,
            f"n° {self.acte_numero}" if self.acte_numero else "",
            de(self.acte_organe) if self.acte_organe else "",
            f"du {self.acte_le:%d/%m/%Y}" if self.acte_le else "",
        )
        accuse = (
            "accusé de réception",
            f"n° {self.accuse_numero}" if self.accuse_numero else "",
            f"du {self.accuse_le:%d/%m/%Y}" if self.accuse_le else "",
        )
        morceaux = (
            " ".join(filter(None, acte)),
            f"transmission à la préfecture le {self.acte_transmis_le:%d/%m/%Y}"
            if self.acte_transmis_le
            else "",
            " ".join(filter(None, accuse)) if self.accuse_le else "",
        )
        return ", ".join(filter(None, morceaux))

    def executoire_le(self, jour: dt.date) -> bool:
        """Whether a local authority's act has its accusé on that day: before it, the act binds nobody (C-22)."""
        if self.partie != Partie.PARTENAIRE or not self.convention.partenaire.delibere:
            return True
        return self.accuse_le is not None and self.accuse_le <= jour


class Avenant(models.Model):
    """A numbered, dated change of the convention, that says what it changes (C-06)."""

    journal_de = "convention"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="avenants")
    numero = models.PositiveSmallIntegerField("numéro")
    objet = models.TextField("objet de l’avenant", max_length=600)
    # parameter -> [before, after]; motifs are « motifs:<caisse> » -> [codes before, codes after]
    changements = models.JSONField("changements", default=dict)
    # T-06: a new retention also counts for what is already there, if the avenant says so.
    vaut_pour_l_existant = models.BooleanField("vaut aussi pour les demandes déjà reçues", default=False)
    prend_effet_le = models.DateField("prend effet le", null=True, blank=True)
    signe_le = models.DateField("signé le", null=True, blank=True)
    applique_le = models.DateTimeField("appliqué le", null=True, blank=True)
    # T-06: when the terms of the demandes already there had all been moved, where the avenant says so.
    existant_traite_le = models.DateTimeField("demandes déjà reçues traitées le", null=True, blank=True)
    cree_le = models.DateTimeField("rédigé le")

    class Meta:
        verbose_name = "avenant"
        ordering = ["convention", "numero"]
        constraints = [models.UniqueConstraint(fields=["convention", "numero"], name="avenant_numero_unique")]

    def __str__(self) -> str:
        return f"avenant {self.numero}"


class Signature(models.Model):
    """A signature put by a person on a document of the convention, on a day (C-01, C-07)."""

    signataire = models.ForeignKey(Signataire, models.PROTECT, related_name="signatures")
    document = models.CharField("document", max_length=12, choices=Document)
    avenant = models.ForeignKey(Avenant, models.PROTECT, null=True, blank=True, related_name="signatures")
    signee_le = models.DateField("signée le")
    saisie_le = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "signature"
        ordering = ["signee_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["signataire", "document", "avenant"],
                name="signature_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(document="avenant", avenant__isnull=False)
                | (~Q(document="avenant") & Q(avenant=None)),
                name="signature_avenant_selon_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_document_display()}, {self.signataire.qualite}"


class MiseEnDemeure(models.Model):
    """A formal notice (C-05): the letter's dates, and how it was closed. A person terminates, never the clock."""

    journal_de = "participation"

    class Issue(models.TextChoices):
        REMEDIEE = "remediee", "Manquement réparé"
        RESILIATION = "resiliation", "Résiliation"
        RETIREE = "retiree", "Retirée"

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="mises_en_demeure")
    document = models.CharField("document visé", max_length=12, choices=Document)
    par_le_partenaire = models.BooleanField("à l’initiative du partenaire", default=False)
    manquement = models.TextField("manquement", max_length=1000)
    envoyee_le = models.DateField("lettre envoyée le")
    recue_le = models.DateField("lettre reçue le", null=True, blank=True)
    delai_jours = models.PositiveSmallIntegerField("délai (jours)")
    seconde_lettre_le = models.DateField("seconde lettre envoyée le", null=True, blank=True)
    issue = models.CharField("issue", max_length=12, choices=Issue, blank=True)
    close_le = models.DateField("close le", null=True, blank=True)
    creee_le = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "mise en demeure"
        verbose_name_plural = "mises en demeure"
        ordering = ["-envoyee_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recue_le=None) | Q(recue_le__gte=F("envoyee_le")),
                name="mise_en_demeure_recue_apres_envoi",
            ),
            models.CheckConstraint(
                condition=Q(close_le=None, issue="") | (Q(close_le__isnull=False) & ~Q(issue="")),
                name="mise_en_demeure_close_a_une_issue",
            ),
            models.UniqueConstraint(
                fields=["participation", "document"],
                condition=Q(close_le=None),
                name="mise_en_demeure_une_seule_en_cours",
            ),
        ]

    def __str__(self) -> str:
        return f"mise en demeure {self.pk}"

    @property
    def resiliable_des(self) -> dt.date | None:
        """The first day on which a person may terminate; None while the reception is unknown (C-05)."""
        depart = self.envoyee_le if self.document == Document.CONVENTION else self.recue_le
        return regles.resiliable_des(depart, self.delai_jours) if depart else None


class Referent(models.Model):
    """A named contact of a party for a theme (C-08). A directory entry, not an account."""

    journal_de = "convention"

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="referents")
    partie = models.CharField("partie", max_length=10, choices=Partie)
    caisse = models.ForeignKey(Caisse, models.PROTECT, null=True, blank=True, related_name="+")
    # Of another party than the structure and the caisses (C-08)
    organisme = models.CharField("organisme", max_length=120, blank=True)
    theme = models.CharField("thème", max_length=120)
    nom = models.CharField("nom", max_length=120)
    fonction = models.CharField("service et fonction", max_length=160)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    depuis = models.DateField("depuis le")
    jusqu_au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "référent"
        ordering = ["convention", "partie", "theme", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partie="caisse", caisse__isnull=False) | (~Q(partie="caisse") & Q(caisse=None)),
                name="referent_caisse_selon_partie",
            ),
            models.CheckConstraint(
                condition=Q(partie="autre") ^ Q(organisme=""), name="referent_autre_a_un_organisme"
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom_de_la_partie(self) -> str:
        """The party that named it."""
        return self.caisse.nom if self.caisse else self.organisme or self.convention.partenaire.nom


class SousTraitance(models.Model):
    """A sub-processor of the partner, with the caisse's prior agreement (C-18)."""

    journal_de = "convention"

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="sous_traitances")
    prestataire = models.CharField("sous-traitant", max_length=160)
    objet = models.CharField("ce qui lui est confié", max_length=300)
    agreee_le = models.DateField("accord de la caisse donné le")
    finie_le = models.DateField("finie le", null=True, blank=True)
    fin_raison = models.CharField("raison de la fin", max_length=300, blank=True)

    class Meta:
        verbose_name = "sous-traitance"
        ordering = ["convention", "agreee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finie_le=None, fin_raison="")
                | Q(finie_le__gte=F("agreee_le")) & ~Q(fin_raison=""),
                name="sous_traitance_fin_dite",
            )
        ]

    def __str__(self) -> str:
        return self.prestataire


class Suivi(models.Model):
    """The yearly follow-up of the partnership: comités, difficulties met, bilans (C-11). No person is named there."""

    journal_de = "convention"

    class Nature(models.TextChoices):
        COMITE = "comite", "Comité de pilotage"
        DIFFICULTE = "difficulte", "Difficulté rencontrée"
        EVALUATION = "evaluation", "Évaluation de la première année"

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="suivis")
    # The side that writes: each says its own (C-20).
    partie = models.CharField("partie", max_length=10, choices=Partie, default=Partie.CAISSE)
    caisse = models.ForeignKey(Caisse, models.PROTECT, null=True, blank=True, related_name="+")
    nature = models.CharField("nature", max_length=12, choices=Nature)
    # May be to come for a comité: both sides are reminded.
    jour = models.DateField("jour")
    texte = models.TextField("texte", blank=True, max_length=1200)
    # A comité counts once somebody said that it was held (C-21): who came; its decisions are its text.
    tenu = models.BooleanField("tenu", null=True, blank=True)
    presents = models.CharField("présents", max_length=300, blank=True)
    saisi_le = models.DateTimeField("saisi le")

    class Meta:
        verbose_name = "suivi"
        ordering = ["-jour", "-pk"]

    def __str__(self) -> str:
        return f"{self.nature} {self.jour}"

    @property
    def nom_de_la_partie(self) -> str:
        """The party that wrote it."""
        return self.caisse.nom if self.caisse else self.convention.partenaire.nom


class Annonce(models.Model):
    """What the structure announces to a caisse, or asks of it (C-20): the caisse answers, the structure reads it."""

    journal_de = "convention"

    class Nature(models.TextChoices):
        DENONCIATION = "denonciation", "Une lettre de dénonciation"
        MISE_EN_DEMEURE = "mise-en-demeure", "Une mise en demeure"
        REGLE = "regle", "Le changement d’une règle de la convention"
        DOMAINE = "domaine", "Un domaine de messagerie"
        SOUS_TRAITANCE = "sous-traitance", "L’accord pour une sous-traitance"
        # « Contacter votre organisme », where no assuré is named: they reach who can act.
        GESTION = "gestion", "La gestion de la convention ou des comptes gestionnaires"
        EVOLUTIONS = "evolutions", "Connaître les évolutions législatives et réglementaires"
        OFFRES = "offres", "Connaître les offres de service de l’Assurance Maladie"

    class Issue(models.TextChoices):
        SUIVIE = "suivie", "Suivie d’effet"
        ECARTEE = "ecartee", "Écartée"
        PERSONNE = "personne", "Effacée, car elle nommait une personne"

    # What comes with a letter, its date and its proof
    LETTRES = frozenset({Nature.DENONCIATION, Nature.MISE_EN_DEMEURE})
    # What an answer in words is due to
    QUESTIONS = frozenset({Nature.GESTION, Nature.EVOLUTIONS, Nature.OFFRES})

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="annonces")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    nature = models.CharField("nature", max_length=16, choices=Nature)
    texte = models.TextField("texte", max_length=1200)
    lettre_du = models.DateField("lettre du", null=True, blank=True)
    auteur = models.CharField("auteur", max_length=160)
    faite_le = models.DateTimeField("faite le")
    issue = models.CharField("suite", max_length=8, choices=Issue, blank=True)
    reponse = models.TextField("réponse", blank=True, max_length=1200)
    close_le = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        verbose_name = "annonce"
        ordering = ["-faite_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(close_le=None, issue="") | (Q(close_le__isnull=False) & ~Q(issue="")),
                name="annonce_close_a_une_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.pk}"


class BilanAnnuel(models.Model):
    """The year that both parties discuss (C-11, C-21): each adds its part, then it is closed and changes no more."""

    journal_de = "convention"

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="bilans")
    debut = models.DateField("du")
    # The first day after the year
    fin = models.DateField("au")
    part_caisse = models.TextField("part de la caisse", blank=True, max_length=4000)
    part_caisse_le = models.DateTimeField("écrite le", null=True, blank=True)
    part_partenaire = models.TextField("part du partenaire", blank=True, max_length=4000)
    part_partenaire_le = models.DateTimeField("écrite le", null=True, blank=True)
    # All that the document shows, frozen when it is closed.
    contenu = models.JSONField("contenu", default=dict, blank=True)
    clos_le = models.DateTimeField("arrêté le", null=True, blank=True)
    # Grows at each change: nobody closes a bilan that he did not read.
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "bilan annuel"
        verbose_name_plural = "bilans annuels"
        ordering = ["-debut"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "debut"], name="bilan_un_par_annee"),
            models.CheckConstraint(condition=Q(fin__gt=F("debut")), name="bilan_periode"),
        ]

    def __str__(self) -> str:
        return f"bilan {self.debut}"


class Jalon(models.Model):
    """A line of the convention's history: the day of the act, its words, who wrote it down (C-06)."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="jalons")
    caisse = models.ForeignKey(Caisse, models.PROTECT, null=True, blank=True, related_name="+")
    nature = models.SlugField("nature", max_length=40)
    jour = models.DateField("jour")
    texte = models.TextField("texte", blank=True, max_length=1200)
    commentaire = models.TextField("commentaire", blank=True, max_length=1200)
    auteur = models.CharField("auteur", max_length=160, blank=True)
    saisi_le = models.DateTimeField("saisi le")

    class Meta:
        verbose_name = "événement"
        ordering = ["jour", "pk"]
        constraints = [
            # Sent back: the reason is compulsory.
            models.CheckConstraint(
                condition=~Q(nature="renvoi") | ~Q(commentaire=""), name="jalon_renvoi_commente"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jour} {self.nature}"


class Rappel(models.Model):
    """A reminder sent: once per threshold and per version of the date that it announces."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="rappels")
    nature = models.CharField("nature", max_length=20)
    pour_le = models.DateField("date annoncée")
    seuil_jours = models.PositiveSmallIntegerField("jours avant")
    destinataires = ArrayField(models.CharField(max_length=20), default=list)
    envoye_le = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "rappel"
        ordering = ["envoye_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "nature", "pour_le", "seuil_jours"], name="rappel_une_seule_fois"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.pour_le} -{self.seuil_jours}"


class Preuve(Fichier, ObjetScelle):
    """A file kept with a convention: the signed text, a letter and its proof (C-01, C-05). Sealed under its own key.

    Its term follows the convention's life: the job moves it while the convention is kept.
    """

    journal_de = "convention"

    class Nature(models.TextChoices):
        CONVENTION = "convention", "Convention signée"
        UTILISATION = "utilisation", "Convention d’utilisation signée"
        AVENANT = "avenant", "Avenant signé"
        ACTE = "acte", "Acte qui habilite à signer"
        DENONCIATION = "denonciation", "Lettre de dénonciation"
        MISE_EN_DEMEURE = "mise-en-demeure", "Mise en demeure, envoi ou réception"
        RESILIATION = "resiliation", "Lettre de résiliation"
        BILAN = "bilan", "Bilan annuel signé"
        ENGAGEMENT = "engagement", "Engagement de confidentialité signé"
        AUTRE = "autre", "Autre pièce"

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="preuves")
    # The letter of what the structure announced
    annonce = models.ForeignKey(Annonce, models.CASCADE, null=True, blank=True, related_name="preuves")
    nature = models.CharField("nature", max_length=16, choices=Nature)

    class Meta(Fichier.Meta):
        verbose_name = "preuve"

    @property
    def proprietaire(self) -> "Preuve":
        """Itself: name and content are sealed under its own key."""
        return self
