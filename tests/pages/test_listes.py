"""What was looked for is still looked for on page 2, and after an act on what was found (D-09, D-08)."""

import re
from html import unescape

import pytest

from conventions.models.conventions import Convention
from conventions.models.partenaires import Partenaire
from conventions.views import listes, partenaires
from information.views import publications
from signalements.views import suivi, tri
from tests.distribution import connecte, creer_convention, creer_partenaire
from tests.signalements.fabrique import ASSURE, deposer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages_de_deux(monkeypatch):
    """Two rows a page, everywhere."""
    for vue in (suivi, tri, publications, listes, partenaires):
        monkeypatch.setattr(vue, "PAR_PAGE", 2)


def suivante(client, adresse, reponse) -> str:
    """Do what « Page suivante » does on this page: follow its link, or post the form of its button."""
    page = unescape(reponse.content.decode())
    if lien := re.search(r'href="(\?[^"]*)"[^>]*>\s*Page suivante', page):
        return client.get(adresse + lien[1]).content.decode()
    formulaire = next(
        un for un in re.findall(r"<form.*?</form>", page, re.DOTALL) if "Page suivante</button>" in un
    )
    champs = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', formulaire))
    bouton = re.search(r'name="page" value="(\d+)"[^>]*>\s*Page suivante', formulaire)
    action = re.search(r'action="([^"]*)"', formulaire)[1]
    return client.post(action, champs | {"page": bouton[1]}).content.decode()


@pytest.fixture
def cinq_personnes(technicien_metz):
    """Three demandes about the person looked for, and two about another one."""
    autre = {"assure": ASSURE | {"nom": "Autremont", "prenom": "Basile"}}
    cherchees = {deposer(technicien_metz).reference for _ in range(3)}
    for _ in range(2):
        deposer(technicien_metz, **autre)
    return cherchees


@pytest.mark.parametrize(
    ("personne", "adresse"), [("technicien_metz", "/demandes/"), ("agent_moselle", "/tri/")]
)
def test_la_page_2_d_une_recherche(request, cinq_personnes, personne, adresse):
    """D-09: pages 1 and 2 hold the three demandes of the person, and no other; her name is in no address."""
    client = connecte(request.getfixturevalue(personne))
    une = client.post(adresse, {"mots": "larivandiere"})
    deux = suivante(client, adresse, une)
    lues = re.findall(r"D\d\d-\w{4}-\w{4}(?=</a>)", une.content.decode() + deux)
    assert set(lues) == cinq_personnes and len(lues) == 3
    assert 'value="larivandiere"' in deux and "Autremont" not in deux
    assert "larivandiere" not in "".join(re.findall(r'(?:href|action)="[^"]*"', deux))


def test_un_lot_sur_ce_qui_a_ete_trouve(cinq_personnes, agent_moselle):
    """D-08: what was found is still there after some of it was taken, and so is the page of a basket."""
    client = connecte(agent_moselle)
    deux = suivante(client, "/tri/", client.post("/tri/", {"mots": "larivandiere"}))
    formulaire = next(un for un in re.findall(r"<form.*?</form>", deux, re.DOTALL) if 'name="acte"' in un)
    champs = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', formulaire))
    (reference,) = set(re.findall(r"D\d\d-\w{4}-\w{4}(?=</a>)", deux))
    apres = client.post("/tri/lot/", champs | {"acte": "prendre", "references": [reference]})
    page = apres.content.decode()
    assert re.findall(r"D\d\d-\w{4}-\w{4}(?=</a>)", page) == [reference]
    assert 'value="larivandiere"' in page and "Autremont" not in page


def test_la_page_2_d_une_nature(technicien_metz, administrateur_moselle, caisse_moselle):
    """I-01: the nature that was chosen holds on the next page."""
    client = connecte(administrateur_moselle)
    for nature in ("flash", "flash", "actualite", "actualite", "actualite"):
        envoi = {"nature": nature, "titre": f"Titre {nature}", "texte": "Texte.", "caisse": caisse_moselle.pk}
        client.post("/informations/publier/", envoi)
    lecteur = connecte(technicien_metz)
    deux = suivante(lecteur, "/informations/", lecteur.get("/informations/?nature=actualite"))
    assert "Titre actualite" in deux and "Titre flash" not in deux


@pytest.mark.parametrize("adresse", ["/partenaires/", "/conventions/"])
def test_la_page_2_d_un_nom(adresse, administrateur_moselle, caisse_moselle, metz):
    """A-21: the name of a structure that was looked for holds on the next page."""
    for rang in range(3):
        creer_convention(creer_partenaire(f"9005700110002{rang}", f"CCAS de Lorry {rang}"), caisse_moselle)
    assert Partenaire.objects.count() == Convention.objects.count() == 4
    client = connecte(administrateur_moselle)
    deux = suivante(client, adresse, client.get(adresse, {"q": "Lorry"}))
    assert "CCAS de Lorry 2" in deux and "Metz Métropole" not in deux
