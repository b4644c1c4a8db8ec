"""R-01, R-05, R-07: the register says what the engine does; a certificate says what it did."""

import datetime as dt
import html

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from conformite.models.journal import LigneJournal
from conformite.purge import purger
from droits import registre
from droits.certificats import certificat
from droits.models.attestations import AttestationDestruction
from signalements.models.demandes import Demande
from socle import crochets, horloge
from tests.distribution import creer_caisse, creer_convention, creer_partenaire
from tests.droits.test_notices import texte as texte_du_pdf
from tests.signalements.fabrique import commencer


def test_r01_every_category_that_has_a_duration_is_in_the_register():
    assert registre.non_inscrits() == []
    assert registre.sans_duree() == []


def test_r01_the_duration_is_the_one_that_the_engine_applies():
    declaree = crochets.retention["signalements.demande"]
    (categorie, duree), *_ = registre.durees(registre.TRAITEMENTS[0])
    assert categorie == declaree.categorie
    assert declaree.duree in duree
    assert declaree.depart in duree


def lu(brut: str) -> str:
    """Words alone: no entity, no hyphen of a line's end, plain spaces."""
    return " ".join(html.unescape(brut).replace("\u00ad", "").split())


@pytest.mark.parametrize("qui", ["dpo_moselle", "administrateur_moselle", "national"])
def test_r01_the_register_is_read_and_printed(request, connecte, qui):
    client = connecte(request.getfixturevalue(qui))
    page = lu(client.get(reverse("registre")).content.decode())
    document = lu(texte_du_pdf(client.get(reverse("registre-pdf")).content))
    for un in registre.TRAITEMENTS:
        fiche = (un.nom, un.finalite, un.base, un.donnees, un.personnes, un.destinataires, un.mesures)
        durees = (morceau for ligne in registre.durees(un) for morceau in ligne)
        for morceau in map(lu, (*fiche, *durees)):
            assert morceau in page, morceau
            assert morceau.replace(" ", "") in document.replace(" ", ""), morceau


@pytest.mark.parametrize("qui", ["technicien_metz", "gestionnaire_metz", "agent_moselle"])
def test_r01_nobody_else_reads_it(request, connecte, qui):
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("registre")).status_code == 403
    assert client.get(reverse("registre-pdf")).status_code == 403


# --- Certificates


@pytest.fixture
def participation(metz):
    return metz.participations.get()


def test_r05_the_certificate_counts_what_was_destroyed_and_what_is_left(participation, technicien_metz):
    un = commencer(technicien_metz)
    avant = horloge.maintenant()
    assert certificat(participation)["restantes"] == 1
    with time_machine.travel(avant + dt.timedelta(days=31)):
        purger()
        dit = certificat(participation)
        mois = horloge.jour("Europe/Paris").replace(day=1)
    assert not Demande.objects.filter(pk=un.pk).exists()
    assert (dit["detruites"], dit["restantes"], dit["par_mois"]) == (1, 0, [(mois, 1)])


@pytest.mark.parametrize("qui", ["gestionnaire_metz", "dpo_moselle", "administrateur_moselle"])
def test_r05_the_parties_take_the_certificate(request, connecte, participation, qui):
    client = connecte(request.getfixturevalue(qui))
    assert (
        reverse("certificat-pdf", args=[participation.pk])
        in client.get(reverse("certificats")).content.decode()
    )
    reponse = client.get(reverse("certificat-pdf", args=[participation.pk]))
    assert reponse.content.startswith(b"%PDF")


def test_three_hundred_partnerships_are_cut_into_pages_and_searched(connecte, dpo_moselle, participation):
    """caisse m13: twenty-five a page; by name or SIRET; the pages keep what was asked."""
    for rang in range(30):
        creer_convention(
            creer_partenaire(f"9005700{rang:07d}", f"Structure {rang:02d}"), participation.caisse
        )
    client, adresse = connecte(dpo_moselle), reverse("certificats")
    assert client.get(adresse).text.count("Certificat (PDF)") == 25
    assert client.get(adresse, {"page": 2}).text.count("Certificat (PDF)") == 6
    page = client.get(adresse, {"q": "Structure"}).text
    assert "page=2" in page and "q=Structure" in page
    for dit in ("Structure 07", "90057000000007"):
        assert client.get(adresse, {"q": dit}).text.count("Certificat (PDF)") == 1
    assert "Aucun partenariat trouvé" in client.get(adresse, {"q": "Nulle part"}).text


# --- The attestation of the structure


def finir(participation):
    """End this partnership; another caisse keeps the structure's accounts open (A-13)."""
    creer_convention(participation.partenaire, creer_caisse("ailleurs", "CPAM d’ailleurs", "83"))
    fin = participation.caisse.jour - dt.timedelta(days=2)
    type(participation).objects.filter(pk=participation.pk).update(fin=fin, fin_cause="denonciation")
    return fin


def test_r05_the_gestionnaire_attests_once_after_the_end(
    connecte, gestionnaire_metz, dpo_moselle, participation
):
    client, adresse = connecte(gestionnaire_metz), reverse("attestation", args=[participation.pk])
    refus = client.post(adresse, {"accord": "on"}, follow=True).content.decode()
    assert "n’est pas terminé" in refus
    assert not AttestationDestruction.objects.exists(), "the partnership goes on"
    finir(participation)
    assert adresse in client.get(reverse("certificats")).content.decode()
    sans_accord = client.post(adresse, {})
    assert sans_accord.status_code == 422 and "Cochez la case" in sans_accord.content.decode()
    assert not AttestationDestruction.objects.exists()
    assert "est enregistrée" in client.post(adresse, {"accord": "on"}, follow=True).content.decode()
    une = AttestationDestruction.objects.get()
    assert (une.signataire, une.attestee_le) == (gestionnaire_metz.nom_complet, participation.caisse.jour)
    assert LigneJournal.objects.filter(acte="certificat.attester", compte=gestionnaire_metz.pk).count() == 1
    assert "déjà attestée" in client.post(adresse, {"accord": "on"}, follow=True).content.decode()
    assert AttestationDestruction.objects.count() == 1
    assert certificat(participation)["attestation"] == une
    document = connecte(dpo_moselle).get(reverse("certificat-pdf", args=[participation.pk])).content
    assert gestionnaire_metz.nom in texte_du_pdf(document)


@pytest.mark.parametrize(
    ("signataire", "decalage", "phrase"),
    [
        ("", 1, "Indiquez qui a signé"),
        ("Mme Essai, directrice", -1, "entre la fin du partenariat et aujourd’hui"),
        ("Mme Essai, directrice", 3, "entre la fin du partenariat et aujourd’hui"),
        ("Mme Essai, directrice", 1, ""),
    ],
)
def test_r05_the_caisse_writes_down_the_letter_that_it_received(
    connecte, dpo_moselle, participation, signataire, decalage, phrase
):
    jour = finir(participation) + dt.timedelta(days=decalage)
    saisie = {"signataire": signataire, "attestee_le": jour.isoformat(), "accord": "on"}
    reponse = connecte(dpo_moselle).post(reverse("attestation", args=[participation.pk]), saisie)
    assert phrase in reponse.content.decode()
    faites = list(AttestationDestruction.objects.values_list("signataire", "attestee_le"))
    assert faites == ([] if phrase else [(signataire, jour)])


def test_r05_the_database_wants_a_name(participation, dpo_moselle):
    with pytest.raises(IntegrityError), transaction.atomic():
        AttestationDestruction.objects.create(
            participation=participation,
            signataire="",
            attestee_le=participation.caisse.jour,
            saisie_le=horloge.maintenant(),
            par=dpo_moselle,
        )


@pytest.mark.parametrize(
    ("qui", "attendu"), [("agent_moselle", 404), ("technicien_metz", 404), ("administrateur_var", 404)]
)
def test_r05_nobody_else_attests(request, connecte, participation, qui, attendu):
    client = connecte(request.getfixturevalue(qui))
    finir(participation)
    reponse = client.post(reverse("attestation", args=[participation.pk]), {"accord": "on"})
    assert reponse.status_code == attendu
    assert not AttestationDestruction.objects.exists()


@pytest.mark.parametrize(
    ("qui", "liste", "document"),
    [
        ("gestionnaire_grimaud", 200, 404),
        ("technicien_metz", 403, 404),
        ("agent_moselle", 403, 404),
        ("agent_var", 403, 404),
        ("national", 403, 404),
    ],
)
def test_r05_nobody_else_takes_it(request, connecte, participation, qui, liste, document):
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("certificats")).status_code == liste
    assert client.get(reverse("certificat-pdf", args=[participation.pk])).status_code == document
