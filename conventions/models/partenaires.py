"""The structures, one record each for all their caisses (A-21)."""

import datetime as dt

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conformite.reperes import Reperes
from conventions import regles
from socle.acteurs import Acteur
from socle.roles import Droit, peut, role


class PartenaireQuerySet(models.QuerySet):
    """Partenaires in the words of the domain."""

    def visibles_par(self, compte: Acteur) -> "PartenaireQuerySet":
        """Return the structures whose accounts and acts are within the sight of `compte`: a convention binds them today.

        Before the last signature and after the end, a caisse knows their identity only (`connus_de`).
        """
        if peut(compte, Droit.CREER_CAISSES):
            return self
        if compte.cote_partenaire:
            return self.filter(pk=compte.partenaire_id)
        parts = apps.get_model("conventions", "Participation").objects.actuelles(compte)
        return self.filter(pk__in=parts.values("partenaire"))

    def connus_de(self, compte: Acteur) -> "PartenaireQuerySet":
        """Return those that a caisse has ever put in a convention, drafts included: identity, members, domains (A-21)."""
        return self.filter(participations__caisse__in=compte.caisses.all()).distinct()


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
    domaines = ArrayField(
        models.CharField(max_length=120), verbose_name="domaines de messagerie", default=list, blank=True
    )
    # Same e-mail for two persons: refused unless a caisse allows it for the structure.
    adresse_commune_permise = models.BooleanField("adresse électronique commune permise", default=False)
    courriel = models.EmailField("adresse de contact", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    adresse = models.TextField("adresse", blank=True, max_length=400)
    site_internet = models.URLField("site internet", blank=True)
    # Where it receives people, one address each (C-20)
    sites = ArrayField(models.CharField(max_length=200), verbose_name="sites", default=list, blank=True)
    representant = models.CharField("représentant", max_length=120, blank=True)
    representant_qualite = models.CharField("qualité du représentant", max_length=120, blank=True)
    dpo_nom = models.CharField("délégué à la protection des données", max_length=120, blank=True)
    dpo_courriel = models.EmailField("courriel du délégué", blank=True)

    objects = PartenaireQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siret__regex=r"^[0-9]{14}$"), name="partenaire_siret_14_chiffres"
            ),
            models.CheckConstraint(condition=Q(membres__gte=1), name="partenaire_au_moins_un_membre"),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def peut_recevoir_des_documents(self) -> bool:
        """Whether documents by the portal are proposed for this kind of structure (C-10)."""
        return self.type in {self.Type.TUTELLE, self.Type.ASE, self.Type.DEPOSITAIRE}

    @property
    def delibere(self) -> bool:
        """Whether it is a local authority, that signs by virtue of a deliberation (C-22)."""
        return self.type in {
            self.Type.CCAS,
            self.Type.CIAS,
            self.Type.DEPARTEMENT,
            self.Type.EPCI,
        }

    def places(self, profil: str, a: dt.datetime | None = None) -> int:
        """Return how many accounts of `profil` the structure is entitled to at the instant `a` (Q-01 to Q-03, Q-06).

        The most favourable rule among the conventions in force, suspended ones included (A-16: seats are kept).
        """
        champ = f"quota_{role(profil).places}"
        paliers = self.participations.en_vigueur(a).values_list(f"convention__{champ}", flat=True)
        return regles.quota_le_plus_favorable(paliers, self.membres)

    def reperes_du_journal(self) -> Reperes:
        """A-21: one record for all its caisses, which are all told."""
        return Reperes(partenaire=self.pk)
