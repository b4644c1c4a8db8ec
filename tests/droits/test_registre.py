"""R-01, R-05, R-07: the register says what the engine does; a certificate says what it did."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from conformite.purge import purger
from droits import registre
from droits.certificats import certificat
from espace_partenaires import horloge, registres
from signalements.models import Demande
from tests.signalements.fabrique import commencer


def test_r01_every_category_that_has_a_duration_is_in_the_register():
    assert registre.non_inscrits() == []
    assert registre.sans_duree() == []


def test_r01_the_duration_is_the_one_that_the_engine_applies():
    declaree = registres.retention["signalements.demande"]
    (categorie, duree), *_ = registre.durees(registre.TRAITEMENTS[0])
    assert categorie == declaree.categorie
    assert declaree.duree in duree
    assert declaree.depart in duree


@pytest.mark.parametrize("qui", ["dpo_moselle", "administrateur_moselle", "national"])
def test_r01_the_register_is_read_and_printed(request, connecte, qui):
    client = connecte(request.getfixturevalue(qui))
    assert "Demandes des partenaires" in client.get(reverse("registre")).content.decode()
    assert client.get(reverse("registre-pdf")).content.startswith(b"%PDF")


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


@pytest.mark.parametrize(
    ("qui", "liste", "document"),
    [
        ("gestionnaire_grimaud", 200, 404),
        ("technicien_metz", 403, 404),
        ("agent_moselle", 403, 403),
        ("agent_var", 403, 404),
        ("national", 403, 404),
    ],
)
def test_r05_nobody_else_takes_it(request, connecte, participation, qui, liste, document):
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("certificats")).status_code == liste
    assert client.get(reverse("certificat-pdf", args=[participation.pk])).status_code == document
