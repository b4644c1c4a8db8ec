"""When an agent is away, and who answers for him."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from caisses.models import Caisse
from conventions.models.conventions import JourDeLaCaisse


def _jour_de_l_absent() -> JourDeLaCaisse:
    """The present day where who is away works: at his caisse, else at that of his structure (T-06)."""
    siennes = Caisse.objects.filter(
        Q(comptes=OuterRef("compte"))
        | Q(participations__partenaire=OuterRef("compte__partenaire"), participations__debut__isnull=False)
    )
    premiere = Subquery(siennes.order_by("pk").values("fuseau")[:1])
    return JourDeLaCaisse(fuseau=Coalesce(premiere, Value(settings.TIME_ZONE)))


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences in the words of the desk."""

    def en_cours(self) -> "AbsenceQuerySet":
        """Return those of today."""
        jour = _jour_de_l_absent()
        return self.filter(debut__lte=jour, fin__gte=jour)

    def a_montrer(self) -> "AbsenceQuerySet":
        """Return those of today and to come, next first."""
        return self.filter(fin__gte=_jour_de_l_absent()).order_by("debut", "pk")


class Absence(models.Model):
    """A period, both days included, during which a colleague has the demandes and the mails of an agent."""

    journal_de = "compte"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    remplacant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="remplacements")
    debut = models.DateField("premier jour d’absence")
    fin = models.DateField("dernier jour d’absence")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        constraints = [
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="absence_fin_apres_debut"),
            models.CheckConstraint(
                condition=~Q(compte=F("remplacant")), name="absence_remplacant_est_un_autre"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compte_id} {self.debut}"


def remplaces_par(compte: Any) -> frozenset[int]:
    """Return the keys of the agents whom `compte` replaces today; asked once for the account of a request."""
    if not hasattr(compte, "remplaces"):
        compte.remplaces = frozenset(
            Absence.objects.en_cours().filter(remplacant=compte).values_list("compte_id", flat=True)
        )
    return compte.remplaces


def remplacant_de(agent: Any, caisse: Any, jour: dt.date) -> Any:
    """Return who answers for `agent` on `jour` for `caisse`: himself, or his substitute who works there too."""
    absence = (
        agent.absences.filter(
            debut__lte=jour, fin__gte=jour, remplacant__statut="actif", remplacant__caisses=caisse
        )
        .select_related("remplacant")
        .order_by("-pk")
        .first()
    )
    return absence.remplacant if absence else agent


def remplacant_du_technicien(technicien: Any, jour: dt.date) -> Any:
    """Return who answers on `jour` for a technicien: himself, or his substitute of the same structure."""
    absence = (
        technicien.absences.filter(
            debut__lte=jour,
            fin__gte=jour,
            remplacant__statut="actif",
            remplacant__partenaire=technicien.partenaire_id,
        )
        .select_related("remplacant")
        .order_by("-pk")
        .first()
    )
    return absence.remplacant if absence else technicien
