"""What becomes of violations, of persons' requests and of alerts."""

import datetime as dt

from django.db.models import QuerySet

from conformite.declarations import AvecSonParent, Conservation, declarer
from droits.models.alertes import Alerte
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation

_CINQ_ANS = dt.timedelta(days=5 * 365)
_UN_AN = dt.timedelta(days=365)


def _violations(a: dt.datetime) -> QuerySet:
    return Violation.objects.filter(close_le__lt=a - _CINQ_ANS)


def _demandes(a: dt.datetime) -> QuerySet:
    return DemandeDroits.objects.filter(repondue_le__lt=a - _UN_AN)


def _alertes(a: dt.datetime) -> QuerySet:
    return Alerte.objects.filter(close_le__lt=a - _UN_AN)


declarer(
    "droits.violation",
    Conservation(
        categorie="Registre des violations",
        duree="5 ans",
        depart="clôture de la violation",
        disparition="suppression de la violation et de ses étapes",
        dus=_violations,
        identite="reference",
        donnees="Circonstances, mesures prises, compte qui déclare",
    ),
)
declarer("droits.attestationdestruction", AvecSonParent("conventions.participation"))
declarer("droits.etapeviolation", AvecSonParent("droits.violation"))
declarer(
    "droits.demandedroits",
    Conservation(
        categorie="Demandes d’exercice de droits",
        duree="12 mois",
        depart="réponse à la personne",
        disparition="suppression de la demande et de l’identité scellée",
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
