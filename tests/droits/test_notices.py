"""R-03, R-07: notices that say what the engine applies, to whoever asks; the material of an impact assessment."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from conformite import freins
from socle import crochets
from socle.texte import espaces_francaises


def texte(octets: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages).split())


@pytest.mark.parametrize(
    ("public", "modele", "autre"),
    [
        ("assures", "signalements.demande", "Conventions et référents"),
        ("professionnels", "accounts.compte", "Accompagner une personne"),
    ],
)
def test_r03_a_notice_tells_its_public_what_is_kept_and_how_long(
    client, caisse_moselle, public, modele, autre
):
    caisse_moselle.dpo_courriel = "dpo@cpam-moselle.example"
    caisse_moselle.save()
    page = client.get(reverse("notice", args=[public]))
    assert page.status_code == 200
    lu = page.content.decode()
    declaree = crochets.retention[modele]
    for morceau in (declaree.duree, declaree.depart, "dpo@cpam-moselle.example", "CNIL", "sous un mois"):
        assert espaces_francaises(morceau) in lu, morceau
    assert autre not in lu
    document = client.get(reverse("notice-pdf", args=[public]))
    assert declaree.duree.split(" ;")[0] in texte(document.content).replace("\u00a0", " ")


def test_r03_there_is_no_notice_for_anybody_else(client, db):
    assert client.get("/information/voisins/").status_code == 404
    assert client.get("/information/voisins.pdf").status_code == 404


def test_the_public_page_leads_to_both_notices(client, db):
    lu = client.get(reverse("donnees-personnelles")).content.decode()
    assert reverse("notice", args=["assures"]) in lu and reverse("notice", args=["professionnels"]) in lu


@pytest.mark.parametrize("qui", ["dpo_moselle", "administrateur_moselle", "national"])
def test_r07_the_material_of_the_assessment_comes_from_what_is_applied(request, connecte, qui):
    reponse = connecte(request.getfixturevalue(qui)).get(reverse("aipd"))
    lu = texte(reponse.content)
    for morceau in ("Accès illégitime", "Demandes des partenaires", str(freins.PLANCHER), "Minimisation"):
        assert morceau in lu, morceau


@pytest.mark.parametrize(
    "qui", ["technicien_metz", "gestionnaire_metz", "agent_moselle", "superviseur_moselle"]
)
def test_r07_nobody_else_takes_it(request, connecte, qui):
    assert connecte(request.getfixturevalue(qui)).get(reverse("aipd")).status_code == 403
