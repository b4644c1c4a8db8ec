"""The exchanges of a convention in the bilan annuel (C-11, E-10): numbers only."""

import datetime as dt
from typing import Any

from django.db.models import Avg, Count, Max, Sum

from echanges import catalogue
from echanges.models.depots import Depot
from echanges.models.flux import CompteurEchanges
from echanges.models.inscriptions import SuiteInscription, SuiviInscription
from socle import crochets


@crochets.bilan.inscrire("echanges")
def bilan(convention: Any, debut: dt.date, fin: dt.date) -> list[str]:
    """Say, by flow, how many deposits and rows; how long « sans délai » took."""
    annonces = Depot.objects.annonces().filter(
        participation__convention=convention, depose_le__date__gte=debut, depose_le__date__lte=fin
    )
    vivants = {
        code: (nombre, lignes or 0)
        for code, nombre, lignes in annonces.order_by()
        .values_list("flux__code")
        .annotate(nombre=Count("pk"), total=Sum("lignes"))
    }
    passes = {
        code: (nombre, lignes)
        for code, nombre, lignes in CompteurEchanges.objects.filter(
            participation__convention=convention, mois__gte=debut.replace(day=1), mois__lte=fin
        )
        .order_by()
        .values_list("code")
        .annotate(nombre=Sum("depots"), total=Sum("lignes"))
    }
    phrases = []
    for code, flux in catalogue.flux().items():
        depots = vivants.get(code, (0, 0))[0] + passes.get(code, (0, 0))[0]
        lignes = vivants.get(code, (0, 0))[1] + passes.get(code, (0, 0))[1]
        if depots:
            phrases.append(f"{flux.libelle} : {depots} dépôts, {lignes} lignes.")
    suites = SuiviInscription.objects.filter(depot__in=annonces.values("pk")).order_by()
    nombres = dict(suites.values_list("suite").annotate(nombre=Count("pk")))
    if nombres:
        dites = (f"{un.label.lower()} {nombres[un.value]}" for un in SuiteInscription if un.value in nombres)
        phrases.append(f"Suites des inscriptions encore conservées : {', '.join(dites)}.")
    delais = annonces.exclude(delai_jours=None).aggregate(
        moyen=Avg("delai_jours"), maximum=Max("delai_jours")
    )
    if delais["maximum"] is not None:
        phrases.append(
            f"De la décision au dépôt, en jours ouvrés : {delais['moyen']:.0f} en moyenne, {delais['maximum']} au plus."
        )
    return phrases
