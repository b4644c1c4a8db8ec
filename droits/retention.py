"""What becomes of violations, of persons' requests and of alerts."""

import datetime as dt

from django.db.models import QuerySet

from conformite.declarations import AvecSonParent, Conservation, declarer
from droits.models import demandes, violations
from droits.models.alertes import Alerte

_UN_AN = dt.timedelta(days=365)


def _violations(a: dt.datetime) -> QuerySet:
    return violations.Violation.objects.filter(close_le__lt=a - violations.GARDE)


def _demandes(a: dt.datetime) -> QuerySet:
    return demandes.DemandeDroits.objects.filter(repondue_le__lt=a - demandes.GARDE)


def _alertes(a: dt.datetime) -> QuerySet:
    return Alerte.objects.filter(close_le__lt=a - _UN_AN)


declarer(
    "droits.violation",
    Conservation(
        categorie="Registre des violations",
        duree="5 ans",
        depart="clôture de la violation",
        disparition="suppression de la violation et de ses étapes, puis destruction de la clé",
        dus=_violations,
        identite="reference",
        donnees="Circonstances, mesures prises, compte qui déclare",
    ),
)
declarer("droits.attestationdestruction", AvecSonParent("conventions.participation"))
declarer("droits.etapeviolation", AvecSonParent("droits.violation"))
declarer("droits.documentdeviolation", AvecSonParent("droits.violation"))
declarer(
    "droits.demandedroits",
    Conservation(
        categorie="Demandes d’exercice de droits",
        duree="12 mois",
        depart="réponse à la personne",
        disparition="suppression de la demande et de l’identité scellée, puis destruction de la clé",
        dus=_demandes,
        identite="reference",
        donnees="Identité de la personne qui demande, ce qu’elle demande",
    ),
)
declarer(
    "droits.alerte",
    Conservation(
        categorie="Alertes",
        duree="12 mois",
        depart="fin de l’alerte",
        disparition="suppression",
        dus=_alertes,
        frein=False,
    ),
)
