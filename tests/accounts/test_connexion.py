"""Sign-in: identifiant and password, then a one-time code, then the conditions of use (A-07, A-08)."""

import re
import time

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from accounts.actions.acces import publier_cgu
from accounts.actions.comptes import inactiver
from accounts.models.acces import AcceptationCGU
from accounts.models.compte import Compte
from accounts.models.sessions import SessionPortail, SessionStore
from conformite.models.journal import LigneJournal
from socle.acteurs import MACHINE
from tests.accounts.aides import texte
from tests.distribution import GRAINE, MOT_DE_PASSE, connecte, connecte_sans_code


def code_present(decalage: int = 0) -> str:
    totp = TOTP(GRAINE)
    totp.time = time.time() + decalage
    return f"{totp.token():06d}"


def saisir_mot_de_passe(client: Client, identifiant: str, mot_de_passe: str = MOT_DE_PASSE, **champs):
    return client.post(
        reverse("connexion"), {"identifiant": identifiant, "mot_de_passe": mot_de_passe, **champs}
    )


def test_identifiant_mot_de_passe_puis_code(technicien_metz):
    """A-07: personal identifiant and password, then the code; only then the home page."""
    client = Client()
    reponse = saisir_mot_de_passe(client, "technicien.metz")
    assert (reponse.status_code, reponse.url) == (302, "/connexion/code/")
    assert client.get("/").url == "/connexion/code/"
    reponse = client.post("/connexion/code/", {"code": code_present()})
    assert (reponse.status_code, reponse.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert client.get("/connexion/").url == "/"


def test_la_cle_de_session_change_a_chaque_etape(technicien_metz):
    client = Client()
    saisir_mot_de_passe(client, "technicien.metz")
    avant = client.session.session_key
    client.post("/connexion/code/", {"code": code_present()})
    assert client.session.session_key != avant
    assert not SessionStore().exists(avant)


def test_un_code_ne_sert_qu_une_fois(technicien_metz):
    """A-07: the same code, replayed from another browser in the same half-minute, is refused."""
    with time_machine.travel("2026-11-22T10:00:05Z", tick=False):
        code = code_present()
        premier, second = Client(), Client()
        for client in (premier, second):
            saisir_mot_de_passe(client, "technicien.metz")
        assert premier.post("/connexion/code/", {"code": code}).url == "/"
        reponse = second.post("/connexion/code/", {"code": code})
    assert reponse.status_code == 200
    assert "Un code ne sert qu’une fois" in reponse.content.decode()
    assert LigneJournal.objects.filter(acte="connexion.code_refuse").count() == 1


def test_un_code_ancien_est_refuse_apres_un_plus_recent(technicien_metz):
    with time_machine.travel("2026-11-22T10:00:05Z", tick=False):
        client, autre = Client(), Client()
        saisir_mot_de_passe(client, "technicien.metz")
        saisir_mot_de_passe(autre, "technicien.metz")
        assert client.post("/connexion/code/", {"code": code_present()}).url == "/"
        assert autre.post("/connexion/code/", {"code": code_present(-30)}).status_code == 200


def test_une_horloge_d_une_minute_est_apprise(technicien_metz):
    """A telephone one minute late signs in, and its drift is learned: a minute later still, it signs in again."""
    with time_machine.travel("2026-11-22T10:00:05Z", tick=False) as temps:
        for retard in (-80, -160):
            client = Client()
            saisir_mot_de_passe(client, "technicien.metz")
            assert client.post("/connexion/code/", {"code": code_present(retard)}).url == "/", retard
            assert saisir_mot_de_passe(Client(), "technicien.metz").status_code == 302
            temps.shift(600)
        autre = Client()
        saisir_mot_de_passe(autre, "technicien.metz")
        page = texte(autre.post("/connexion/code/", {"code": code_present(-400)}))
    assert "réglez-la sur automatique" in page


def test_une_adresse_a_la_place_de_l_identifiant_est_dite(technicien_metz):
    """The mail address typed as identifiant: told so, and no try is counted."""
    page = texte(saisir_mot_de_passe(Client(), technicien_metz.email))
    assert "Vous avez saisi une adresse électronique" in page and not AccessAttempt.objects.exists()


def test_les_codes_faux_sont_ralentis(technicien_metz):
    with time_machine.travel("2026-11-22T10:00:05Z", tick=False):
        client = Client()
        saisir_mot_de_passe(client, "technicien.metz")
        for _ in range(3):
            client.post("/connexion/code/", {"code": "000000"})
        # The right one comes too early after the failures.
        assert client.post("/connexion/code/", {"code": code_present()}).status_code == 200
    with time_machine.travel("2026-11-22T10:20:00Z", tick=False):
        client = Client()
        saisir_mot_de_passe(client, "technicien.metz")
        assert client.post("/connexion/code/", {"code": code_present()}).url == "/"


def test_meme_reponse_pour_un_identifiant_inconnu(technicien_metz):
    def corps(identifiant):
        reponse = saisir_mot_de_passe(Client(), identifiant, "mauvais mot de passe")
        assert reponse.status_code == 200
        return reponse.content.decode().replace(identifiant, "X").split("<main")[1].split("csrfmiddleware")[0]

    assert corps("technicien.metz") == corps("inconnu.total")
    assert "Identifiant ou mot de passe incorrect" in corps("inconnu.total")


def test_dix_echecs_bloquent(technicien_metz):
    """A delay from five failures, a block by ten, whether the identifiant is known or not."""
    for identifiant in ("technicien.metz", "inconnu.total"):
        client = Client(REMOTE_ADDR=f"127.0.0.{len(identifiant)}")
        depart = time.time()
        statuts = []
        for i in range(11):
            with time_machine.travel(depart + 70 * i, tick=False):
                statuts.append(saisir_mot_de_passe(client, identifiant, "mauvais").status_code)
        assert statuts == [200] * 9 + [429] * 2


def test_delai_apres_cinq_echecs(technicien_metz):
    client = Client()
    with time_machine.travel("2026-11-22T10:00:05Z", tick=False):
        for _ in range(5):
            saisir_mot_de_passe(client, "technicien.metz", "mauvais")
        reponse = saisir_mot_de_passe(client, "technicien.metz")
    assert "réessayez dans" in reponse.content.decode()
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("url", ["/", "/cgu/", "/mot-de-passe/changer/"])
def test_une_session_sans_code_n_atteint_rien(technicien_metz, url):
    """A-07: nothing answers a session with a password and no second factor."""
    client = connecte_sans_code(technicien_metz)
    assert client.get(url).url == "/connexion/code/"
    assert client.post(url).url == "/connexion/code/"


def test_les_cgu_d_abord(technicien_metz):
    """A-08: a new version closes everything else until it is accepted; the proof is kept, once."""
    client = connecte(technicien_metz)
    assert client.get("/").status_code == 200
    version = publier_cgu("Nouvelles conditions.", MACHINE)
    assert client.get("/").url == "/cgu/"
    reponse = client.post("/cgu/", {})
    assert "Cochez la case" in reponse.content.decode()
    assert client.get("/").url == "/cgu/"
    assert not AcceptationCGU.objects.filter(version=version).exists()
    for _ in range(2):
        client.post("/cgu/", {"accepter": "on"})
    assert client.get("/").status_code == 200
    preuve = AcceptationCGU.objects.get(version=version)
    assert preuve.compte == technicien_metz and preuve.acceptee_le
    assert "Nouvelles conditions." in client.get("/cgu/").content.decode()


def test_inactivite_trente_minutes(technicien_metz):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as temps:
        client = connecte(technicien_metz)
        temps.move_to("2026-11-22T10:29:00Z")
        assert client.get("/").status_code == 200
        temps.move_to("2026-11-22T10:58:00Z")
        assert client.get("/").status_code == 200
        temps.move_to("2026-11-22T11:29:00Z")
        reponse = client.get("/")
        assert reponse.url == "/connexion/?raison=inactivite"
        assert "Votre session a expiré" in client.get(reponse.url).content.decode()
        assert not SessionPortail.objects.filter(compte=technicien_metz).exists()


def test_douze_heures_au_plus(technicien_metz):
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as temps:
        client = connecte(technicien_metz)
        for quart in range(1, 48):
            temps.shift(15 * 60)
            assert client.get("/").status_code == 200, quart
        temps.shift(15 * 60 + 1)
        assert client.get("/").status_code == 302
        assert client.get("/").url.startswith("/connexion/")


def test_l_activite_s_ecrit_au_plus_une_fois_par_minute(technicien_metz, django_assert_max_num_queries):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as temps:
        client = connecte(technicien_metz)
        client.get("/")
        temps.shift(59)
        with django_assert_max_num_queries(20) as requetes:
            client.get("/")
        assert not [
            r for r in requetes.captured_queries if re.search(r"(^|;) *(UPDATE|INSERT|DELETE) ", r["sql"])
        ]
        temps.shift(2)
        with django_assert_max_num_queries(20) as requetes:
            client.get("/")
        ecrites = [
            r for r in requetes.captured_queries if re.search(r"(^|;) *(UPDATE|INSERT|DELETE) ", r["sql"])
        ]
        assert len(ecrites) == 1 and "sessionportail" in ecrites[0]["sql"]


def test_un_compte_inactive_est_coupe_a_la_requete_suivante(technicien_metz):
    """A-15: the open sessions are closed; the reason is told at the next sign-in, to who knows the password."""
    client = connecte(technicien_metz)
    inactiver(technicien_metz, par=MACHINE, cause=Compte.Inactivation.FRAUDE)
    assert client.get("/").url.startswith("/connexion/")
    reponse = saisir_mot_de_passe(Client(), "technicien.metz")
    assert reponse.status_code == 403
    assert "Votre compte a été fermé par sécurité" in reponse.content.decode()
    reponse = saisir_mot_de_passe(Client(), "technicien.metz", "mauvais mot de passe")
    assert reponse.status_code == 200 and "fermé" not in reponse.content.decode()


def test_fin_de_convention_coupe_a_la_requete_suivante(technicien_metz, metz):
    """A-13: the access is computed at each request; no job has run."""
    client = connecte(technicien_metz)
    assert client.get("/").status_code == 200
    participation = metz.participations.get()
    participation.fin, participation.fin_cause = participation.caisse.jour, "denonciation"
    participation.save()
    assert client.get("/").url == "/connexion/?raison=structure-fermee"
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == Compte.Statut.ACTIF


@pytest.mark.parametrize(("inactivation", "dit"), [("fin-convention", True), ("depart", False)])
def test_a13_la_raison_ecrite_par_la_caisse(technicien_metz, metz, inactivation, dit):
    """A-13, C-05: why the convention ended is told to those whom its end closed, to nobody else."""
    metz.participations.update(fin_raison="Manquements répétés.")
    inactiver(technicien_metz, par=MACHINE, cause=inactivation)
    reponse = saisir_mot_de_passe(Client(), "technicien.metz")
    assert reponse.status_code == 403
    assert ("Manquements répétés." in texte(reponse)) is dit, texte(reponse)


def test_la_suite_reste_chez_nous(technicien_metz):
    for suite, attendu in (
        ("/cgu/", "/cgu/"),
        ("https://ailleurs.example/", "/"),
        ("//ailleurs.example", "/"),
    ):
        with time_machine.travel(f"2026-11-22T1{len(suite) % 10}:00:05Z", tick=False):
            client = Client()
            saisir_mot_de_passe(client, "technicien.metz", next=suite)
            assert client.post("/connexion/code/", {"code": code_present()}).url == attendu
        technicien_metz.appareiltotp_set.update(dernier_pas=-1)


def test_deconnexion_par_post_seulement(technicien_metz):
    client = connecte(technicien_metz)
    assert client.get("/deconnexion/").status_code == 405
    assert client.get("/").status_code == 200
    sortie = client.post("/deconnexion/")
    assert sortie.url == "/connexion/?raison=deconnexion"
    assert sortie.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/").url.startswith("/connexion/")


def test_la_graine_est_scellee(technicien_metz):
    appareil = technicien_metz.appareiltotp_set.get()
    assert GRAINE not in bytes(appareil.graine_scellee)
    assert appareil.graine == GRAINE
    assert not mail.outbox
