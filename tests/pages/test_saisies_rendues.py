"""Text typed is given back when the session ended or the form grew too old, and only to its own page."""

import time
from http import HTTPStatus

import pytest
import time_machine
from django import forms
from django.test import Client

from espace_partenaires.saisies import est_rendable
from tests.accounts.aides import lien
from tests.accounts.test_secrets import champs_secrets, formulaires
from tests.distribution import MOT_DE_PASSE, connecte

# A page whose form is given back, and what it calls its text.
NOUVELLE = "/violations/nouvelle/"
TEXTE = "Madame ne parvient pas à obtenir de rendez-vous depuis deux mois."
SECRET = "Trois loutres et un piano"
NOTRES = {"Sec-Fetch-Site": "same-origin"}
D_AILLEURS = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def severe() -> Client:
    """Return a client that checks tokens, as a browser."""
    return Client(enforce_csrf_checks=True)


def test_un_jeton_perime_rend_le_texte(severe: Client, db):
    donnees = {
        "description": TEXTE,
        "natures": ["a", "b"],
        "mot_de_passe": SECRET,
        "inconnu": SECRET,
        "csrfmiddlewaretoken": "vieux",
    }
    response = severe.post(NOUVELLE, donnees, headers=NOTRES)
    assert response.status_code == HTTPStatus.FORBIDDEN
    html = response.content.decode()
    assert TEXTE in html
    assert html.count('name="natures"') == 2
    assert SECRET not in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert response.headers["Cache-Control"] == "no-store"


def test_un_formulaire_venu_d_ailleurs_ne_se_renvoie_pas(severe: Client, db):
    response = severe.post(NOUVELLE, {"description": TEXTE}, headers=D_AILLEURS)
    assert response.status_code == HTTPStatus.FORBIDDEN
    html = response.content.decode()
    assert TEXTE not in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_sans_sec_fetch_l_origine_decide(severe: Client, db):
    ici = severe.post(NOUVELLE, {"description": TEXTE}, headers={"Origin": "http://testserver"})
    autre = severe.post(NOUVELLE, {"description": TEXTE}, headers={"Origin": "https://ailleurs.example"})
    assert TEXTE in ici.content.decode()
    assert TEXTE not in autre.content.decode()


def test_la_session_terminee_pendant_la_saisie(client: Client, db):
    response = client.post(NOUVELLE, {"description": TEXTE}, headers=NOTRES)
    assert response.status_code == HTTPStatus.FORBIDDEN
    html = response.content.decode()
    assert "Votre session est terminée" in html
    assert TEXTE in html
    assert f'action="{NOUVELLE}"' in html


def test_le_texte_est_echappe(client: Client, db):
    response = client.post(NOUVELLE, {"description": "</textarea><script>alert(1)</script>"}, headers=NOTRES)
    html = response.content.decode()
    assert "&lt;script&gt;alert" in html and "<script>alert" not in html


def test_une_lecture_va_a_la_connexion(client: Client, db):
    response = client.get("/demandes/", headers=NOTRES)
    assert response.status_code == HTTPStatus.FOUND
    assert response.headers["Location"].startswith("/connexion/")


def test_un_mot_de_passe_refait_par_lien_mene_a_la_connexion(client: Client, technicien_metz):
    """The redirection to the sign-in page after a success is no ended session: nothing of what was typed comes back."""
    client.post("/mot-de-passe/oublie/", {"identifiant": technicien_metz.identifiant}, headers=NOTRES)
    chemin = lien(technicien_metz.email, "mot-de-passe")
    response = client.post(chemin, {"mot_de_passe": SECRET, "confirmation": SECRET}, headers=NOTRES)
    assert (response.status_code, response.url) == (HTTPStatus.FOUND, "/connexion/?raison=mot-de-passe")


@pytest.mark.parametrize("adresse", ["/mot-de-passe/changer/", "/mon-compte/codes-de-secours/"])
def test_une_page_d_acces_ne_rend_rien(severe: Client, technicien_metz, adresse: str):
    """Neither the present password, nor the new one, nor its confirmation, in clear or hidden."""
    saisie = {"actuel": MOT_DE_PASSE, "mot_de_passe": SECRET, "confirmation": SECRET}
    signe = connecte(technicien_metz)
    severe.cookies = signe.cookies
    for client in (severe, Client(enforce_csrf_checks=True)):
        response = client.post(adresse, saisie, headers=NOTRES)
        assert response.status_code == HTTPStatus.FORBIDDEN
        html = response.content.decode()
        assert MOT_DE_PASSE not in html and SECRET not in html
    # The same without the token in cause: the session alone ended.
    response = Client().post(adresse, saisie, headers=NOTRES)
    assert response.status_code == HTTPStatus.FOUND and response.url.startswith("/connexion/")


def test_une_page_publique_ne_rend_rien(severe: Client, db):
    """Nobody's session ended on a page that needs none."""
    response = severe.post("/securite/signaler/", {"faits": TEXTE}, headers=NOTRES)
    assert response.status_code == HTTPStatus.FORBIDDEN and TEXTE not in response.content.decode()


@pytest.mark.parametrize("adresse", ["/mot-de-passe/lien/abc/", "/activation/abc/", "/connexion/"])
def test_une_session_morte_sur_une_page_publique_ne_rend_rien(technicien_metz, adresse: str):
    """The browser had a session that ended; the page is one of access."""
    with time_machine.travel(time.time(), tick=False) as temps:
        client = connecte(technicien_metz)
        temps.shift(3600)
        response = client.post(adresse, {"mot_de_passe": SECRET, "description": SECRET}, headers=NOTRES)
    assert SECRET not in response.content.decode()


def test_une_session_coupee_rend_le_texte(technicien_metz):
    """What the gate itself cut (here thirty minutes without a sign) is said, and the text given back."""
    with time_machine.travel(time.time(), tick=False) as temps:
        client = connecte(technicien_metz)
        temps.shift(3600)
        response = client.post(NOUVELLE, {"description": TEXTE}, headers=NOTRES)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Votre session est terminée" in response.content.decode() and TEXTE in response.content.decode()


def test_ce_qui_est_rendu_est_declare():
    """No secret, hidden field nor file is ever given back; every long text of a signed-in page is."""
    secrets = {nom.partition(".")[2] for nom in champs_secrets()}
    caches = {
        nom
        for forme in formulaires()
        if getattr(forme, "a_rendre", False)
        for nom, champ in forme.base_fields.items()
        if champ.widget.is_hidden or champ.widget.needs_multipart_form
    }
    assert not [nom for nom in secrets | caches if est_rendable(nom)]
    perdus = {
        f"{forme.__name__}.{nom}"
        for forme in formulaires()
        for nom, champ in forme.base_fields.items()
        if isinstance(champ.widget, forms.Textarea) and not est_rendable(nom)
    }
    # Pages that need no session.
    assert perdus <= {"AccessibiliteForm.tentative", "AccessibiliteForm.constat"}
