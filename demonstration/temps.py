"""Move the portal's clock and run what became due, as the nights in between would have done."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings

from conventions.models.conventions import Participation
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant, DecalageHorloge
from socle.perimetre import MACHINE, au_nom_de
from socle.templatetags.portail import INSECABLE, date_longue, de

# What a job counts -> heading, one, several; what is not here is housekeeping.
CONVENTIONS, COMPTES, DEMANDES, PURGE = "Conventions", "Comptes", "Demandes", "Effacement"
PHRASES: dict[tuple[str, str], tuple[str, str, str]] = {
    ("conventions", "reconduites"): (
        CONVENTIONS,
        "convention reconduite d’elle-même",
        "conventions reconduites d’elles-mêmes",
    ),
    ("conventions", "finies"): (
        CONVENTIONS,
        "convention arrivée à sa fin",
        "conventions arrivées à leur fin",
    ),
    ("conventions.rappels", "rappels"): (
        CONVENTIONS,
        "rappel avant une échéance",
        "rappels avant une échéance",
    ),
    ("comptes.departs", "inactives"): (
        COMPTES,
        "compte inactivé à la date de départ annoncée",
        "comptes inactivés à la date de départ annoncée",
    ),
    ("comptes.fins_de_convention", "inactives"): (
        COMPTES,
        "compte inactivé à la fin de la dernière convention",
        "comptes inactivés à la fin de la dernière convention",
    ),
    ("comptes.notices", "fins_d_acces"): (COMPTES, "annonce de fin d’accès", "annonces de fin d’accès"),
    ("comptes.notices", "suppressions"): (
        COMPTES,
        "annonce de suppression de compte",
        "annonces de suppression de compte",
    ),
    ("comptes.notices", "mots_de_passe"): (
        COMPTES,
        "annonce de mot de passe à changer",
        "annonces de mot de passe à changer",
    ),
    ("conformite.purger", "compte"): (COMPTES, "compte supprimé", "comptes supprimés"),
    ("demandes.echeances", "relances"): (
        DEMANDES,
        "relance d’une structure qui n’a pas répondu",
        "relances de structures qui n’ont pas répondu",
    ),
    ("demandes.echeances", "closes"): (
        DEMANDES,
        "demande close après lecture de la réponse, ou sans réponse",
        "demandes closes après lecture de la réponse, ou sans réponse",
    ),
    ("demandes.echeances", "prolongees"): (
        DEMANDES,
        "prolongation d’une demande encore ouverte à son terme",
        "prolongations de demandes encore ouvertes à leur terme",
    ),
    ("demandes.echeances", "avertissements"): (
        DEMANDES,
        "demande annoncée comme bientôt effacée",
        "demandes annoncées comme bientôt effacées",
    ),
    ("conformite.purger", "demande"): (
        PURGE,
        "demande effacée, avec ses échanges et ses pièces",
        "demandes effacées, avec leurs échanges et leurs pièces",
    ),
    ("conformite.purger", "cles"): (
        PURGE,
        "clé détruite : ce qu’elle protégeait est illisible partout",
        "clés détruites : ce qu’elles protégeaient est illisible partout",
    ),
    ("conformite.sceller_journal", "jours"): (PURGE, "jour du journal scellé", "jours du journal scellés"),
    ("courriels", "ecrits"): ("Courriels", "courriel écrit", "courriels écrits"),
}
# A long jump is walked by steps, so that what a night prepares (a notice) is seen by the next one (a deletion).
PAS = dt.timedelta(days=15)


@dataclass(frozen=True)
class MomentAVenir:
    """Something that will happen by itself, and when."""

    jour: dt.date
    phrase: str


# A page without account.
@au_nom_de(MACHINE)
def prochains_moments(nombre: int = 5) -> list[MomentAVenir]:
    """Return the next things that the portal will do by itself, soonest first."""
    aujourd_hui = horloge.jour(settings.TIME_ZONE)
    evenements = []
    for part in Participation.objects.en_vigueur().select_related("convention__partenaire", "caisse"):
        jour = part.prochaine_echeance(aujourd_hui)
        if jour:
            quoi = "fin" if part.fin else "reconduction"
            evenements.append(
                MomentAVenir(
                    jour,
                    f"{quoi} de la convention {de(part.convention.partenaire.nom)} ({part.caisse.nom})",
                )
            )
    for reference, jour in (
        Demande.objects.exclude(statut=Statut.BROUILLON)
        .filter(terme_le__gte=aujourd_hui)
        .order_by("terme_le")
        .values_list("reference", "terme_le")[:nombre]
    ):
        evenements.append(MomentAVenir(jour + dt.timedelta(days=1), f"effacement de la demande {reference}"))
    suivants = sorted((e for e in evenements if e.jour > aujourd_hui), key=lambda e: e.jour)
    return suivants[:nombre]


def avancer(duree: dt.timedelta) -> dict[str, list[str]]:
    """Move the clock ahead by `duree`, run every job at each step; return what was done, in words, by heading."""
    bilan: Counter[tuple[str, str]] = Counter()
    dernier_courriel = CourrielSortant.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    depart = horloge.jour(settings.TIME_ZONE)
    parts = list(Participation.objects.en_vigueur().select_related("convention", "caisse"))
    reste = duree
    while reste > dt.timedelta():
        pas = min(PAS, reste)
        reste -= pas
        _decaler(pas)
        for tache, resultat in executer_les_taches():
            bilan.update({(tache, cle): n for cle, n in resultat.items() if isinstance(n, int)})
    bilan += _echeances_passees(parts, depart)
    bilan[("courriels", "ecrits")] = CourrielSortant.objects.filter(pk__gt=dernier_courriel).count()
    phrases: dict[str, list[str]] = {}
    for cle, (titre, un, plusieurs) in PHRASES.items():
        if nombre := bilan[cle]:
            phrases.setdefault(titre, []).append(f"{nombre}{INSECABLE}{plusieurs if nombre > 1 else un}")
    return phrases


def _echeances_passees(parts: list[Participation], depart: dt.date) -> Counter[tuple[str, str]]:
    """Count the parts that went on by themselves since `depart`, and those that ended: dates, no job (C-02)."""
    arrivee = horloge.jour(settings.TIME_ZONE)
    passees: Counter[tuple[str, str]] = Counter()
    for part in parts:
        echeance = part.prochaine_echeance(depart)
        if echeance and depart < echeance <= arrivee:
            passees[("conventions", "finies" if part.fin else "reconduites")] += 1
    return passees


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
