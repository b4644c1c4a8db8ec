"""A deployment stops the web process: what it had begun to answer, it answers."""

import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from outils.visiteur import Reponse, Visiteur
from tests.pannes.scene import Scene

pytestmark = pytest.mark.pannes

ENSEMBLE = 6


def test_requests_under_way_are_answered(scene: Scene):
    """Six slow requests (a password is hashed for each), then SIGTERM while they are under way."""
    scene.lancer("web")
    visiteurs = [Visiteur(scene.portail.adresse) for _ in range(ENSEMBLE)]
    jetons = [
        re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', visiteur.lire("/connexion/").texte)[0]
        for visiteur in visiteurs
    ]
    partis = threading.Barrier(ENSEMBLE + 1)

    def essayer(rang: int) -> Reponse:
        champs = {"identifiant": f"inconnu.{rang}", "mot_de_passe": "un mot de passe qui ne va pas"}
        partis.wait()
        return visiteurs[rang].lire("/connexion/", champs | {"csrfmiddlewaretoken": jetons[rang]})

    with ThreadPoolExecutor(ENSEMBLE) as fils:
        reponses = [fils.submit(essayer, rang) for rang in range(ENSEMBLE)]
        partis.wait()
        time.sleep(0.15)
        debut = time.monotonic()
        scene.portail.processus["web"].send_signal(signal.SIGTERM)
        statuts = [reponse.result(60).status for reponse in reponses]
    assert statuts == [200] * ENSEMBLE
    assert scene.portail.processus["web"].wait(30) == 0
    assert time.monotonic() - debut < 30
