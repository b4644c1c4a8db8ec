"""What an error sends to the operator’s tracker, and what a slow statement says in the logs: nothing of a person."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest
import structlog
from django.db import connection
from django.test import Client
from pytest_django import Settings

from espace_partenaires import erreurs
from outils.visiteur import Visiteur
from tests.pannes.scene import Scene, attendre

TEMOIN = "ZEBULON-TEMOIN"


class Recepteur(BaseHTTPRequestHandler):
    """A tracker: it keeps the events of the envelopes that it gets."""

    def do_POST(self) -> None:
        """Keep each event."""
        corps = self.rfile.read(int(self.headers["Content-Length"]))
        ouvrir = {"br": brotli.decompress, "gzip": gzip.decompress}[self.headers["Content-Encoding"]]
        self.server.recus.append(ouvrir(corps))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def traceur() -> Iterator[Any]:
    serveur: Any = ThreadingHTTPServer(("127.0.0.1", 0), Recepteur)
    serveur.recus = []
    fil = threading.Thread(target=serveur.serve_forever, args=(0.05,), daemon=True)
    fil.start()
    yield serveur
    serveur.shutdown()
    serveur.server_close()


@pytest.mark.pannes
def test_a_report_holds_types_and_places_only(scene: Scene, traceur: Any):
    """A page breaks, then a job: what leaves names neither who asked, nor what, nor what the database quoted."""
    scene.portail.surcharges["SENTRY_DSN"] = f"http://cle@127.0.0.1:{traceur.server_port}/1"
    scene.lancer("web", "worker")
    visiteur = Visiteur(scene.portail.adresse)
    visiteur.se_connecter("technicien.metz")
    with scene.postgres.connexion(scene.base) as admin:
        admin.execute(f'ALTER TABLE signalements_demande RENAME TO "{TEMOIN}"')
        admin.execute("ALTER TABLE espace_partenaires_courrielsortant RENAME TO autre")
    assert visiteur.lire(f"/demandes/?q={TEMOIN}").status == 500
    scene.reveiller()
    attendre(lambda: len(traceur.recus) >= 2, "le rapport de la page et celui de la tâche")
    evenements = {un["transaction"]: un for un in map(_evenement, traceur.recus)}
    assert "courriels.envoyer" in evenements
    evenement = evenements["signalements.views.suivi.demandes"]
    erreur = evenement["exception"]["values"][-1]
    assert (erreur["type"], "value" in erreur) == ("ProgrammingError", False)
    assert {"filename", "function", "lineno", "in_app"} == set(erreur["stacktrace"]["frames"][-1])
    permis = {
        "event_id",
        "timestamp",
        "level",
        "release",
        "environment",
        "platform",
        "transaction",
        "exception",
    }
    assert set(evenement) <= permis
    for corps in traceur.recus:
        for mot in (TEMOIN, "technicien.metz", "127.0.0.1:", "session"):
            assert mot.encode() not in corps.partition(b"\n")[2], mot


def _evenement(enveloppe: bytes) -> dict[str, Any]:
    return json.loads(enveloppe.splitlines()[2])


def test_a_line_of_log_is_no_report():
    assert erreurs.depouiller({"logentry": {"message": TEMOIN}, "level": "error"}, {}) is None


@pytest.mark.django_db
def test_a_slow_statement_is_told_without_its_values(settings: Settings, client: Client):
    settings.REQUETE_LENTE_MS = 1
    with structlog.testing.capture_logs() as lignes, connection.cursor() as curseur:
        curseur.execute("SELECT %s AS nom, pg_sleep(0.01)", [TEMOIN])
        curseur.execute(f"SELECT '{TEMOIN}', pg_sleep(0.01)")
    lentes = [une for une in lignes if une["event"] == "requete_lente"]
    assert len(lentes) == 2 and all(une["duree_ms"] >= 1 for une in lentes)
    assert "nom" in lentes[0]["sql"] and TEMOIN not in str(lentes)
    settings.REQUETE_LENTE_MS = 60_000
    with structlog.testing.capture_logs() as lignes:
        client.get("/connexion/")
    assert [une for une in lignes if une["event"] == "requete_lente"] == []
