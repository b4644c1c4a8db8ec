"""Move the portal's clock and run what became due, as the nights in between would have done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings

from conventions.models import Participation
from espace_partenaires import horloge
from espace_partenaires.models import DecalageHorloge
from espace_partenaires.templatetags.portail import date_longue
from signalements.models import Demande
from signalements.workflow import Statut

# A long jump is walked by steps, so that what a night prepares (a notice) is seen by the next one (a deletion).
PAS = dt.timedelta(days=7)


@dataclass(frozen=True)
class Evenement:
    """Something that will happen by itself, and when."""

    jour: dt.date
    phrase: str


def prochains_evenements(nombre: int = 5) -> list[Evenement]:
    """Return the next things that the portal will do by itself, soonest first."""
    aujourd_hui = horloge.jour(settings.TIME_ZONE)
    evenements = []
    for part in Participation.objects.en_vigueur().select_related("convention__partenaire", "caisse"):
        jour = part.prochaine_echeance(aujourd_hui)
        if jour:
            quoi = "fin" if part.fin else "reconduction"
            evenements.append(
                Evenement(
                    jour,
                    f"{quoi} de la convention de {part.convention.partenaire.nom} avec {part.caisse.nom}",
                )
            )
    for reference, jour in (
        Demande.objects.exclude(statut=Statut.BROUILLON)
        .filter(terme_le__gte=aujourd_hui)
        .order_by("terme_le")
        .values_list("reference", "terme_le")[:nombre]
    ):
        evenements.append(Evenement(jour + dt.timedelta(days=1), f"effacement de la demande {reference}"))
    suivants = sorted((e for e in evenements if e.jour > aujourd_hui), key=lambda e: e.jour)
    return suivants[:nombre]


def avancer(duree: dt.timedelta) -> list[tuple[str, dict[str, Any]]]:
    """Move the clock ahead by `duree`, run every job at each step, and return what each did in all."""
    bilan: dict[str, dict[str, Any]] = {}
    reste = duree
    while reste > dt.timedelta():
        pas = min(PAS, reste)
        reste -= pas
        _decaler(pas)
        for nom, resultat in executer_les_taches():
            _cumuler(bilan.setdefault(nom, {}), resultat)
    return [(nom, compteurs) for nom, compteurs in bilan.items() if any(compteurs.values())]


def executer_les_taches() -> list[tuple[str, dict[str, Any]]]:
    """Run each job of the beat table once, in its order, as a worker would."""
    # A web process has not imported the tasks that a worker knows.
    current_app.loader.import_default_modules()
    resultats = []
    for entree in settings.CELERY_BEAT_SCHEDULE.values():
        resultat = current_app.tasks[entree["task"]].apply().result
        if isinstance(resultat, Exception):
            resultat = {"erreurs": 1}
        resultats.append((entree["task"], resultat or {}))
    return resultats


def reculer_au_present() -> None:
    """Give the clock back its real time. What was done stays done."""
    DecalageHorloge.objects.all().delete()
    horloge.relire()


def _decaler(duree: dt.timedelta) -> None:
    DecalageHorloge.objects.update_or_create(
        unique=True, defaults={"duree": DecalageHorloge.objects.en_cours() + duree}
    )
    horloge.relire()


def _cumuler(total: dict[str, Any], resultat: dict[str, Any]) -> None:
    for cle, valeur in resultat.items():
        if isinstance(valeur, int):
            total[cle] = total.get(cle, 0) + valeur


def date_du_portail() -> str:
    """Return the portal's day in words."""
    return date_longue(horloge.jour(settings.TIME_ZONE))
