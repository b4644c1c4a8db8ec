"""Twice the busiest hour of a caisse of sixty agents for one minute: p95 under 1 s read, 2 s written, no error, queues drain.

Each agent opens 120 pages in that hour (the most that R-09 finds usual) and writes ten times: two pages a second, one text
every six seconds; here twice that.
"""

import math
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from signalements.models.fil import Message
from socle.models import CourrielSortant
from tests.epreuves.test_pressions import Personne, gens
from tests.pannes.scene import Scene, attendre

__all__ = ["gens"]
SECONDES, LECTURES, ECRITURES = 60, 4.0, 1 / 3  # by second
LUE, ECRITE = 1.0, 2.0  # seconds


def p95(durees: list[float]) -> float:
    return sorted(durees)[math.ceil(0.95 * len(durees)) - 1]


def lire(une: Personne) -> tuple[int, float]:
    reponse = une.visiteur.lire(une.page)
    return reponse.status, reponse.duree


def ecrire(une: Personne) -> tuple[int, float]:
    page = une.visiteur.lire(une.page)
    caches = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.texte))
    envoi = caches | {"ecrire-texte": f"Mot {uuid.uuid4().hex[:12]} pour la suite."}
    reponse = une.visiteur.lire(f"{une.page}ecrire/", envoi, suivre=False)
    return reponse.status, reponse.duree


@pytest.mark.usefixtures("scene_du_module")
def test_twice_the_busiest_hour(scene_du_module: Scene, gens: list[Personne], capsys):
    """103: what comes does not wait for what is being served; nothing waits any more a minute after."""
    avant = Message.objects.count()
    departs = sorted(
        [(rang / LECTURES, lire) for rang in range(int(SECONDES * LECTURES))]
        + [(rang / ECRITURES, ecrire) for rang in range(int(SECONDES * ECRITURES))],
        key=lambda un: un[0],
    )
    debut, promis = time.monotonic(), []
    with ThreadPoolExecutor(16) as fils:
        for rang, (quand, agir) in enumerate(departs):
            time.sleep(max(0.0, debut + quand - time.monotonic()))
            promis.append((agir, fils.submit(agir, gens[rang % len(gens)])))
    rendus = {quoi: [un.result() for agir, un in promis if agir is quoi] for quoi in (lire, ecrire)}
    lues, ecrites = (p95([duree for _, duree in rendus[quoi]]) for quoi in (lire, ecrire))
    with capsys.disabled():
        print(f"\n{len(departs)} requêtes : lecture p95 {lues:.2f} s, écriture p95 {ecrites:.2f} s")
    assert {statut for statut, _ in rendus[lire]} == {200} and {statut for statut, _ in rendus[ecrire]} == {
        302
    }
    assert lues < LUE and ecrites < ECRITE
    assert Message.objects.count() == avant + len(rendus[ecrire])
    attendent = CourrielSortant.objects.filter(envoye_le=None, abandonne_le=None, au_portail=False)
    attendre(lambda: not attendent.exists(), "la file des courriels est vide", 60)
