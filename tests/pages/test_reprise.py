"""Text typed is given back when the session ended or the form grew too old, and only to its own page."""

from http import HTTPStatus

import pytest
from django.test import Client

TEXTE = "Madame ne parvient pas à obtenir de rendez-vous depuis deux mois."
NOTRES = {"Sec-Fetch-Site": "same-origin"}
D_AILLEURS = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def severe() -> Client:
    """Return a client that checks tokens, as a browser."""
    return Client(enforce_csrf_checks=True)


def test_un_jeton_perime_rend_le_texte(severe: Client, db):
    donnees = {
        "situation": TEXTE,
        "motifs": ["a", "b"],
        "password": "Secret-2026-secret",
        "csrfmiddlewaretoken": "vieux",
    }
    response = severe.post("/connexion/", donnees, headers=NOTRES)
    assert response.status_code == HTTPStatus.FORBIDDEN
    html = response.content.decode()
    assert TEXTE in html
    assert html.count('name="motifs"') == 2
    assert "Secret-2026" not in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert response.headers["Cache-Control"] == "no-store"


def test_un_formulaire_venu_d_ailleurs_ne_se_renvoie_pas(severe: Client, db):
    response = severe.post("/connexion/", {"situation": TEXTE}, headers=D_AILLEURS)
    assert response.status_code == HTTPStatus.FORBIDDEN
    html = response.content.decode()
    assert TEXTE not in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_sans_sec_fetch_l_origine_decide(severe: Client, db):
    ici = severe.post("/connexion/", {"t": TEXTE}, headers={"Origin": "http://testserver"})
    autre = severe.post("/connexion/", {"t": TEXTE}, headers={"Origin": "https://ailleurs.example"})
    assert TEXTE in ici.content.decode()
    assert TEXTE not in autre.content.decode()


def test_la_session_terminee_pendant_la_saisie(client: Client, db):
    response = client.post("/demandes/nouvelle/", {"situation": TEXTE}, headers=NOTRES)
    assert response.status_code == HTTPStatus.FORBIDDEN
    html = response.content.decode()
    assert "Votre session est terminée" in html
    assert TEXTE in html
    assert 'action="/demandes/nouvelle/"' in html


def test_le_texte_est_echappe(client: Client, db):
    response = client.post(
        "/demandes/nouvelle/", {"t": "</textarea><script>alert(1)</script>"}, headers=NOTRES
    )
    assert "<script>alert" not in response.content.decode()


def test_une_lecture_va_a_la_connexion(client: Client, db):
    response = client.get("/demandes/", headers=NOTRES)
    assert response.status_code == HTTPStatus.FOUND
    assert response.headers["Location"].startswith("/connexion/")
