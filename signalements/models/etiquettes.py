"""The words that a house, caisse or structure, puts on its demandes."""

from django.db import models
from django.db.models import Q

from accounts.models.compte import Compte
from caisses.models import Caisse
from conventions.models.partenaires import Partenaire
from signalements.models.demandes import Demande


class EtiquetteQuerySet(models.QuerySet["Etiquette"]):
    """Labels in the words of the two desks."""

    def de(self, compte: Compte) -> "EtiquetteQuerySet":
        """Return the words of the account's house."""
        if compte.cote_caisse:
            return self.filter(caisse__in=compte.caisses.all())
        return self.filter(partenaire=compte.partenaire_id)

    def oublier_les_vides(self) -> None:
        """Forget the words that no demande bears any more; one that another act holds is left to the next."""
        vides = self.filter(demandes=None).values("pk")
        libres = self.filter(pk__in=vides).select_for_update(skip_locked=True).order_by("pk")
        cles = [une.pk for une in libres]
        # Asked again, once they are held.
        self.filter(pk__in=cles, demandes=None).delete()


class Etiquette(models.Model):
    """D-28: a word of one house; which demandes bear it, the wall tells to that house alone."""

    mot = models.CharField("mot", max_length=30)
    caisse = models.ForeignKey(Caisse, models.CASCADE, null=True, blank=True, related_name="etiquettes")
    partenaire = models.ForeignKey(
        Partenaire, models.CASCADE, null=True, blank=True, related_name="etiquettes"
    )
    demandes = models.ManyToManyField(Demande, related_name="etiquettes")

    objects = EtiquetteQuerySet.as_manager()

    class Meta:
        verbose_name = "étiquette"
        ordering = ["mot", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(caisse=None, partenaire__isnull=False) | Q(caisse__isnull=False, partenaire=None),
                name="etiquette_d_une_maison",
            ),
            models.UniqueConstraint(
                fields=["caisse", "partenaire", "mot"], nulls_distinct=False, name="etiquette_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.mot
