"""Public pages: open to all, one title each, complete for who is signed in."""

import datetime as dt
import itertools
import re
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from espace_partenaires import guide, pages
from socle import horloge
from socle.profils import Profil

pytestmark = pytest.mark.django_db

ADRESSES = [
    "/aide/",
    "/aide/?q=mot+de+passe",
    *(f"/aide/{article.cle}/" for article in guide.articles()),
    "/accessibilite/",
    "/donnees-personnelles/",
    "/mentions-legales/",
    "/plan-du-site/",
]


@pytest.mark.parametrize("adresse", ADRESSES)
def test_ouverte_a_tous(client: Client, adresse):
    response = client.get(adresse)
    assert response.status_code == HTTPStatus.OK
    html = response.content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    assert '<html lang="fr">' in html
    assert "Espace Partenaires</title>" in html


def test_chaque_page_a_son_titre(client: Client):
    titres = [re.search(r"<title>(.*?)</title>", client.get(a).content.decode())[1] for a in ADRESSES]
    assert len(set(titres)) == len(titres)


@pytest.mark.parametrize("adresse", ADRESSES)
def test_ne_s_ecrit_pas(client: Client, adresse):
    assert client.post(adresse).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_la_declaration_dit_son_etat_et_mene_au_contact(client: Client):
    html = client.get("/accessibilite/").content.decode()
    assert "totalement conforme" in html
    assert 'href="/accessibilite/contact/"' in html


def test_un_article_inconnu_est_introuvable(client: Client):
    assert client.get("/aide/inconnu/").status_code == HTTPStatus.NOT_FOUND


def test_les_titres_se_suivent(client: Client):
    for adresse in ADRESSES:
        niveaux = [int(n) for n in re.findall(r"<h([1-6])\b", client.get(adresse).content.decode())]
        assert niveaux[0] == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(niveaux)), adresse


def test_le_guide_a_des_articles_pour_chaque_profil():
    for profil in Profil:
        assert any(profil in a.profils for a in guide.articles()) or profil == Profil.NATIONAL
    cles = [a.cle for a in guide.articles()]
    assert len(set(cles)) == len(cles)
    assert {p for a in guide.articles() for p in a.profils} <= set(Profil.values)


@pytest.mark.parametrize(
    ("saisie", "premier"),
    [
        ("mot de passe oublié", "connexion"),
        ("MOT DE PASSE OUBLIE", "connexion"),
        ("pièces jointes", "pieces-jointes"),
        ("antivirus", "pieces-jointes"),
        ("pourquoi je ne vois pas", "pas-visible"),
        ("3646", "autres-moyens"),
        ("quota zebre", None),
        ("", None),
        ("!!! (", None),
    ],
)
def test_la_recherche_du_guide(saisie, premier):
    trouves = guide.chercher(saisie)
    assert (trouves[0].cle if trouves else None) == premier


def test_la_recherche_est_bornee_et_echappee(client: Client):
    html = client.get("/aide/", {"q": "<script>" + "a" * 500}).content.decode()
    assert "<script>a" not in html
    assert "a" * 101 not in html
    assert client.get("/aide/", {"q": "\0"}).status_code == HTTPStatus.BAD_REQUEST


def test_les_liens_internes_menent_quelque_part(client: Client):
    liens = {
        lien
        for adresse in ADRESSES
        for lien in re.findall(r'href="(/[^"#?]*)', client.get(adresse).content.decode())
        if not lien.startswith("/static/")
    }
    morts = [lien for lien in liens if client.get(lien).status_code >= HTTPStatus.BAD_REQUEST]
    assert morts == []


def test_les_noms_des_adresses():
    assert [reverse(p.name) for p in pages.urlpatterns if "<" not in str(p.pattern)] == [
        "/aide/",
        "/aide/mode-d-emploi.pdf",
        "/.well-known/security.txt",
        "/accessibilite/",
        "/donnees-personnelles/",
        "/mentions-legales/",
        "/plan-du-site/",
        "/session/prolonger/",
    ]


def test_security_txt_leads_to_the_page_that_takes_reports(client: Client):
    """RFC 9116: a contact that exists, and a date that is not over."""
    lignes = dict(
        une.split(": ", 1) for une in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert client.get(lignes["Contact"].removeprefix(settings.ADRESSE_DU_PORTAIL)).status_code == 200
    reste = dt.datetime.fromisoformat(lignes["Expires"]) - horloge.temps_reel()
    assert dt.timedelta(days=90) < reste < dt.timedelta(days=366)
