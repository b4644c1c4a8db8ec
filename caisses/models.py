"""Caisses, their pôles and calendars, and the national referential of services and motifs."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models

from caisses import referentiels, regles
from conformite.reperes import Reperes
from socle import horloge
from socle.acteurs import Acteur
from socle.perimetre import une_fois
from socle.roles import Droit, peut

# Zone proposed by département, where it is not the one of Paris.
FUSEAUX = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
}
# The zones of the caisses, in the words of their people.
VILLES = {
    "Europe/Paris": "Paris",
    "America/Cayenne": "Cayenne",
    "America/Guadeloupe": "la Guadeloupe",
    "America/Marigot": "Marigot",
    "America/Martinique": "la Martinique",
    "America/Miquelon": "Saint-Pierre-et-Miquelon",
    "America/St_Barthelemy": "Saint-Barthélemy",
    "Indian/Mayotte": "Mayotte",
    "Indian/Reunion": "La Réunion",
}


class CaisseQuerySet(models.QuerySet):
    """Caisses in the words of the domain."""

    def visibles_par(self, compte: Any) -> "CaisseQuerySet":
        """Return the caisses that `compte` runs: its own, all for the national administrateur, none for a structure."""
        if peut(compte, Droit.CREER_CAISSES):
            return self
        return self.filter(comptes=compte) if compte.cote_caisse else self.none()

    def ouvertes(self) -> "CaisseQuerySet":
        """Return those that were not closed."""
        return self.filter(fermee_le=None)


class Caisse(models.Model):
    """A local fund (CPAM, CGSS). Its dates are judged in its own zone, with its own holidays (T-04, T-06)."""

    code = models.SlugField("code", unique=True)
    nom = models.CharField("nom", max_length=120)
    fuseau = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")
    # Gives the public holidays (Alsace-Moselle and overseas have their own).
    departement = models.CharField("département du siège", max_length=3)
    departements = ArrayField(
        models.CharField(max_length=3), verbose_name="départements couverts", default=list
    )
    # Where the mail of its people is read: the national alone declares them.
    domaines = ArrayField(
        models.CharField(max_length=120), verbose_name="domaines de messagerie", default=list, blank=True
    )
    # By whom each of those was declared, and when.
    domaines_declares = models.JSONField("déclarations des domaines", default=dict, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    adresse = models.TextField("adresse", blank=True, max_length=400)
    site_internet = models.URLField("site internet", blank=True)
    # The interlocuteur local for support of the portal (C-08, I-04)
    support_nom = models.CharField("interlocuteur local", max_length=120, blank=True)
    support_telephone = models.CharField("téléphone de l’interlocuteur local", max_length=20, blank=True)
    support_courriel = models.EmailField("courriel de l’interlocuteur local", blank=True)
    dpo_nom = models.CharField("délégué à la protection des données", max_length=120, blank=True)
    dpo_courriel = models.EmailField("courriel du délégué à la protection des données", blank=True)
    # A person may write to it
    dpo_adresse = models.TextField("adresse postale du délégué", blank=True, max_length=400)
    # Waiting for the partner, in working days: two reminders, then closed without answer (D-20).
    premiere_relance_jours = models.PositiveSmallIntegerField("premier rappel", default=5, db_default=5)
    seconde_relance_jours = models.PositiveSmallIntegerField("second rappel", default=10, db_default=10)
    sans_reponse_jours = models.PositiveSmallIntegerField("clôture sans réponse", default=20, db_default=20)

    # No convention and no account is made there any more; what it keeps lives to its term.
    fermee_le = models.DateField("fermée le", null=True, blank=True)

    # Its own people sign in with a passkey.
    cle_exigee = models.BooleanField("clé d’accès exigée", default=False, db_default=False)

    objects = CaisseQuerySet.as_manager()

    class Meta:
        verbose_name = "caisse"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                name="caisse_relances_dans_l_ordre",
                condition=models.Q(
                    premiere_relance_jours__gte=1,
                    seconde_relance_jours__gt=models.F("premiere_relance_jours"),
                    sans_reponse_jours__gt=models.F("seconde_relance_jours"),
                ),
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def jour(self) -> dt.date:
        """The present day in the caisse's zone."""
        return horloge.jour(self.fuseau)

    @property
    def minuit(self) -> dt.datetime:
        """When the present day began there."""
        return dt.datetime.combine(self.jour, dt.time(), ZoneInfo(self.fuseau))

    @property
    def couverts(self) -> frozenset[str]:
        """The codes of the départements whose residents depend on it in general (D-02)."""
        return frozenset({self.departement, *self.departements})

    @property
    def ville_du_fuseau(self) -> str:
        """The town whose clocks the caisse follows, in words: « Paris », « La Réunion »."""
        return VILLES.get(self.fuseau, self.fuseau)

    @property
    def moyens_de_contact(self) -> "models.QuerySet[VecteurContact]":
        """The channels by which it is reached: its own, and those of others that serve it too (I-02)."""
        siens = models.Q(caisse=self) | models.Q(aussi_pour__contains=[self.code])
        return VecteurContact.objects.filter(siens).select_related("caisse", "pole")

    def domaines_neufs(self, compte: int, depuis: dt.datetime) -> set[str]:
        """Return the mail domains that this account declared after that instant (A-24)."""
        return {
            domaine
            for domaine, (par, le) in self.domaines_declares.items()
            if par == compte and dt.datetime.fromisoformat(le) > depuis
        }

    def jours_chomes(self) -> frozenset[dt.date]:
        """Return the customary days on which this caisse does not work (T-04), read once per instance."""
        if not hasattr(self, "_chomes"):
            self._chomes = frozenset(self.chomes.values_list("jour", flat=True))
        return self._chomes

    def jour_ouvre_apres(self, jour: dt.date, jours: int) -> dt.date:
        """Return the `jours`-th working day of the caisse after `jour` (T-04)."""
        return regles.jour_ouvre_apres(jour, jours, self.departement, self.jours_chomes())

    def jours_ouvres_entre(self, debut: dt.date, fin: dt.date) -> int:
        """Return how many working days of the caisse there are after `debut` up to `fin` included (T-04)."""
        return regles.jours_ouvres_entre(debut, fin, self.departement, self.jours_chomes())

    def reperes_du_journal(self) -> Reperes:
        """R-04: its own."""
        return Reperes(caisses=(self.pk,))


def cles_des_caisses(acteur: Acteur) -> list[int]:
    """Return the keys of the caisses for which an account acts, asked once for a page."""
    return une_fois(
        ("caisses", acteur.pk), lambda: list(acteur.caisses.order_by().values_list("pk", flat=True))
    )


class JourChome(models.Model):
    """A customary day on which a caisse does not work, beside the public holidays (T-04)."""

    caisse = models.ForeignKey(Caisse, models.CASCADE, related_name="chomes")
    jour = models.DateField("jour")
    libelle = models.CharField("libellé", max_length=80)

    class Meta:
        verbose_name = "jour chômé"
        verbose_name_plural = "jours chômés"
        ordering = ["jour"]
        constraints = [models.UniqueConstraint(fields=["caisse", "jour"], name="jour_chome_unique")]

    def __str__(self) -> str:
        return f"{self.jour} {self.libelle}"


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


class VecteurContact(models.Model):
    """A channel by which a caisse is reached, in the order of the convention (I-02, D-16, D-17)."""

    class Canal(models.TextChoices):
        COMPTE_AMELI = "compte-ameli", "Compte ameli de l’assuré"
        PORTAIL = "portail", "Espace Partenaires"
        TELEPHONE = "telephone", "Téléphone"
        BAL = "bal", "Boîte aux lettres électronique"
        COURRIER = "courrier", "Courrier"
        ACCUEIL = "accueil", "Accueil sur place"

    caisse = models.ForeignKey(Caisse, models.CASCADE, related_name="vecteurs")
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    canal = models.CharField("canal", max_length=12, choices=Canal)
    libelle = models.CharField("intitulé", max_length=120)
    valeur = models.CharField("numéro, adresse ou lien", max_length=200, blank=True)
    usage = models.CharField("pour quoi faire", max_length=200, blank=True)
    theme = models.CharField("thème", max_length=80, blank=True)
    departements = models.CharField("départements", max_length=80, blank=True)
    pole = models.ForeignKey(Pole, models.SET_NULL, null=True, blank=True, verbose_name="pôle")
    # Codes of the other caisses that it serves.
    aussi_pour = ArrayField(models.SlugField(), verbose_name="sert aussi", default=list, blank=True)
    mention = models.CharField("mot à dire, ou à écrire dans l’objet", max_length=60, blank=True)

    class Meta:
        verbose_name = "vecteur de contact"
        verbose_name_plural = "vecteurs de contact"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return self.libelle

    @property
    def precisions(self) -> str:
        """For what, on which theme, read by which pôle, for which départements, with which word: in one sentence (I-02)."""
        if self.mention:
            mot = (
                f"dites « {self.mention} »"
                if self.canal == self.Canal.TELEPHONE
                else f"objet : « {self.mention} »"
            )
        else:
            mot = ""
        ou = f"départements {self.departements}" if self.departements else ""
        pole = f"pôle {self.pole}" if self.pole else ""
        return " ; ".join(filter(None, (self.usage, self.theme, pole, ou, mot)))


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
    pieces = ArrayField(models.SlugField(), verbose_name="pièces appelées", default=list, blank=True)
    pieces_facultatives = models.BooleanField("pièces facultatives", default=False)

    class Meta:
        verbose_name = "motif"
        ordering = ["service__ordre", "ordre"]

    def __str__(self) -> str:
        # Read away from its service, « AME » would be an étude as well as a rendez-vous.
        if self.service_id == "rendez-vous" and "rendez-vous" not in self.libelle:
            return f"Rendez-vous\u00a0: {self.libelle}"
        return self.libelle


class ReglageMotifQuerySet(models.QuerySet):
    """What caisses change of the motifs."""

    def delai_cible(self, caisse: Caisse, motif: Motif, urgent: bool = False) -> int:
        """Return the target delay of a motif in a caisse, in working days: 10, or 2 in urgency, by default (D-08)."""
        reglage = self.filter(caisse=caisse, motif=motif).first()
        presse = urgent or motif.urgent
        propre = None
        if reglage is not None:
            propre = reglage.delai_urgent_jours if presse else reglage.delai_jours
        if propre is not None:
            return propre
        return referentiels.DELAI_URGENT_JOURS if presse else referentiels.DELAI_JOURS


class ReglageMotif(models.Model):
    """What a caisse changes of a motif: its target delays, in working days."""

    caisse = models.ForeignKey(Caisse, models.CASCADE, related_name="reglages")
    motif = models.ForeignKey(Motif, models.CASCADE, related_name="reglages")
    delai_jours = models.PositiveSmallIntegerField("délai visé (jours ouvrés)", null=True, blank=True)
    delai_urgent_jours = models.PositiveSmallIntegerField(
        "délai visé en urgence (jours ouvrés)", null=True, blank=True
    )

    objects = ReglageMotifQuerySet.as_manager()

    class Meta:
        verbose_name = "réglage d’un motif"
        verbose_name_plural = "réglages des motifs"
        constraints = [models.UniqueConstraint(fields=["caisse", "motif"], name="reglage_unique")]

    def __str__(self) -> str:
        return f"{self.caisse_id} {self.motif_id}"


class RegleAiguillage(models.Model):
    """Where demandes go in a caisse (D-11): an empty condition holds for any, and the first rule that holds decides.

    Of several pôles, the least loaded.
    """

    caisse = models.ForeignKey(Caisse, models.CASCADE, related_name="aiguillages")
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    motif = models.ForeignKey(Motif, models.CASCADE, null=True, blank=True, related_name="+")
    departement = models.CharField("département de la personne", max_length=3, blank=True)
    structure = models.CharField("type de structure", max_length=12, blank=True)
    poles = models.ManyToManyField(Pole, related_name="aiguillages")

    class Meta:
        verbose_name = "règle d’aiguillage"
        verbose_name_plural = "règles d’aiguillage"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return f"{self.caisse_id} {self.ordre}"

    def vaut(self, motif: Motif, structure: str, departement: str) -> bool:
        """Whether it holds for such a demande."""
        return (
            self.motif_id in (None, motif.pk)
            and self.structure in ("", structure)
            and self.departement in ("", departement)
        )
