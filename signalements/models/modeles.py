"""Texts that a caisse prepared for its answers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif
from signalements.models.demandes import Demande
from signalements.suites import Issue
from socle.templatetags.portail import date_longue

# What a model may name; never the person, whom the answer is about (D-14).
VARIABLES: dict[str, Callable[[Demande, Any], str]] = {
    "référence": lambda demande, _: demande.reference,
    "structure": lambda demande, _: demande.partenaire.nom,
    "date promise": lambda demande, _: date_longue(demande.promise_le),
    "signature": lambda demande, compte: f"{compte.nom_complet}, {demande.caisse.nom}",
}


class ModeleQuerySet(models.QuerySet["ModeleReponse"]):
    """Models of answer in the words of the desk."""

    def visibles_par(self, compte: Compte) -> "ModeleQuerySet":
        """Return those of the account's caisses."""
        return self.filter(caisse__in=compte.caisses.all())

    def pour(self, demande: Demande) -> "ModeleQuerySet":
        """Return those of the demande's caisse for its motif, or for every motif."""
        return self.filter(Q(motif=None) | Q(motif=demande.motif_id), caisse=demande.caisse_id)


class ModeleReponse(models.Model):
    """A text that agents insert and complete, for one act and one motif or all."""

    class Acte(models.TextChoices):
        REPONDRE = "repondre", "Répondre à la structure"
        DEMANDER_COMPLEMENT = "demander-complement", "Demander un complément"
        ECRIRE = "ecrire", "Écrire à la structure"
        DECLARER_IRRECEVABLE = "declarer-irrecevable", "Déclarer non recevable"

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="modeles_de_reponse")
    motif = models.ForeignKey(Motif, models.PROTECT, null=True, blank=True, related_name="+")
    # The outcome that goes with the text, chosen beforehand when it is an answer.
    issue = models.CharField("issue", max_length=20, choices=Issue, blank=True)
    acte = models.CharField("moment", max_length=20, choices=Acte)
    titre = models.CharField("titre", max_length=80)
    texte = models.TextField("texte", max_length=4000)
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ModeleQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de réponse"
        verbose_name_plural = "modèles de réponse"
        ordering = ["caisse", "acte", "titre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "acte", "titre"], name="modele_titre_unique")
        ]

    def __str__(self) -> str:
        return self.titre

    def rediger(self, demande: Demande, compte: Compte) -> str:
        """Return the text with its variables filled in, for `compte` who answers `demande`."""
        texte = self.texte
        for nom, valeur in VARIABLES.items():
            texte = texte.replace(f"{{{nom}}}", valeur(demande, compte))
        return texte
