"""What a page costs beside a bare Django view that asks the same of the database and answers as many bytes.

The bare view evaluates through the ORM, one after the other, the querysets that the page evaluates, sessions and rights
included (the SQL is compiled again, the instances are made again), then renders one trivial template with the lines of
the page. It has no middleware, no permission, no form, nothing sealed to open, and its querysets are built already: a
page written by hand would do more. Without goal, the same beside the bare SQL: the recorded text through one cursor,
rows fetched and thrown away.

`python -m outils.bench.nue`: in one process, all three through Django's handler, by turns.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any
from unittest import mock

import django
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from outils.bench.dedans import demander
from outils.bench.resultats import Mesure, centile
from outils.portail import Portail
from outils.visiteur import MOT_DE_PASSE, code_unique
from socle.perimetre import MACHINE, devenir

FOIS = 40
RATIO = 2.0
# What sends SQL in a queryset: reads, then writes.
EVALUATIONS = ("_fetch_all", "iterator", "count", "exists", "aggregate", "update", "_update", "_insert")
GABARIT = Engine().from_string("{% for ligne in lignes %}{{ ligne|safe }}{% endfor %}")
Evaluation = tuple[QuerySet, str, tuple[Any, ...], dict[str, Any]]
_rejoue: dict[str, Any] = {"evaluations": [], "ordres": [], "lignes": [], "octets": b""}


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Measure in a process of its own."""
    for ligne in demander(portail, "nue"):
        yield Mesure(**ligne)


def vue_nue(request: HttpRequest) -> HttpResponse:
    """Evaluate fresh copies of the recorded querysets, render the lines of the page."""
    for requete, methode, arguments, options in _rejoue["evaluations"]:
        fraiche = requete.all()
        if methode == "_fetch_all":
            list(fraiche)
        elif methode == "iterator":
            list(fraiche.iterator(*arguments, **options))
        else:
            getattr(fraiche, methode)(*arguments, **options)
    return HttpResponse(GABARIT.render(Context({"lignes": _rejoue["lignes"]})))


def sql_nu(request: HttpRequest) -> HttpResponse:
    """Run the recorded orders, fetch their rows, answer."""
    with transaction.atomic(), connection.cursor() as curseur:
        for ordre, parametres in _rejoue["ordres"]:
            curseur.execute(ordre, parametres)
            if curseur.description:
                curseur.fetchall()
    return HttpResponse(_rejoue["octets"])


urlpatterns = [path("orm/", vue_nue), path("sql/", sql_nu)]


def adresses_nues(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve the addresses of this module: changing the settings at each turn would make the portal forget its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return middleware


def _ici() -> Iterator[Mesure]:
    technicien, agent = _connecter("technicien.metz"), _connecter("agent.moselle")
    detail = re.search(r'href="(/tri/D[^"/]+/)"', agent.get("/tri/?panier=ouvertes").content.decode())[1]
    nu = Client(SERVER_NAME="localhost")
    with override_settings(MIDDLEWARE=[f"{adresses_nues.__module__}.adresses_nues"]):
        nu.get("/orm/")
    pages = {
        "accueil": (technicien, "/"),
        "historique": (technicien, "/demandes/?filtre=toutes"),
        "nouvelle demande": (technicien, "/demandes/nouvelle/"),
        "tri": (agent, "/tri/"),
        "une demande": (agent, detail),
    }
    for nom, (client, chemin) in pages.items():
        yield from _une_page(nom, nu, lambda client=client, chemin=chemin: client.get(chemin))


def _une_page(nom: str, nu: Client, lire: Callable[[], HttpResponse]) -> Iterator[Mesure]:
    lire()
    evaluations, ordres, reponse = _enregistrer(lire)
    if reponse.status_code != 200:
        raise RuntimeError(f"{nom} : {reponse.status_code}")
    lignes = reponse.content.decode().splitlines(keepends=True)
    _rejoue.update(evaluations=evaluations, ordres=ordres, lignes=lignes, octets=reponse.content)
    _, rejoues, nue = _enregistrer(lambda: nu.get("/orm/"))
    if len(nue.content) != len(reponse.content) or len(rejoues) != len(ordres):
        raise RuntimeError(f"{nom} : la vue nue exécute {len(rejoues)} ordres SQL sur {len(ordres)}")
    tours = [
        (_duree(lire), _duree(lambda: nu.get("/orm/")), _duree(lambda: nu.get("/sql/"))) for _ in range(FOIS)
    ]
    reelles, orm, sql = zip(*tours, strict=True)
    mediane = centile(reelles, 50)
    yield Mesure(f"{nom} : requêtes SQL", len(ordres), "", 25)
    yield Mesure(f"{nom} : dans le serveur, médiane", mediane * 1000, "ms")
    yield Mesure(f"{nom} : dans le serveur, p95", centile(reelles, 95) * 1000, "ms")
    yield Mesure(f"{nom} : vue nue, médiane", centile(orm, 50) * 1000, "ms")
    yield Mesure(f"{nom} : rapport à une vue nue", mediane / centile(orm, 50), "×", RATIO)
    yield Mesure(f"{nom} : rapport au SQL nu", mediane / centile(sql, 50), "×")


def _enregistrer(
    lire: Callable[[], HttpResponse],
) -> tuple[list[Evaluation], list[tuple[str, Any]], HttpResponse]:
    """Return the querysets that a page evaluates, the SQL that it sends, and its answer.

    A queryset evaluated inside another one (a prefetch) comes with it.
    """
    evaluations: list[Evaluation] = []
    ordres: list[tuple[str, Any]] = []
    dedans = False

    def noter_sql(executer: Callable[..., Any], sql: str, parametres: Any, many: bool, contexte: dict) -> Any:
        ordres.append((sql, parametres))
        return executer(sql, parametres, many, contexte)

    def espion(nom: str) -> Callable[..., Any]:
        methode = getattr(QuerySet, nom)

        def noter(requete: QuerySet, *arguments: Any, **options: Any) -> Any:
            nonlocal dedans
            if dedans or requete._result_cache is not None:
                return methode(requete, *arguments, **options)
            evaluations.append((requete.all(), nom, arguments, options))
            dedans = True
            try:
                return methode(requete, *arguments, **options)
            finally:
                dedans = False

        return noter

    with ExitStack() as pile:
        pile.enter_context(connection.execute_wrapper(noter_sql))
        for nom in EVALUATIONS:
            pile.enter_context(mock.patch.object(QuerySet, nom, espion(nom)))
        reponse = lire()
    return evaluations, ordres, reponse


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
    devenir(MACHINE)
    print(json.dumps([asdict(resultat) for resultat in _ici()]))
