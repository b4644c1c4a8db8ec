"""What a page costs beside a bare view that runs the same SQL and answers the same bytes, without any middleware.

`python -m outils.bench.nue`: in one process, both through Django's handler, by turns.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import django
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from outils.bench.dedans import demander
from outils.bench.resultats import Resultat, centile
from outils.portail import Portail
from outils.visiteur import MOT_DE_PASSE, code_unique

FOIS = 40
RATIO = 2.0
_rejoue: dict[str, Any] = {"ordres": [], "octets": b""}


def mesurer(portail: Portail) -> Iterator[Resultat]:
    """Measure in a process of its own."""
    for ligne in demander(portail, "nue"):
        yield Resultat(**ligne)


def vue_nue(request: HttpRequest) -> HttpResponse:
    """Run the recorded orders, fetch their rows, answer."""
    with transaction.atomic(), connection.cursor() as curseur:
        for ordre, parametres in _rejoue["ordres"]:
            curseur.execute(ordre, parametres)
            if curseur.description:
                curseur.fetchall()
    return HttpResponse(_rejoue["octets"])


urlpatterns = [path("", vue_nue)]


def _ici() -> Iterator[Resultat]:
    technicien, agent = _connecter("technicien.metz"), _connecter("agent.moselle")
    detail = re.search(r'href="(/tri/D[^"/]+/)"', agent.get("/tri/?panier=ouvertes").content.decode())[1]
    pages = {
        "accueil": (technicien, "/"),
        "historique": (technicien, "/demandes/?filtre=toutes"),
        "nouvelle demande": (technicien, "/demandes/nouvelle/"),
        "tri": (agent, "/tri/"),
        "une demande": (agent, detail),
    }
    for nom, (client, chemin) in pages.items():
        yield from _une_page(nom, lambda client=client, chemin=chemin: client.get(chemin))


def _une_page(nom: str, lire: Callable[[], HttpResponse]) -> Iterator[Resultat]:
    lire()
    ordres: list[tuple[str, Any]] = []

    def noter(executer: Callable[..., Any], sql: str, parametres: Any, many: bool, contexte: dict) -> Any:
        ordres.append((sql, parametres))
        return executer(sql, parametres, many, contexte)

    with connection.execute_wrapper(noter):
        reponse = lire()
    if reponse.status_code != 200:
        raise RuntimeError(f"{nom} : {reponse.status_code}")
    _rejoue.update(ordres=ordres, octets=reponse.content)
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=__name__):
        nu = Client(SERVER_NAME="localhost")
        nu.get("/")

    def nue() -> HttpResponse:
        with override_settings(ROOT_URLCONF=__name__):
            return nu.get("/")

    reelles, nues = zip(*((_duree(lire), _duree(nue)) for _ in range(FOIS)), strict=True)
    yield Resultat(f"{nom} : requêtes SQL", len(ordres), "", 25)
    yield Resultat(f"{nom} : dans le serveur, médiane", centile(reelles, 50) * 1000, "ms")
    yield Resultat(f"{nom} : dans le serveur, p95", centile(reelles, 95) * 1000, "ms")
    yield Resultat(f"{nom} : vue nue, médiane", centile(nues, 50) * 1000, "ms")
    yield Resultat(f"{nom} : rapport à une vue nue", centile(reelles, 50) / centile(nues, 50), "×", RATIO)


def _duree(fonction: Callable[[], object]) -> float:
    debut = time.perf_counter()
    fonction()
    return time.perf_counter() - debut


def _connecter(identifiant: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.post("/connexion/", {"identifiant": identifiant, "mot_de_passe": MOT_DE_PASSE})
    while "/connexion/" in client.post("/connexion/code/", {"code": code_unique()}).headers.get(
        "Location", "/connexion/"
    ):
        # The code of this half-minute has served already.
        time.sleep(30 - time.time() % 30 + 0.5)
    return client


if __name__ == "__main__":
    django.setup()
    print(json.dumps([asdict(resultat) for resultat in _ici()]))
