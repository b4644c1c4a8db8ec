"""Both sides of an incident: each reads it and writes its steps, each DPO that was declared is written to (R-08)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conformite.models.journal import LigneJournal
from droits.models.violations import Violation
from fichiers import analyses
from socle.models import CourrielSortant
from tests.droits.test_violations import CANARI, agir, declaration
from tests.fichiers.echantillons import pdf


@pytest.fixture
def declaree(connecte, agent_moselle, caisse_moselle, metz, dpo_moselle, gestionnaire_metz):
    """A violation that the caisse declares for Metz; both sides have a declared DPO."""
    caisse_moselle.dpo_courriel, metz.dpo_courriel = "dpo@cpam-moselle.example", "dpo@metz.example"
    caisse_moselle.save()
    metz.save()
    connecte(agent_moselle).post(
        reverse("violation-nouvelle"), declaration(caisse_moselle, partenaire=metz.pk)
    )
    return Violation.objects.get()


def courriels(gabarit):
    """Return the mails of a kind: address -> text."""
    return dict(CourrielSortant.objects.filter(gabarit=gabarit).values_list("destinataire", "corps"))


def test_the_structure_reads_what_concerns_it(connecte, declaree, gestionnaire_metz):
    """R-08: the mail leads to the page, which says the facts."""
    lettres = courriels("droits/violation_partenaire")
    adresse = reverse("violation", args=[declaree.reference])
    assert adresse in lettres[gestionnaire_metz.email]
    client = connecte(gestionnaire_metz)
    page = client.get(adresse).content.decode()
    assert CANARI in page
    assert "Évaluer le risque" not in page
    assert declaree.reference in client.get(reverse("violations")).content.decode()


def test_declared_dpos_are_written_to(declaree, dpo_moselle, gestionnaire_metz):
    """R-08: the DPO without an account is told who holds the page, without a link that he could not open."""
    lettres = courriels("droits/violation_partenaire")
    assert set(lettres) == {gestionnaire_metz.email, "dpo@metz.example"}
    assert "gestionnaires de votre structure" in lettres["dpo@metz.example"]
    assert "/violations/" not in lettres["dpo@metz.example"]
    assert set(courriels("droits/violation_dpo")) == {dpo_moselle.email, "dpo@cpam-moselle.example"}


def test_each_side_writes_its_steps(connecte, declaree, gestionnaire_metz, dpo_moselle):
    """R-08: what one writes the other reads, and is told; the reasons of an evaluation stay the caisse's."""
    structure, dpo = connecte(gestionnaire_metz), connecte(dpo_moselle)
    agir(structure, declaree, "mesure", texte="Le poste est isolé.")
    assert (
        "Le poste est isolé."
        in agir(dpo, declaree, "mesure", texte="Les liens sont coupés.").content.decode()
    )
    agir(dpo, declaree, "evaluer", risque="risque", texte="Motifs internes.")
    page = structure.get(reverse("violation", args=[declaree.reference])).content.decode()
    assert "Les liens sont coupés." in page
    assert "Un risque" in page
    assert "Motifs internes." not in page
    assert dpo_moselle.nom_complet not in page
    suivies = courriels("droits/violation_suivie")
    assert {gestionnaire_metz.email, "dpo@metz.example", dpo_moselle.email} <= set(suivies)
    assert not CourrielSortant.objects.filter(corps__contains="isolé").exists()
    assert LigneJournal.objects.filter(acte="violation.mesure").count() == 2


def test_each_side_reads_the_documents_of_the_other(
    connecte, declaree, gestionnaire_metz, dpo_moselle, technicien_metz, gestionnaire_grimaud
):
    """R-08: joined to a step, kept sealed with the violation; read by the other side once clean, and by nobody else."""
    structure, dpo = connecte(gestionnaire_metz), connecte(dpo_moselle)
    page = reverse("violation", args=[declaree.reference])
    envoi = {
        "mesure-texte": "Le courrier est joint.",
        "mesure-fichiers": SimpleUploadedFile("constat.pdf", pdf(), "application/pdf"),
    }
    agir = reverse("violation-agir", args=[declaree.reference, "mesure"])
    mauvais = envoi | {"mesure-fichiers": SimpleUploadedFile("x.exe", b"MZ", "application/pdf")}
    assert structure.post(agir, mauvais).status_code == 422
    assert structure.post(agir, envoi).status_code == 302
    document = declaree.documents.get()
    adresse = reverse("violation-document", args=[declaree.reference, document.emplacement])
    assert "analyse en cours" in dpo.get(page).content.decode()
    assert dpo.get(adresse).status_code == 403
    analyses.conclure(document, "sain", "", "essai")
    assert adresse in dpo.get(page).content.decode()
    for client in (dpo, structure):
        assert b"".join(client.get(adresse).streaming_content).startswith(b"%PDF")
    assert LigneJournal.objects.filter(acte="violation.telecharger").count() == 2
    assert connecte(technicien_metz).get(adresse).status_code == 403
    assert connecte(gestionnaire_grimaud).get(adresse).status_code == 404


def test_the_structure_treats_nothing(connecte, declaree, gestionnaire_metz):
    """R-02: assessing, notifying and closing stay the DPO's."""
    client = connecte(gestionnaire_metz)
    for verbe in ("evaluer", "partie", "autorite", "clore"):
        assert agir(client, declaree, verbe, risque="aucun", texte="x").status_code == 403


@pytest.mark.parametrize("qui", ["technicien_metz", "technicien_grimaud", "administrateur_moselle"])
def test_nobody_else(request, connecte, declaree, qui):
    """R-08: a technicien who did not declare it, another structure, an administrateur find nothing."""
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("violation", args=[declaree.reference])).status_code == 404
    assert agir(client, declaree, "mesure", texte="x").status_code == 404
