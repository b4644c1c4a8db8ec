"""Five clicks at the same instant on one form: one effect (threads, real commits). One after the other: test_deux_fois.py."""

import datetime as dt
import threading
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
import weasyprint
from django.db import connection
from django.test import Client
from django.utils import timezone

from conformite.models.journal import LigneJournal
from droits.models.violations import Violation
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.workflow import Statut
from tests import distribution
from tests.matrice.conftest import Document
from tests.matrice.monde import creer_monde
from tests.matrice.test_deux_fois import PAGES, envois, envoyer, etat
from tests.matrice.test_matrice import essai, un_servi
from tests.signalements.fabrique import demande_en

FOIS = 5
FORMULAIRE = "application/x-www-form-urlencoded"
SANS_EFFET = {"espace_partenaires.envoirecu"}


@pytest.fixture
def agent(base_reelle):
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz")
    distribution.creer_convention(partenaire, caisse)
    technicien = distribution.creer_compte_actif("technicien.metz", "technicien", partenaire=partenaire)
    agent = distribution.creer_compte_actif("agent.moselle", "agent", caisses=(caisse,))
    demande_en(Statut.EN_COURS, technicien, agent)
    return agent


def cinq_fois(moi: Client, ou: str, champs: dict[str, Any]) -> list[tuple[int, str]]:
    """Post the same form from as many threads, all ready before the first leaves; return the answers."""
    depart, reponses = threading.Barrier(FOIS), []
    corps = urlencode({"csrfmiddlewaretoken": uuid.uuid4().hex, **champs}, doseq=True)
    temoins = moi.cookies

    def cliquer() -> None:
        client = Client()
        client.cookies = temoins
        depart.wait()
        try:
            # On a busy machine a page may ask to be sent again.
            reponse = client.post(ou, corps, content_type=FORMULAIRE)
            while reponse.status_code == 503:
                reponse = client.post(ou, corps, content_type=FORMULAIRE)
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
    reponses = cinq_fois(
        distribution.connecte(agent), f"/tri/{reference}/ecrire/", {"ecrire-texte": "Nous avons bien reçu."}
    )
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
    reponses = cinq_fois(distribution.connecte(agent), "/violations/nouvelle/", champs)
    assert len(set(reponses)) == 1 and reponses[0][0] == 302
    assert Violation.objects.count() == 1


def ajoute(avant: dict[str, int], apres: dict[str, int]) -> dict[str, int]:
    """Return what was added, by table; the sending itself apart."""
    return {nom: n - avant[nom] for nom, n in apres.items() if n > avant[nom] and nom not in SANS_EFFET}


@pytest.mark.lent
def test_k13_chaque_formulaire_qui_cree_cinq_fois_au_meme_instant(base_reelle, monkeypatch):
    """Every form of every page that adds a row, as its page gives it: five at once add what one would."""
    monkeypatch.setattr(weasyprint, "HTML", Document)
    monde, crees = creer_monde(), set()
    for ligne in PAGES:
        moi = monde.entre(un_servi(ligne))
        for ou, champs, forme in list(envois(monde, ligne, moi)):
            if forme in crees or ou.startswith("/deconnexion/"):
                continue
            with essai():
                seul = envoyer(moi, ou, champs, uuid.uuid4().hex)
                fait = seul.status_code == 302 and not seul["Location"].startswith("/connexion/")
                un = etat() if fait else {}
            if not fait or not (attendu := ajoute(avant := etat(), un)):
                continue
            crees.add(forme)
            reponses = cinq_fois(moi, ou, champs)
            assert len(reponses) == FOIS and len(set(reponses)) == 1 and reponses[0][0] == 302, ou
            assert ajoute(avant, etat()) == attendu, ou
    assert len(crees) > 25, sorted(map(str, crees))
