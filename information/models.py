"""What a caisse publishes, the sessions it holds, and what users ask of the support."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.objet_scelle import ObjetScelle
from conformite.reperes import Reperes
from conventions.models.conventions import JourDeLaCaisse, Participation
from conventions.models.partenaires import Partenaire
from fichiers.models import Fichier
from socle.roles import Droit, peut


def caisses_suivies(compte: Compte) -> models.QuerySet:
    """Return the caisses whose information `compte` reads: its own, or those bound to its structure today (A-16)."""
    return Caisse.objects.filter(pk__in=_cles_suivies(compte))


def _cles_suivies(compte: Compte) -> models.QuerySet:
    if compte.cote_caisse:
        return Caisse.objects.visibles_par(compte).values("pk")
    return Participation.objects.donnant(Droit.LIRE_INFORMATIONS, compte).values("caisse")


class DeLaCaisseQuerySet(models.QuerySet):
    """Rows that a caisse shows to its partenaires."""

    def visibles_par(self, compte: Compte) -> "DeLaCaisseQuerySet":
        """Return those of the caisses that `compte` follows."""
        return self.filter(caisse__in=_cles_suivies(compte))


class PublicationQuerySet(DeLaCaisseQuerySet):
    """Publications in the words of the page."""

    def visibles_par(self, compte: Any) -> "PublicationQuerySet":
        """Return those of the caisses that `compte` follows; for a structure, those aimed at all, or at its kind."""
        suivies = super().visibles_par(compte)
        if not compte.cote_partenaire:
            return suivies
        return suivies.filter(Q(types=[]) | Q(types__contains=[compte.partenaire.type]))

    def a_l_affiche(self) -> "PublicationQuerySet":
        """Return those not withdrawn whose last day has not passed where their caisse is."""
        return self.filter(Q(jusqu_au=None) | Q(jusqu_au__gte=JourDeLaCaisse()), retiree_le=None)


class Publication(models.Model):
    """A document, a link, a piece of news or a flash-info of a caisse (I-01)."""

    class Nature(models.TextChoices):
        FLASH = "flash", "Flash-info"
        ACTUALITE = "actualite", "Actualité réglementaire"
        DOCUMENT = "document", "Document à télécharger"
        LIEN = "lien", "Lien utile"

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="publications")
    nature = models.CharField("nature", max_length=10, choices=Nature)
    titre = models.CharField("titre", max_length=120)
    theme = models.CharField("thème", max_length=60, blank=True)
    # Kinds of structures at which it is aimed; none for all.
    types = ArrayField(
        models.CharField(max_length=12, choices=Partenaire.Type),
        verbose_name="structures",
        default=list,
        blank=True,
    )
    texte = models.TextField("texte", max_length=1500, blank=True)
    # Of a document: what it says in another form, for whom cannot read it.
    accessible = models.BooleanField("document accessible", default=True)
    autre_forme = models.TextField("autre forme", max_length=10_000, blank=True)
    url = models.URLField("adresse", blank=True)
    publiee_le = models.DateTimeField("publiée le")
    modifiee_le = models.DateTimeField("modifiée le", null=True, blank=True)
    jusqu_au = models.DateField("affichée jusqu’au", null=True, blank=True)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "publication"
        ordering = ["-publiee_le", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(nature="lien") | ~Q(url=""), name="publication_adresse"),
            models.CheckConstraint(
                condition=Q(accessible=True) | ~Q(autre_forme=""), name="publication_autre_forme"
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def fichier(self) -> "DocumentPublie | None":
        """Its file, where it has one."""
        return getattr(self, "document", None)


class DocumentPublie(Fichier, ObjetScelle):
    """The file of a publication, checked and sealed under its own key, whose term is moved along while it is kept."""

    journal_de = "publication"

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="document")

    class Meta(Fichier.Meta):
        verbose_name = "document publié"
        verbose_name_plural = "documents publiés"

    @property
    def proprietaire(self) -> "DocumentPublie":
        """Itself: name and content are sealed under its own key."""
        return self


class Abonnement(models.Model):
    """An account that wants the weekly letter of its caisses (I-01)."""

    journal_de = "compte"

    compte = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="abonnement")
    depuis = models.DateTimeField("depuis le")
    lettre_le = models.DateTimeField("dernière lettre le", null=True, blank=True)

    class Meta:
        verbose_name = "abonnement"

    def __str__(self) -> str:
        return str(self.compte_id)


class Formation(models.Model):
    """A session of information or training, for the staff of the structures or for whom they receive (I-03)."""

    class Public(models.TextChoices):
        PROFESSIONNELS = "professionnels", "Les professionnels des structures"
        ACCUEILLI = "accueilli", "Les personnes que les structures accueillent"

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="formations")
    titre = models.CharField("titre", max_length=120)
    theme = models.CharField("thème", max_length=60, blank=True)
    public = models.CharField("pour", max_length=14, choices=Public, default=Public.PROFESSIONNELS)
    texte = models.TextField("programme", max_length=1500, blank=True)
    quand = models.DateTimeField("date et heure")
    lieu = models.CharField("lieu", max_length=160)
    places = models.PositiveSmallIntegerField("places")
    # How many came, whoever they are; None before it is said.
    venus = models.PositiveSmallIntegerField("personnes venues", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    objects = DeLaCaisseQuerySet.as_manager()

    class Meta:
        verbose_name = "formation"
        ordering = ["quand", "pk"]

    def __str__(self) -> str:
        return self.titre


class Inscription(models.Model):
    """An account that comes to a session."""

    formation = models.ForeignKey(Formation, models.CASCADE, related_name="inscriptions")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="formations")
    inscrite_le = models.DateTimeField("inscrite le")
    venue = models.BooleanField("venue", default=False)

    class Meta:
        verbose_name = "inscription"
        constraints = [models.UniqueConstraint(fields=["formation", "compte"], name="inscription_unique")]

    def __str__(self) -> str:
        return f"{self.formation_id} {self.compte_id}"


class AssistanceQuerySet(models.QuerySet):
    """Requests for support in the words of the page."""

    def visibles_par(self, compte: Compte) -> "AssistanceQuerySet":
        """Return one's own, those of the caisse for its administrateur, the national ones for the national one."""
        siennes = Q(compte=compte)
        if peut(compte, Droit.REPONDRE_ASSISTANCE):
            return self.filter(siennes | Q(caisse__in=compte.caisses.all()))
        if peut(compte, Droit.REPONDRE_ASSISTANCE_NATIONALE):
            return self.filter(siennes | Q(niveau=Assistance.Niveau.NATIONAL))
        return self.filter(siennes)

    def sans_reponse(self) -> "AssistanceQuerySet":
        """Return those that wait for an answer."""
        return self.filter(repondue_le=None)


class Assistance(ObjetScelle):
    """A dysfunction told to the support, or an obstacle met by a person with a disability (I-04).

    What strangers and users write is sealed: they name persons, whatever the page says.
    """

    RECIT = ("page", "tentative", "constat", "environnement")
    VERSIONNES = ("recit_scelle", "reponse_scellee")

    class Nature(models.TextChoices):
        DYSFONCTIONNEMENT = "panne", "Dysfonctionnement"
        ACCESSIBILITE = "acces", "Défaut d’accessibilité"

    class Niveau(models.TextChoices):
        LOCAL = "local", "Interlocuteur de la caisse"
        NATIONAL = "national", "Support national"

    reference = models.CharField("référence", max_length=13, unique=True)
    nature = models.CharField("nature", max_length=6, choices=Nature)
    niveau = models.CharField("niveau", max_length=8, choices=Niveau)
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assistances"
    )
    caisse = models.ForeignKey(Caisse, models.PROTECT, null=True, blank=True, related_name="assistances")
    courriel = models.EmailField("courriel", blank=True)
    recit_scelle = models.BinaryField()
    recue_le = models.DateTimeField("reçue le")
    due_le = models.DateField("réponse due le")
    reponse_scellee = models.BinaryField(default=bytes)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’assistance"
        ordering = ["due_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(repondue_le=None, reponse_scellee=b"")
                | (Q(repondue_le__isnull=False) & ~Q(reponse_scellee=b"")),
                name="assistance_reponse_datee",
            ),
            models.CheckConstraint(
                condition=Q(niveau="national") | Q(caisse__isnull=False), name="assistance_locale_de_caisse"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def recit(self) -> dict[str, str]:
        """What was told: page, tentative, constat, and what with."""
        recit: dict[str, str] = self.ouvrir(bytes(self.recit_scelle), "recit")
        return recit

    @property
    def reponse(self) -> str:
        """The answer of the support; empty before."""
        return self.ouvrir(bytes(self.reponse_scellee), "reponse") if self.reponse_scellee else ""

    def reperes_du_journal(self) -> Reperes:
        """I-04: of the caisse that was asked; else of the one who asks."""
        if self.caisse_id is None and self.compte is not None:
            return replace(self.compte.reperes_du_journal(), reference=self.reference)
        caisses = () if self.caisse_id is None else (self.caisse_id,)
        partenaire = self.compte.partenaire_id if self.compte else None
        return Reperes(caisses, partenaire, self.reference)
