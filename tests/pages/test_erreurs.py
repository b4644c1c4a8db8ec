"""Error pages: each says what happened, what became of the text, and where to go; the last one needs nothing."""

from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.defaults import bad_request, page_not_found, permission_denied

from espace_partenaires import pages


def test_400_403_404_disent_ou_aller(rf: RequestFactory, db):
    requete = rf.get("/x/")
    reponses = [
        bad_request(requete, SuspiciousOperation()),
        permission_denied(requete, PermissionDenied()),
        page_not_found(requete, Http404()),
    ]
    for reponse in reponses:
        html = reponse.content.decode()
        assert 'href="/"' in html
        assert html.count("<h1") == 1


def test_introuvable_par_http(client: Client, db):
    response = client.get("/aide/rien/")
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "Page introuvable" in response.content.decode()


def test_500_sans_base_ni_session(rf: RequestFactory):
    # No fixture db: a query would fail.
    response = pages.erreur_500(rf.get("/"))
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    html = response.content.decode()
    assert "ce que vous avez saisi y est encore" in html
    assert "3646" in html


def test_500_se_rend_sans_rien():
    assert "Le portail a rencontré une erreur" in render_to_string("500.html")


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "iso-8859-1", "utf8"])
def test_un_formulaire_dans_un_autre_alphabet(client: Client, db, charset: str):
    """K13: what is not in UTF-8 is told by the page of what is not understood, never by an error."""
    envoi = "identifiant=é&mot_de_passe=".encode()
    reponse = client.post("/connexion/", envoi, f"application/x-www-form-urlencoded; charset={charset}")
    refuse = "Le portail n’a pas compris cette demande" in reponse.content.decode()
    assert (reponse.status_code == HTTPStatus.BAD_REQUEST) == refuse == (charset != "utf8")
    assert reponse.status_code < HTTPStatus.INTERNAL_SERVER_ERROR


def _boum(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boum")


_boum.login_required = False
urlpatterns = [path("boum/", _boum), path("", pages.aide, name="connexion")]
handler500 = pages.erreur_500


@override_settings(ROOT_URLCONF="tests.pages.test_erreurs")
def test_500_par_http(db):
    client = Client(raise_request_exception=False)
    response = client.get("/boum/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Le portail a rencontré une erreur" in response.content.decode()


@pytest.mark.parametrize("gabarit", ["400.html", "403.html", "404.html", "500.html"])
def test_aucun_detail_technique(gabarit):
    html = render_to_string(gabarit)
    assert "Traceback" not in html
    assert "exception" not in html.lower()


def test_sans_cookies_la_page_dit_le_mot(db):
    """Sending the form again would change nothing: the browser refuses cookies, and it is said."""
    sans = Client(enforce_csrf_checks=True).post("/connexion/", {"identifiant": "a.b", "mot_de_passe": "x"})
    assert sans.status_code == 403 and "refuse les cookies de ce site" in sans.content.decode()
    # The cause comes first: what follows helps only once it is mended.
    page = sans.content.decode()
    assert page.index("refuse les cookies de ce site") < page.index("Rien n’a été enregistré")
    avec = Client(enforce_csrf_checks=True)
    avec.get("/connexion/")
    page = avec.post("/connexion/", {"identifiant": "a.b", "mot_de_passe": "x"})
    assert page.status_code == 403 and "refuse les cookies" not in page.content.decode()


@pytest.mark.parametrize(
    "signes", [")", ").", ",", ";", ">", "»", "”", "'", ")/", "…", "%20", "%C2%A0!", "%E2%80%8B"]
)
@pytest.mark.parametrize("chemin", ["/connexion/", "/activation/abc/", "/"])
def test_un_lien_suivi_d_un_signe_mene_a_sa_page(db, chemin, signes):
    """A mail software took the bracket into the link; never to another site."""
    reponse = Client().get(f"{chemin}{signes}")
    assert (reponse.status_code, reponse.url) == (302, chemin)


def test_un_signe_ne_mene_pas_ailleurs(db):
    reponse = Client().get("/", PATH_INFO="//ailleurs.example/)")
    assert not reponse.get("Location", "").startswith("//")
