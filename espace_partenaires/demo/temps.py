"""Move the portal's clock and run what became due, as the nights in between would have done."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings

from conventions.models import Participation
from espace_partenaires import horloge
from espace_partenaires.models import CourrielSortant, DecalageHorloge
from espace_partenaires.templatetags.portail import date_longue
from signalements.models import Demande
from signalements.workflow import Statut

# What a job counts -> how it is told; what is not here is housekeeping.
PHRASES: dict[tuple[str, str], str] = {
    ("conformite.purger", "demande"): "demandes effacées, avec leurs échanges et leurs pièces",
    ("conformite.purger", "compte"): "comptes supprimés",
    ("conformite.purger", "cles"): "clés détruites : ce qu’elles protégeaient est illisible partout",
    ("conformite.sceller_journal", "jours"): "jours du journal scellés",
    ("demandes.echeances", "closes"): "demandes closes après lecture de la réponse",
    ("demandes.echeances", "relances"): "relances de structures qui n’ont pas répondu",
    ("demandes.echeances", "prolongees"): "prolongations de demandes encore ouvertes à leur terme",
    ("demandes.echeances", "avertissements"): "demandes annoncées comme bientôt effacées",
    ("conventions.rappels", "rappels"): "rappels avant une échéance de convention",
    ("comptes.departs", "inactives"): "comptes inactivés à la date de départ annoncée",
    ("comptes.fins_de_convention", "inactives"): "comptes inactivés à la fin de la dernière convention",
    ("comptes.notices", "fins_d_acces"): "annonces de fin d’accès",
    ("comptes.notices", "suppressions"): "annonces de suppression de compte",
    ("comptes.notices", "mots_de_passe"): "annonces de mot de passe à changer",
}
# A long jump is walked by steps, so that what a night prepares (a notice) is seen by the next one (a deletion).
PAS = dt.timedelta(days=15)


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


def avancer(duree: dt.timedelta) -> list[str]:
    """Move the clock ahead by `duree`, run every job at each step, and return what was done, in words."""
    bilan: Counter[tuple[str, str]] = Counter()
    dernier_courriel = CourrielSortant.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    reste = duree
    while reste > dt.timedelta():
        pas = min(PAS, reste)
        reste -= pas
        _decaler(pas)
        for tache, resultat in executer_les_taches():
            bilan.update({(tache, cle): n for cle, n in resultat.items() if isinstance(n, int)})
    courriels = CourrielSortant.objects.filter(pk__gt=dernier_courriel).count()
    phrases = [f"{bilan[cle]} {phrase}" for cle, phrase in PHRASES.items() if bilan[cle]]
    return [*phrases, f"{courriels} courriels écrits"] if courriels else phrases


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


def date_du_portail() -> str:
    """Return the portal's day in words."""
    return date_longue(horloge.jour(settings.TIME_ZONE))
