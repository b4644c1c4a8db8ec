"""A lock that does not come, an act that the database cancels: told within seconds, nothing typed is lost."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from psycopg import errors, sql

from accounts.models.sessions import SessionPortail
from conformite.models.journal import LigneJournal
from signalements import notifications
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from tests import distribution
from tests.signalements.fabrique import demande_en

LONGUE_REPONSE = "Une longue réponse écrite avec soin."
VERROU = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
NOS_PAGES = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def scene(base_reelle):
    """A demande in charge, and the client of its agent; real commits."""
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz")
    distribution.creer_convention(partenaire, caisse)
    technicien = distribution.creer_compte_actif("technicien.metz", "technicien", partenaire=partenaire)
    agent = distribution.creer_compte_actif("agent.moselle", "agent", caisses=(caisse,))
    client = distribution.connecte(agent)
    client.raise_request_exception = False
    return demande_en(Statut.EN_COURS, technicien, agent), client


def repondre(client, demande):
    envoi = {"repondre-texte": LONGUE_REPONSE, "repondre-issue": "information"}
    return client.post(f"/tri/{demande.reference}/repondre/", envoi, **NOS_PAGES)


def test_les_limites_sont_dans_le_role(scene):
    """F18: as the role of the pages, whatever opens the connection."""
    with connection.cursor() as curseur:
        for nom, attendu in (("statement_timeout", "10s"), ("lock_timeout", "2s")):
            curseur.execute(f"SHOW {nom}")
            assert curseur.fetchone() == (attendu,)
        curseur.execute("SHOW idle_in_transaction_session_timeout")
        assert curseur.fetchone() == ("1min",)


@pytest.mark.parametrize("verrou", [LigneJournal, Demande, SessionPortail])
def test_un_verrou_qui_ne_vient_pas_est_dit_et_rend_la_saisie(scene, postgres, verrou):
    """K5: of the journal, of the demandes, of the sessions that the gate reads."""
    demande, client = scene
    with postgres.connexion(connection.settings_dict["NAME"]) as ailleurs, ailleurs.transaction():
        ailleurs.execute(VERROU.format(sql.Identifier(verrou._meta.db_table)))
        debut = time.monotonic()
        reponse = repondre(client, demande)
        duree = time.monotonic() - debut
    page = reponse.content.decode()
    assert reponse.status_code == 503 and duree < 5
    assert "Le portail est occupé" in page and LONGUE_REPONSE in page
    assert reponse.headers["Retry-After"] and client.cookies[settings.SESSION_COOKIE_NAME].value
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS and not demande.messages.exists()
    # Sent again from that very page.
    assert re.search(r'<textarea name="repondre-texte"', page)
    assert repondre(client, demande).status_code == 302
    assert LigneJournal.objects.filter(acte="demande.repondre").count() == 1


def test_les_attentes_d_une_page_partagent_ce_qu_elle_peut_attendre(scene, postgres):
    """K5: a lock that comes at the last moment, then one that does not: five seconds in all, and the connection as it was."""
    demande, client = scene

    def tenir(table, jusqu_a):
        with postgres.connexion(connection.settings_dict["NAME"]) as ailleurs, ailleurs.transaction():
            ailleurs.execute(VERROU.format(sql.Identifier(table)))
            pret.wait()
            time.sleep(jusqu_a)

    # Each comes within what the role gives to one lock: six seconds in all, were they not counted together.
    tenus = {SessionPortail: 1.8, Demande: 3.6, LigneJournal: 5.4}
    pret = threading.Barrier(1 + len(tenus))
    with ThreadPoolExecutor(len(tenus)) as fils:
        for modele, jusqu_a in tenus.items():
            fils.submit(tenir, modele._meta.db_table, jusqu_a)
        pret.wait()
        debut = time.monotonic()
        reponse = repondre(client, demande)
        duree = time.monotonic() - debut
    assert reponse.status_code == 503 and 1.8 < duree < 5
    assert LONGUE_REPONSE in reponse.content.decode()
    with connection.cursor() as curseur:
        curseur.execute("SHOW lock_timeout")
        assert curseur.fetchone() == ("2s",)


def test_la_vie_ne_demande_rien_a_la_base(scene, postgres):
    """K5: even from a browser that is signed in, while nobody may read the sessions."""
    _, client = scene
    with postgres.connexion(connection.settings_dict["NAME"]) as ailleurs, ailleurs.transaction():
        ailleurs.execute(VERROU.format(sql.Identifier(SessionPortail._meta.db_table)))
        debut = time.monotonic()
        reponse = client.get("/sante/vivant")
        assert reponse.status_code == 200 and not reponse.cookies
        assert time.monotonic() - debut < 1


def annulee():
    erreur = OperationalError("deadlock detected")
    erreur.__cause__ = errors.DeadlockDetected("deadlock detected")
    return erreur


@pytest.mark.parametrize(("annulations", "statut"), [(1, 302), (2, 503)])
def test_un_acte_annule_par_la_base_est_refait_une_fois(scene, monkeypatch, annulations, statut):
    demande, client = scene
    restantes = [annulee() for _ in range(annulations)]

    def prevenir(demande):
        if restantes:
            raise restantes.pop()

    monkeypatch.setattr(notifications, "reponse_donnee", prevenir)
    reponse = repondre(client, demande)
    assert reponse.status_code == statut
    assert demande.messages.filter(nature="reponse").count() == (statut == 302)
    assert statut == 302 or LONGUE_REPONSE in reponse.content.decode()
