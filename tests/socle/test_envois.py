"""Five clicks at the same instant on one form: one effect (threads, real commits). One after the other: test_deux_fois.py."""

import datetime as dt
import threading
import uuid
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from conformite.models.journal import LigneJournal
from droits.models.violations import Violation
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.workflow import Statut
from tests import distribution
from tests.signalements.fabrique import demande_en

FOIS = 5


@pytest.fixture
def agent(base_reelle):
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz")
    distribution.creer_convention(partenaire, caisse)
    technicien = distribution.creer_compte_actif("technicien.metz", "technicien", partenaire=partenaire)
    agent = distribution.creer_compte_actif("agent.moselle", "agent", caisses=(caisse,))
    demande_en(Statut.EN_COURS, technicien, agent)
    return agent


def cinq_fois(agent, ou: str, champs: dict[str, str]) -> list[tuple[int, str]]:
    """Post the same form from as many threads, all ready before the first leaves; return the answers."""
    depart, reponses = threading.Barrier(FOIS), []
    corps = urlencode({"csrfmiddlewaretoken": uuid.uuid4().hex, **champs})
    temoins = distribution.connecte(agent).cookies

    def cliquer() -> None:
        client = Client()
        client.cookies = temoins
        depart.wait()
        try:
            reponse = client.post(ou, corps, content_type="application/x-www-form-urlencoded")
            reponses.append((reponse.status_code, reponse.get("Location", "")))
        finally:
            connection.close()

    fils = [threading.Thread(target=cliquer) for _ in range(FOIS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return reponses


def test_k13_cinq_messages_au_meme_instant(agent):
    reference = Demande.objects.get().reference
    avant = Message.objects.count()
    reponses = cinq_fois(agent, f"/tri/{reference}/ecrire/", {"ecrire-texte": "Nous avons bien reçu."})
    assert len(reponses) == FOIS and len(set(reponses)) == 1 and reponses[0][0] == 302
    assert Message.objects.count() == avant + 1
    assert LigneJournal.objects.filter(acte="demande.ecrire").count() == 1


def test_k13_cinq_declarations_au_meme_instant(agent):
    """R-02: one violation, one set of mails."""
    il_y_a_une_heure = timezone.localtime() - dt.timedelta(hours=1)
    champs = {
        "caisse": str(agent.caisses.get().pk),
        "natures": Violation.Nature.values[0],
        "connue_le": f"{il_y_a_une_heure:%Y-%m-%dT%H:%M}",
        "description": "Un courriel envoyé à la mauvaise adresse.",
    }
    reponses = cinq_fois(agent, "/violations/nouvelle/", champs)
    assert len(set(reponses)) == 1 and reponses[0][0] == 302
    assert Violation.objects.count() == 1
