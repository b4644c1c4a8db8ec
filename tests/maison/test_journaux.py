"""What the real processes write: one JSON line per event, nothing of a person, and a quiet, complete stop."""

import json
from pathlib import Path

import pytest

from outils.visiteur import Visiteur
from tests.pannes.scene import Scene, attendre

pytestmark = pytest.mark.pannes

TEMOIN = "Zébulon-Témoin"


# Celery says its last word around the logs.
ADIEU = "worker: Warm shutdown (MainProcess)"


def lignes(fichier: Path) -> list[str]:
    return [ligne for ligne in fichier.read_text().splitlines() if ligne.strip() and ligne != ADIEU]


def test_logs_are_json_and_hold_no_person(scene: Scene):
    scene.lancer("web", "worker", "beat")
    visiteur = Visiteur(scene.portail.adresse)
    visiteur.envoyer("/connexion/", identifiant=TEMOIN, mot_de_passe=f"{TEMOIN}-2026")
    visiteur.lire(f"/activation/{TEMOIN}/")
    visiteur.lire(f"/inconnue/?nom={TEMOIN}")
    visiteur.se_connecter("technicien.metz")
    visiteur.lire("/demandes/")
    attendre(lambda: "celery" in scene.journal("worker"), "le worker écrit")
    scene.portail.arreter()
    for nom in ("web", "worker", "beat"):
        ecrites = lignes(scene.portail.journaux / f"{nom}.log")
        assert ecrites, nom
        for ligne in ecrites:
            evenement = json.loads(ligne)
            assert {"event", "level", "timestamp"} <= set(evenement), ligne
            assert not any(mot in ligne.lower() for mot in ("zébulon", "z%c3%a9bulon", "technicien.metz")), (
                ligne
            )
            assert evenement["level"] not in {"error", "critical"}, ligne
