"""What the real processes write: one JSON line per event, nothing of a person, and a quiet, complete stop."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from structlog.stdlib import ProcessorFormatter

from espace_partenaires import pages
from outils.visiteur import Visiteur
from tests.maison.arbre import RACINE
from tests.pannes.scene import Scene, attendre

TEMOIN = "Zébulon-Témoin"


def evenements(texte: str) -> list[dict[str, Any]]:
    """Read every line as an event; a line that is none fails."""
    lus = [json.loads(ligne) for ligne in texte.splitlines()]
    for evenement in lus:
        assert {"event", "level", "timestamp"} <= set(evenement), evenement
    return lus


@pytest.mark.pannes
def test_logs_are_json_and_hold_no_person(scene: Scene):
    scene.lancer("web", "worker", "beat")
    visiteur = Visiteur(scene.portail.adresse)
    visiteur.envoyer("/connexion/", identifiant=TEMOIN, mot_de_passe=f"{TEMOIN}-2026")
    visiteur.lire(f"/activation/{TEMOIN}/")
    visiteur.lire(f"/inconnue/?nom={TEMOIN}")
    visiteur.lire(f"/inconnue-{TEMOIN}/")
    visiteur.se_connecter("technicien.metz")
    visiteur.lire("/demandes/")
    visiteur.lire(f"/demandes/{TEMOIN}/")
    attendre(lambda: "celery" in scene.journal("worker"), "le worker écrit")
    scene.portail.arreter()
    for nom in ("web", "worker", "beat"):
        texte = scene.journal(nom)
        ecrits = evenements(texte)
        assert ecrits, nom
        for temoin in ("Zébulon", "Z%C3%A9bulon", "technicien.metz"):
            assert temoin.lower() not in texte.lower()
        assert [un for un in ecrits if un["level"] in {"error", "critical"}] == []
    assert "Warm shutdown" in scene.journal("worker"), "the last word of Celery is read too"


@pytest.mark.pannes
def test_a_web_process_asked_to_stop_while_it_starts_stops_at_once(scene: Scene):
    """A web process is a fork of its server: before its own handlers are there, the server's must not swallow the stop."""
    serveur = scene.portail.lancer("web")
    enfants = Path(f"/proc/{serveur.pid}/task/{serveur.pid}/children")
    attendre(lambda: len(enfants.read_text().split()) == 2, "les deux processus web")
    serveur.send_signal(signal.SIGTERM)
    assert serveur.wait(10) == 0
    assert "refused" not in scene.journal("web")


BAVARD = """
import faulthandler, os, sys, warnings
print("une phrase")
os.write(2, b"[WARNING] Killing worker-2 after it refused to gracefully stop\\n")
print('{"event": "deja", "level": "info", "timestamp": "t"}', flush=True)
warnings.warn("attention")
sys.stdout.flush()
if sys.argv[1:] == ["tombe"]:
    faulthandler.enable()
    faulthandler._sigsegv()
raise ValueError("en double\\nDETAIL: " + os.environ["TEMOIN"])
"""


@pytest.mark.parametrize(("mots", "code", "dernier"), [([], 1, "ValueError"), (["tombe"], -11, "bavard.py")])
def test_what_no_logger_writes_is_one_json_line_too(tmp_path: Path, mots: list[str], code: int, dernier: str):
    """Plain words, a server's warning, Python's warnings, a trace, and what faulthandler says of a crash."""
    (tmp_path / "bavard.py").write_text(BAVARD)
    fait = subprocess.run(
        [sys.executable, "servir.py", "bavard", *mots],
        cwd=RACINE,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "TEMOIN": TEMOIN},
        capture_output=True,
        text=True,
    )
    assert (fait.returncode, fait.stderr) == (code, "")
    ecrits = evenements(fait.stdout)
    assert {"une phrase", "deja", "Killing worker-2 after it refused to gracefully stop"} <= {
        un["event"] for un in ecrits
    }
    assert dernier in fait.stdout and "Zébulon" not in fait.stdout
    assert next(un["level"] for un in ecrits if "Killing" in un["event"]) == "warning"


@pytest.fixture
def ecrit(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the handler of the settings writes."""
    flux = io.StringIO()
    [console] = [un for un in logging.getLogger().handlers if isinstance(un.formatter, ProcessorFormatter)]
    monkeypatch.setattr(console, "stream", flux)
    return flux


def test_one_line_a_request_with_its_duration_and_a_masked_address(
    client: Client, db: None, ecrit: io.StringIO, settings: Settings, tmp_path: Path
):
    """No line for health checks nor for the start of a request; the network of the client, never its address."""
    settings.DOSSIER_FICHIERS = tmp_path
    for adresse in ("/sante/vivant", "/sante/pret", "/metriques"):
        client.get(adresse)
    client.get("/connexion/", REMOTE_ADDR="198.51.100.77", HTTP_USER_AGENT="Navigateur-Témoin")
    client.get("/inconnue-temoin/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    dites = evenements(ecrit.getvalue())
    demandes = [un for un in dites if un.get("request")]
    assert [(un["request"], un["code"], un["ip"]) for un in demandes] == [
        ("GET /connexion/", 200, "198.51.100.0"),
        ("GET /…", 404, "2001:db8:1::"),
    ]
    assert len(dites) == 2 and all(0 < un["duree_ms"] < 60_000 and un["request_id"] for un in demandes)
    assert "Témoin" not in str(dites)


def test_a_page_that_fails_still_tells_its_type_and_places(
    client: Client, db: None, ecrit: io.StringIO, monkeypatch
):
    client.raise_request_exception = False
    monkeypatch.setattr(pages, "render", lambda *_, **__: 1 / 0)
    client.get("/accessibilite/")
    dites = evenements(ecrit.getvalue())
    assert any(un.get("erreur") == "ZeroDivisionError" and un["lieux"] for un in dites)
