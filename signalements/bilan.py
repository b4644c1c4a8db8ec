"""The demandes of a convention in the bilan annuel (C-11): numbers only, of those still kept (D-15)."""

import datetime as dt
from typing import Any

from django.db.models import Count

from signalements.models.demandes import Demande
from signalements.workflow import OUVERTS
from socle import crochets


@crochets.bilan.inscrire("signalements")
def bilan(convention: Any, debut: dt.date, fin: dt.date) -> list[str]:
    """Say how many demandes were received in the period, by service, and how many are still open."""
    recues = Demande.objects.deposees().filter(
        participation__convention=convention, deposee_le__date__gte=debut, deposee_le__date__lte=fin
    )
    par_service = list(
        recues.order_by("motif__service__ordre")
        .values_list("motif__service__libelle")
        .annotate(nombre=Count("pk"))
        .values_list("motif__service__libelle", "nombre")
    )
    if not par_service:
        return ["Aucune demande de la période n’est encore conservée."]
    total, ouvertes = sum(nombre for _, nombre in par_service), recues.filter(statut__in=OUVERTS).count()
    return [
        f"Demandes reçues et encore conservées : {total}, dont encore ouvertes : {ouvertes}.",
        *(f"{libelle} : {nombre}." for libelle, nombre in par_service),
    ]
