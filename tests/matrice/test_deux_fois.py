"""One effect for one form sent twice: every form of every page, as its page gives it (a double click, « Back »)."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client

from conformite.models.journal import LigneJournal
from socle.models import EnvoiRecu
from tests.matrice.monde import Monde
from tests.matrice.table import TABLE, Ligne
from tests.matrice.test_journal import LECTURES
from tests.matrice.test_matrice import adresse, demander, essai, un_servi
from tests.matrice.test_saisies import formulaires

PAGES = [ligne for ligne in TABLE if ligne.servis not in ("public", "porte")]
# What reading a page leaves by itself.
A_PART = {"accounts.sessionportail", "conformite.lignejournal"}


def envoyer(client: Client, ou: str, champs: dict[str, Any], jeton: str) -> HttpResponse:
    """Post as a browser does, with the token of the page."""
    corps = urlencode({"csrfmiddlewaretoken": jeton, **champs}, doseq=True)
    return client.post(ou, corps, content_type="application/x-www-form-urlencoded")


def etat() -> dict[str, Any]:
    """Return how many rows there are of each table, and how many acts were told."""
    comptes: dict[str, Any] = {
        modele._meta.label_lower: modele._base_manager.count()
        for modele in apps.get_models()
        if modele._meta.managed and modele._meta.label_lower not in A_PART
    }
    # A password typed again is told each time that it is typed.
    dits = LigneJournal.objects.exclude(acte__in=[*LECTURES, "connexion.confirmer"])
    return comptes | {"actes": dits.count()}


@pytest.fixture(scope="module")
def faits() -> set[Any]:
    """The forms that had an effect, over the whole file."""
    return set()


def envois(monde: Monde, ligne: Ligne, client: Client) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield what the owner of a line would post: what the table says, else each form of its page; and what makes it one."""
    ou = adresse(monde, ligne)
    if ligne.envoi or "GET" not in ligne.methodes:
        yield ou, {nom: str(valeur).format_map(monde.cles) for nom, valeur in ligne.envoi.items()}, str(ligne)
        return
    page = demander(client, "GET", ou)
    if page.get("Content-Type", "").startswith("text/html") and page.content:
        for formulaire in formulaires(page.content, ou, "post"):
            yield formulaire.ou, dict(formulaire.juste), formulaire.forme


@pytest.mark.parametrize("ligne", PAGES, ids=str)
def test_k13_un_formulaire_envoye_deux_fois_n_a_qu_un_effet(monde: Monde, ligne: Ligne, faits: set[Any]):
    client = monde.entre(un_servi(ligne))
    for ou, champs, forme in envois(monde, ligne, client):
        if forme in faits:
            continue
        jeton = uuid.uuid4().hex
        with essai():
            premier = envoyer(client, ou, champs, jeton)
            if premier.status_code != 302 or premier["Location"].startswith("/connexion/"):
                continue
            faits.add(forme)
            avant = etat()
            second = envoyer(client, ou, champs, jeton)
            assert (second.status_code, second["Location"]) == (302, premier["Location"]), ou
            assert etat() == avant, ou


def test_k13_le_parcours_a_vu_des_effets(faits: set[Any]):
    """The walk found the forms: it would pass on pages that refuse everything."""
    assert len(faits) > 30, sorted(map(str, faits))


def test_k13_une_saisie_refusee_se_renvoie_telle_quelle(monde: Monde):
    """A refused form had no effect: nothing is kept of it."""
    client, jeton = monde.entre("technicien"), uuid.uuid4().hex
    with essai():
        for _ in range(2):
            assert "erreur" in envoyer(client, "/assistance/", {"texte": ""}, jeton).content.decode()
        assert not EnvoiRecu.objects.exists()


def test_k13_un_autre_contenu_est_un_autre_envoi(monde: Monde):
    """The same page filled again, by « Back »: another act."""
    client, jeton, reference = (
        monde.entre("technicien"),
        uuid.uuid4().hex,
        monde.objets["en_cours"]["reference"],
    )
    with essai():
        for texte in ("Une première précision.", "Une seconde précision."):
            envoi = {"ecrire-texte": texte}
            assert envoyer(client, f"/demandes/{reference}/ecrire/", envoi, jeton).status_code == 302
        assert EnvoiRecu.objects.count() == 2
