"""The bilan annuel: a page where each side adds its part, then a document that changes no more (C-11, C-20, C-21)."""

import datetime as dt

import pytest

from conventions import regles
from conventions.actions import rappels
from conventions.models.suites import BilanAnnuel, Preuve
from signalements.actions import instruction
from socle.models import CourrielSortant
from tests.conventions.aides import champs_de, rien_ne_change
from tests.conventions.textes import texte_du_pdf
from tests.signalements.fabrique import deposer


@pytest.fixture
def convention(metz, caisse_moselle):
    """The convention of Metz, whose first year ended a month ago."""
    convention = metz.conventions.get()
    debut = regles.plus_mois(caisse_moselle.jour, -13)
    convention.participations.update(debut=debut, utilisation_debut=debut)
    return convention


@pytest.fixture
def base(convention):
    """The page of its first year."""
    return f"/conventions/{convention.reference}/bilans/1/"


def part(client, base, texte):
    """Write one side's part."""
    version = champs_de(client.get(f"{base}part/")).get("version", "")
    return client.post(f"{base}part/", {"texte": texte, "version": version})


def arreter(client, base):
    """Close the bilan, as it stands."""
    version = BilanAnnuel.objects.values_list("version", flat=True).first() or 1
    return client.post(f"{base}arreter/", {"version": str(version)}, follow=True).content.decode()


def test_each_side_writes_then_it_is_closed(
    client, connecte, gestionnaire_metz, technicien_metz, gestionnaire_grimaud, convention, base
):
    """C-11, C-20: joint, it waits for both; a technicien reads it and writes nothing; another structure finds nothing."""
    convention.bilan = "conjoint"
    convention.save()
    partenaire = connecte(gestionnaire_metz)
    assert connecte(technicien_metz).get(base).status_code == 200
    assert connecte(technicien_metz).get(f"{base}part/").status_code == 403
    assert connecte(gestionnaire_grimaud).get(base).status_code == 404
    assert part(client, base, "Une bonne année.").status_code == 302
    with rien_ne_change():
        assert "Part encore attendue\xa0: le partenaire" in arreter(client, base)
    assert part(partenaire, base, "Des délais à tenir.").status_code == 302
    assert partenaire.post(f"{base}arreter/", {"version": "3"}).status_code == 403
    assert "Le bilan est arrêté" in arreter(client, base)
    assert Preuve.objects.get(convention=convention).nature == "bilan"
    texte = texte_du_pdf(partenaire.get(f"{base}bilan.pdf").content)
    assert "Une bonne année." in texte
    assert "Des délais à tenir." in texte
    with rien_ne_change():
        reponse = client.post(f"{base}part/", {"texte": "Autre chose.", "version": "3"})
        assert reponse.status_code == 409
        assert "Autre chose." in reponse.content.decode()


def test_closed_it_changes_no_more(client, technicien_metz, convention, base, metz):
    """C-21: what comes after changes neither the page nor the document."""
    part(client, base, "Une bonne année.")
    arreter(client, base)
    avant = texte_du_pdf(client.get(f"{base}bilan.pdf").content)
    for _ in range(12):
        instruction.annuler(deposer(technicien_metz), texte="", par=technicien_metz)
    metz.nom = "Eurométropole de Metz"
    metz.save()
    assert texte_du_pdf(client.get(f"{base}bilan.pdf").content) == avant
    seconde = client.get(base.replace("bilans/1", "bilans/2")).content.decode()
    assert "Eurométropole de Metz" in seconde
    assert "Demandes reçues" in seconde


def test_read_meanwhile(client, connecte, gestionnaire_metz, base):
    """C-21: nobody closes a bilan that somebody changed since he read it."""
    part(client, base, "Une bonne année.")
    part(connecte(gestionnaire_metz), base, "Un mot de plus.")
    with rien_ne_change():
        page = client.post(f"{base}arreter/", {"version": "2"}, follow=True).content.decode()
        assert "pendant votre lecture" in page


def test_not_before_the_end_of_the_year(client, convention, base):
    """C-21: the figures of a year that runs still change; a year to come does not exist."""
    seconde = base.replace("bilans/1", "bilans/2")
    part(client, seconde, "Déjà.")
    with rien_ne_change():
        assert "ses chiffres changent encore" in arreter(client, seconde)
    assert client.get(base.replace("bilans/1", "bilans/3")).status_code == 404


def test_a_forgotten_year_is_told_to_both(
    client, connecte, gestionnaire_metz, convention, caisse_moselle, metz, base
):
    """C-11: a bilan not made and a comité not held are on the page of both, and recalled once each."""
    convention.comite_pilotage = True
    convention.save()
    caisse_moselle.courriel, metz.courriel = "partenaires@cpam-moselle.example", "contact@metz.example"
    caisse_moselle.save()
    metz.save()
    for une in (client, connecte(gestionnaire_metz)):
        page = une.get(f"/conventions/{convention.reference}/").content.decode()
        assert "Bilan annuel à établir" in page
        assert "Comité de pilotage à réunir" in page
        assert "Bilan annuel à établir" in une.get("/").content.decode()
    assert rappels.rappeler()["oublis"] == 2
    assert rappels.rappeler()["oublis"] == 0
    for gabarit in ("bilan_attendu", "comite_absent"):
        ecrits = CourrielSortant.objects.filter(gabarit=f"conventions/{gabarit}")
        assert set(ecrits.values_list("destinataire", flat=True)) == {caisse_moselle.courriel, metz.courriel}
    part(client, base, "Une bonne année.")
    arreter(client, base)
    veille = caisse_moselle.jour - dt.timedelta(days=1)
    convention.suivis.create(
        nature="comite", jour=veille, caisse=caisse_moselle, tenu=None, saisi_le=convention.creee_le
    )
    page = client.get(f"/conventions/{convention.reference}/").content.decode()
    assert "Bilan annuel à établir" not in page
    assert "Comité de pilotage à réunir" in page
    assert "Dire s’il s’est tenu" in page
