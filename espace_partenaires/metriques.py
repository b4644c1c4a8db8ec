"""What the supervision pages say, as figures for Prometheus: nothing of a person, no text, inside only (the proxy).

What is counted along the way (pages, refusals) is kept by each process, and added up by whichever answers: `servir.py`
gives them a folder in common. The rest is read at each question.
"""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from conformite.jours import premier_jour_vivant
from conformite.models.travaux import FreinPurge
from conformite.scellement import jours_de_terme
from espace_partenaires import sante
from espace_partenaires.celery import app
from espace_partenaires.mandataire import exiger_l_interieur
from socle import horloge

FILE_D_ATTENTE = "celery"
Reponse = Callable[[HttpRequest], HttpResponse]
_DUREES = Histogram(
    "portail_page_secondes",
    "Durée des pages, par vue",
    ["vue"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=None,
)
_PAGES = Counter(
    "portail_pages", "Pages servies, par vue et par classe de réponse", ["vue", "classe"], registry=None
)
OCCUPE = Counter("portail_occupe", "Pages refusées : ni place ni verrou à donner", ["cause"], registry=None)


def mesurer(get_response: Reponse) -> Reponse:
    """Count each page by the name of its view, and how long it took; an address is never a label."""

    def middleware(request: HttpRequest) -> HttpResponse:
        debut = time.perf_counter()
        response = get_response(request)
        vue = request.resolver_match.view_name if request.resolver_match else "aucune"
        _DUREES.labels(vue).observe(time.perf_counter() - debut)
        _PAGES.labels(vue, f"{response.status_code // 100}xx").inc()
        return response

    return middleware


@login_not_required
@require_safe
@never_cache
def metriques(request: HttpRequest) -> HttpResponse:
    """Answer the figures of this instant, the same whichever process answers."""
    exiger_l_interieur(request)
    collecteur = CollectorRegistry()
    collecteur.register(_Mesures())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(collecteur)
    else:
        for un in (_DUREES, _PAGES, OCCUPE):
            collecteur.register(un)
    return HttpResponse(generate_latest(collecteur), content_type=CONTENT_TYPE_LATEST)


class _Mesures:
    """Read at each question; a process keeps nothing."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return one family for each figure."""
        mesures, alertes = sante.sonder()
        yield _famille(
            "portail_alerte", "1 : demande quelqu’un", "sonde", {nom: nom in alertes for nom in mesures}
        )
        for nom in ("stockage", "courriels", "coherence", "sauvegardes"):
            if isinstance(mesures[nom], dict):
                yield _famille(f"portail_{nom}", sante.SONDES[nom].__doc__, "mesure", mesures[nom])
        if isinstance(mesures["executions"], dict):
            yield from _executions(mesures["executions"])
        if mesures["courtier"] == "repond":
            with app.connection_for_read() as lien:
                attend = lien.default_channel.client.llen(FILE_D_ATTENTE)
            yield GaugeMetricFamily("portail_taches_en_attente", "Tâches que nul n’a prises", value=attend)
        prets = [jour for jour in jours_de_terme() if jour >= premier_jour_vivant()]
        yield GaugeMetricFamily("portail_cles_jours", "Clés de terme prêtes d’avance", value=len(prets))
        freins = FreinPurge.objects.ouverts().filter(libere_le=None).count()
        yield GaugeMetricFamily("portail_purges_retenues", "Purges qui attendent un DPO", value=freins)


def _executions(mesures: dict[str, dict[str, Any]]) -> Iterator[GaugeMetricFamily]:
    maintenant = horloge.temps_reel()
    ages = {
        nom: (maintenant - dt.datetime.fromisoformat(un["dernier"])).total_seconds()
        for nom, un in mesures.items()
        if un["dernier"]
    }
    yield _famille("portail_execution_age_secondes", "Depuis la dernière exécution", "tache", ages)
    retards = {nom: un["en_retard"] for nom, un in mesures.items()}
    yield _famille("portail_execution_en_retard", "1 : ne s’est pas exécutée", "tache", retards)


def _famille(nom: str, aide: str | None, etiquette: str, valeurs: dict[str, Any]) -> GaugeMetricFamily:
    famille = GaugeMetricFamily(nom, aide or nom, labels=[etiquette])
    for cle, valeur in valeurs.items():
        if valeur is not None:
            famille.add_metric([cle], float(valeur))
    return famille
