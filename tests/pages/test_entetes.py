"""What every answer says to the browser, errors and downloads included (ASVS 3.3, 3.4, 14.3)."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from espace_partenaires.middleware import Messages
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.distribution import connecte

CORPS = {"HTTP_X_FORWARDED_PROTO": "https"}
REPONSES: dict[str, tuple[int, Callable[[Client], HttpResponse]]] = {
    "page": (200, lambda client: client.get("/demandes/", **CORPS)),
    "redirection": (302, lambda client: client.get("/connexion/", **CORPS)),
    "sans droit": (403, lambda client: client.get("/tri/", **CORPS)),
    "introuvable": (404, lambda client: client.get("/nulle-part/", **CORPS)),
    "méthode": (405, lambda client: client.get("/deconnexion/", **CORPS)),
    "adresse": (400, lambda client: client.get("/demandes/?mots=%00", **CORPS)),
    "fichier": (200, lambda client: client.get("/demandes/export/csv/", **CORPS)),
    "statique": (405, lambda client: client.post("/static/portail/icone.svg", **CORPS)),
    "santé": (200, lambda client: client.get("/sante/vivant", **CORPS)),
}


@pytest.mark.parametrize("quoi", REPONSES)
def test_chaque_reponse_a_ses_entetes(technicien_metz, quoi: str):
    """Requirements 67 and 68: policy with a nonce, nothing framed, embedded or sniffed, TLS for more than a year."""
    statut, demander = REPONSES[quoi]
    reponse = demander(connecte(technicien_metz))
    assert reponse.status_code == statut
    politique = reponse["Content-Security-Policy"]
    for directive in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert directive in politique, directive
    assert "unsafe" not in politique and "*" not in politique and "http" not in politique
    assert reponse["X-Content-Type-Options"] == "nosniff" and reponse["X-Frame-Options"] == "DENY"
    assert reponse["Referrer-Policy"] == "same-origin"
    assert reponse["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in reponse["Permissions-Policy"]
    assert reponse["Server"] == "portail", "the server names no software"
    duree = int(reponse["Strict-Transport-Security"].partition("max-age=")[2].partition(";")[0])
    assert duree >= 31536000


def test_une_adresse_qui_n_est_pas_la_notre_a_ses_entetes(db):
    """Answered above everything else: http, and a host that is nobody's."""
    reponse = Client().get("/", HTTP_HOST="ailleurs.example")
    assert reponse.status_code == 400 and "default-src 'self'" in reponse["Content-Security-Policy"]
    assert reponse["X-Content-Type-Options"] == "nosniff" and reponse["X-Frame-Options"] == "DENY"
    assert reponse["Referrer-Policy"] == "same-origin" and reponse["Server"] == "portail"


@pytest.mark.parametrize("adresse", ["/sante/etat", "/metriques"])
@pytest.mark.parametrize("d_ou", [{"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"REMOTE_ADDR": "9.9.9.9"}])
def test_ce_que_lit_l_exploitant_est_ferme_aux_autres(db, adresse: str, d_ou: dict[str, str]):
    """« For the operator only »: asked through a proxy, or from no private network."""
    assert Client().get(adresse, **CORPS, **d_ou).status_code == 404


@pytest.mark.parametrize(
    "adresse", ["/", "/demandes/", "/mon-compte/", "/demandes/export/csv/", "/nulle-part/"]
)
def test_une_page_connectee_n_est_gardee_par_aucun_cache(technicien_metz, adresse: str):
    """Requirement 71: the « Back » button after the sign-out shows nothing."""
    assert connecte(technicien_metz).get(adresse)["Cache-Control"] == "no-store"


def test_les_cookies_sont_fermes(technicien_metz):
    """Requirement 17: no script reads them, no other site sends them, nothing but TLS carries them, no sub-domain plants one."""
    client = Client()
    client.get("/connexion/")
    saisir_mot_de_passe(client, technicien_metz.identifiant)
    client.post("/connexion/code/", {"code": code_present(), "se_souvenir": "on"})
    client.post("/mon-compte/codes-de-secours/", {"mot_de_passe": "faux"})
    assert {"__Host-session", "__Host-csrf", "__Host-poste", "__Host-lieu"} <= set(client.cookies)
    assert all(
        nom.startswith("__Host-") for nom in [*client.cookies, Messages.storage_classes[0].cookie_name]
    )
    for cookie in client.cookies.values():
        assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax", cookie.key
