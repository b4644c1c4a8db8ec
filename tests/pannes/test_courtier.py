"""A broker that is stopped, or frozen, costs the user nothing: the deposit answers, the mail leaves later (D-07)."""

import os
import re
import signal
import time

import pytest
import redis
from django.conf import settings

from accounts.models.compte import Compte
from outils.visiteur import Visiteur
from signalements.models.demandes import Demande
from socle.models import CourrielSortant
from tests.pannes.scene import Scene, attendre
from tests.signalements.fabrique import commencer

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

ATTESTATIONS = {"accord": "on", "consentement": "on"}
# Seconds that a deposit may take whatever the broker does; a deposit alone takes a fraction of one.
PATIENCE = 3.0


def deposer(visiteur: Visiteur, technicien: Compte) -> tuple[Demande, float]:
    """Send a ready draft through the page; return the demande and the seconds that its answer took."""
    demande = commencer(technicien)
    adresse = f"/demandes/{demande.reference}/recapitulatif/"
    caches = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visiteur.lire(adresse).texte)
    )
    debut = time.monotonic()
    reponse = visiteur.lire(adresse, caches | ATTESTATIONS)
    duree = time.monotonic() - debut
    assert reponse.status == 200 and reponse.url.endswith(f"/demandes/{demande.reference}/"), reponse.texte
    assert f"Sa référence\xa0: {demande.reference}" in reponse.texte
    demande.refresh_from_db()
    assert demande.statut == Demande.Statut.DEPOSEE
    return demande, duree


def accuse_recu(scene: Scene, demande: Demande) -> bool:
    """Whether the accusé de réception reached the mail server, exactly once."""
    recus = [recu for recu in scene.puits.recus if demande.reference in recu.texte]
    assert len(recus) <= 1
    return recus != []


@pytest.mark.parametrize("message", [b"pas du JSON", b"\xff\xfe", b"[1, 2]", b'{"corps": "x"}'])
def test_k13_un_message_qui_n_est_pas_une_tache(scene_du_module: Scene, message: bytes):
    """It ends nobody: the same worker does what comes next, and says what it read."""
    scene = scene_du_module
    scene.lancer("worker")
    avant = scene.journal("worker").count("message_illisible")
    redis.Redis.from_url(scene.portail.valkey.url.replace("redis+socket", "unix")).lpush("celery", message)
    attendre(lambda: scene.journal("worker").count("message_illisible") > avant, "le message lu")
    scene.executer(next(iter(settings.CELERY_BEAT_SCHEDULE)))
    assert scene.portail.processus["worker"].poll() is None


@pytest.mark.parametrize("panne", ["arrete", "gele"])
def test_depot_sans_courtier(scene_du_module: Scene, panne: str, capsys):
    """The deposit answers with its reference; once the broker is back, the sweeper of beat sends the mail."""
    scene = scene_du_module
    technicien = Compte.objects.get(identifiant="technicien.metz")
    scene.lancer("web", "worker", "beat")
    visiteur = Visiteur(scene.portail.adresse)
    visiteur.se_connecter("technicien.metz")
    temoin, sans_panne = deposer(visiteur, technicien)
    attendre(lambda: accuse_recu(scene, temoin), "l’accusé du dépôt sans panne")

    valkey = scene.portail.valkey
    if panne == "arrete":
        valkey.arreter()
    else:
        os.kill(valkey.processus.pid, signal.SIGSTOP)
    demande, avec_panne = deposer(visiteur, technicien)
    with capsys.disabled():
        print(f"\ndépôt : {sans_panne:.2f} s ; courtier {panne} : {avec_panne:.2f} s")
    assert CourrielSortant.objects.filter(envoye_le=None, corps__contains=demande.reference).count() == 1
    if panne == "arrete":
        valkey.demarrer()
    else:
        os.kill(valkey.processus.pid, signal.SIGCONT)
    attendre(lambda: accuse_recu(scene, demande), "l’accusé du dépôt sans courtier", 180)
    assert avec_panne < PATIENCE
