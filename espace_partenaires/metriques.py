"""What the supervision pages say, as figures for Prometheus: nothing of a person, no text, inside only (the proxy)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from conformite.jours import premier_jour_vivant
from conformite.models.travaux import FreinPurge
from conformite.scellement import jours_de_terme
from espace_partenaires import sante
from socle import horloge


@login_not_required
@require_safe
@never_cache
def metriques(request: HttpRequest) -> HttpResponse:
    """Answer the figures of this instant, the same whichever process answers."""
    registre = CollectorRegistry()
    registre.register(_Mesures())
    return HttpResponse(generate_latest(registre), content_type=CONTENT_TYPE_LATEST)


class _Mesures:
    """Read at each question; a process keeps nothing."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return one family for each figure."""
        mesures, alertes = sante.sonder()
        yield _famille(
            "portail_alerte", "1 : demande quelqu’un", "sonde", {nom: nom in alertes for nom in mesures}
        )
        for nom in ("stockage", "courriels", "sauvegardes"):
            if isinstance(mesures[nom], dict):
                yield _famille(f"portail_{nom}", sante.SONDES[nom].__doc__, "mesure", mesures[nom])
        if isinstance(mesures["executions"], dict):
            yield from _executions(mesures["executions"])
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
    yield _famille("portail_traitement_age_secondes", "Depuis la dernière exécution", "traitement", ages)
    retards = {nom: un["en_retard"] for nom, un in mesures.items()}
    yield _famille("portail_traitement_en_retard", "1 : ne s’est pas exécuté", "traitement", retards)


def _famille(nom: str, aide: str | None, etiquette: str, valeurs: dict[str, Any]) -> GaugeMetricFamily:
    famille = GaugeMetricFamily(nom, aide or nom, labels=[etiquette])
    for cle, valeur in valeurs.items():
        if valeur is not None:
            famille.add_metric([cle], float(valeur))
    return famille
