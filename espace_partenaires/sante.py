"""Health pages. `vivant`: the process answers. `pret`: it can serve pages. `etat`: what a supervisor should see.

Only `pret` is read by the proxy: a broker or an antivirus that is down takes no machine out of service.
None of them tells anything about a person; names of what fails, never its message.
"""

import datetime as dt
import os
import shutil
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conformite import executions, temoin
from conformite.restauration import QUARANTAINE
from droits import coherence
from droits.actions import surveillance
from espace_partenaires import quarantaine, restauration, sauvegarde
from espace_partenaires.celery import app as celery_app
from espace_partenaires.mandataire import exiger_l_interieur
from fichiers import clamd, stockage
from fichiers.controle import barrieres, cage_sure
from socle import horloge
from socle.models import CourrielSortant

log = structlog.get_logger(__name__)

DELAI_SONDE = 2.0  # seconds, for each service asked by `etat`
COURRIEL_EN_RETARD = 900  # seconds
# A mail given up asks for a person for this long.
ABANDON_RECENT = dt.timedelta(days=1)
DISQUE_LIBRE_MIN = 0.05  # share of the disk


@login_not_required
@require_safe
@never_cache
def vivant(request: HttpRequest) -> HttpResponse:
    """Answer as soon as the process can."""
    return HttpResponse("vivant\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def pret(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database, its schema and the keys are there, 503 with what is missing otherwise."""
    manques = [nom for nom, controle in CONTROLES.items() if not _tient(nom, controle)]
    return JsonResponse({"pret": not manques, "manques": manques}, status=503 if manques else 200)


@login_not_required
@require_safe
@never_cache
def etat(request: HttpRequest) -> JsonResponse:
    """Describe what surrounds the portal; 503 when something asks for a person."""
    exiger_l_interieur(request)
    mesures, alertes = sonder()
    return JsonResponse({"alertes": alertes, "mesures": mesures}, status=503 if alertes else 200)


def sonder() -> tuple[dict[str, Any], list[str]]:
    """Ask every probe; return the measures, and the names of those that ask for a person."""
    mesures: dict[str, Any] = {}
    alertes = []
    for nom, sonde in SONDES.items():
        try:
            mesures[nom], alerte = sonde()
        except Exception as erreur:
            # A probe that fails is the information itself, whatever the failure.
            log.warning("sonde_en_echec", sonde=nom, erreur=type(erreur).__name__)
            mesures[nom], alerte = type(erreur).__name__, True
        if alerte:
            alertes.append(nom)
    return mesures, alertes


def _tient(nom: str, controle: Callable[[], bool]) -> bool:
    try:
        return controle()
    except Exception as erreur:
        log.warning("controle_en_echec", controle=nom, erreur=type(erreur).__name__)
        return False


# --- Readiness


def _base() -> bool:
    with connection.cursor() as curseur:
        curseur.execute("SELECT 1")
        return curseur.fetchone() == (1,)


_schema_a_jour = False


def _schema() -> bool:
    """Whether every migration of this code is applied; asked until it is, then remembered."""
    global _schema_a_jour
    if not _schema_a_jour:
        attendues = set(MigrationLoader(None).disk_migrations or ())
        _schema_a_jour = attendues <= set(MigrationRecorder(connection).applied_migrations())
    return _schema_a_jour


def _cles() -> bool:
    return not temoin.problemes()


def _restauration() -> bool:
    return not restauration.en_cours()


CONTROLES: dict[str, Callable[[], bool]] = {
    "base": _base,
    "schema": _schema,
    "cles": _cles,
    "restauration": _restauration,
}


# --- State: each probe returns (measure, whether someone should look)


def _courtier() -> tuple[str, bool]:
    with celery_app.connection_for_write(connect_timeout=DELAI_SONDE) as lien:
        lien.ensure_connection(max_retries=1, interval_start=0, timeout=DELAI_SONDE)
        lien.default_channel.client.ping()
    return "repond", False


def _stockage() -> tuple[dict[str, float], bool]:
    """Free share of the two storages; both must be open to this process. An object store only has to answer."""
    libres, dossiers = {}, {"cles": settings.DOSSIER_CLES}
    if settings.FICHIERS_URL:
        libres["fichiers"] = float(stockage.repond())
    else:
        dossiers["fichiers"] = settings.DOSSIER_FICHIERS
    for nom, dossier in dossiers.items():
        usage = shutil.disk_usage(dossier)
        libres[nom] = round(usage.free / usage.total, 3) if os.access(dossier, os.R_OK | os.W_OK) else 0.0
    return libres, min(libres.values()) < DISQUE_LIBRE_MIN


def _cage() -> tuple[dict[str, bool], bool]:
    """What closes the process that reads the files (fichiers/cage.py)."""
    tenues = barrieres()
    return tenues, not cage_sure(tenues)


def _antivirus() -> tuple[str, bool]:
    if not settings.CLAMD_URL:
        return "absent", not (settings.DEMO or settings.DEBUG)
    try:
        clamd.version()
    except clamd.SignaturesAnciennes:
        return "signatures anciennes", True
    return "repond", False


def _courriels() -> tuple[dict[str, int], bool]:
    """Mails that wait, the age of the oldest in seconds, those given up or kept back, and the hours since one left."""
    attente = CourrielSortant.objects.filter(envoye_le=None, abandonne_le=None)
    ancien = attente.order_by("cree_le").values_list("cree_le", flat=True).first()
    age = int((horloge.maintenant() - ancien).total_seconds()) if ancien else 0
    abandons = CourrielSortant.objects.exclude(abandonne_le=None).count()
    dernier = CourrielSortant.objects.filter(au_portail=False).aggregate(dernier=Max("envoye_le"))["dernier"]
    silence = int((horloge.maintenant() - dernier).total_seconds() / 3600) if dernier else 0
    retenus = quarantaine.retenus().count()
    recents = CourrielSortant.objects.filter(abandonne_le__gt=horloge.maintenant() - ABANDON_RECENT).exclude(
        derniere_erreur__in=[QUARANTAINE, quarantaine.JETES]
    )
    muet = 0 < settings.COURRIEL_SILENCE_HEURES < silence
    return {
        "en_attente": attente.count(),
        "plus_ancien_s": age,
        "abandonnes": abandons,
        "retenus": retenus,
        "silence_h": silence,
    }, age > COURRIEL_EN_RETARD or muet or retenus > 0 or recents.exists()


def _executions() -> tuple[dict[str, dict[str, Any]], bool]:
    """Last run of each job of the beat table: when it ended, or began while it is under way."""
    mesures = {}
    for un in executions.etats():
        dernier = un.derniere
        mesures[un.nom] = {
            "dernier": (dernier.fin or dernier.debut).isoformat() if dernier else None,
            "statut": dernier.statut if dernier else None,
            "en_retard": un.en_retard,
        }
    rouges = any(un["en_retard"] or un["statut"] == "echouee" for un in mesures.values())
    return mesures, rouges or executions.mises_de_cote().exists()


def _sauvegardes() -> tuple[dict[str, int | None], bool]:
    """Hours since the last backup of the database, and of the keys."""
    ages = {
        famille: int((horloge.temps_reel() - derniere).total_seconds() / 3600)
        if (derniere := sauvegarde.derniere(famille))
        else None
        for famille in sauvegarde.GARDE
    }
    limite = settings.SAUVEGARDE_AGE_HEURES
    return ages, bool(limite) and any(age is None or age > limite for age in ages.values())


def _coherence() -> tuple[dict[str, int], bool]:
    """What the last daily audit of the database found, by kind."""
    trouvees = surveillance.incoherences()
    return {nature: trouvees.get(nature, 0) for nature in coherence.LIBELLES}, bool(trouvees)


SONDES: dict[str, Callable[[], tuple[Any, bool]]] = {
    "courtier": _courtier,
    "stockage": _stockage,
    "cage": _cage,
    "antivirus": _antivirus,
    "courriels": _courriels,
    "executions": _executions,
    "coherence": _coherence,
    "sauvegardes": _sauvegardes,
}
