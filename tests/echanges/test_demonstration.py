"""The exchanges of the demonstration: one reader walks both sides, with the passwords of the mail box (E-09)."""

import datetime as dt

import pytest
from django.urls import reverse

from caisses.actions import charger_referentiels
from conformite.scellement import creer_cles
from demonstration import boite, echanges
from demonstration.conventions import installer
from echanges import calendrier
from echanges.actions import recuperation
from echanges.actions.rapprochements import comparer
from echanges.models.depots import Depot, StatutDepot
from echanges.models.recuperation import StatutDossier
from socle import horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.distribution import connecte
from tests.echanges import fabrique


@pytest.fixture
def convention(db, settings):
    settings.ROOT_URLCONF = "tests.pages.adresses_demo"
    charger_referentiels()
    aujourd_hui = horloge.jour("Europe/Paris")
    creer_cles(aujourd_hui + dt.timedelta(days=400), aujourd_hui - dt.timedelta(days=220))
    caisses, partenaires, conventions = installer(aujourd_hui)
    for nom in ("administrateur", "agent", "superviseur"):
        distribution.creer_compte_actif(
            f"{nom}.hautrhin", Profil(nom), caisses=(caisses["hautrhin"],), fonction="Conseiller"
        )
    distribution.creer_compte_actif(
        "technicien.mdph68", Profil.TECHNICIEN, partenaire=partenaires["mdph68"], fonction="Instructrice"
    )
    assert echanges.installer(conventions[echanges.REFERENCE]) == 5
    return conventions[echanges.REFERENCE]


def test_one_late_some_received_one_to_read(convention, client):
    """E-10: what a visitor finds on both sides."""
    part = convention.participations.select_related("caisse").get()
    etats = [
        une.etat for une in calendrier.echeances(part, part.caisse.jour) if une.flux.code == "mtp-mensuel"
    ]
    assert etats.count("recu") == 2 and "en-retard" in etats
    a_lire = Depot.objects.get(lu_le=None, statut=StatutDepot.DEPOSE)
    technicien = distribution.Compte.objects.get(identifiant="technicien.mdph68")
    visiteur = connecte(technicien)
    assert "Fichier à lire" in visiteur.get("/").content.decode()
    courriel = CourrielSortant.objects.get(pk=a_lire.courriel_id)
    mot_de_passe = fabrique.MOT_DE_PASSE.search(boite.relire(courriel.message_id))[0]
    assert mot_de_passe not in courriel.corps
    pages = [client.get(f"/demo/courriels/?page={rang}").content.decode() for rang in range(1, 12)]
    assert any(mot_de_passe in page for page in pages)
    reponse = visiteur.post(reverse("depot-lecture", args=[a_lire.reference]), {"mot_de_passe": mot_de_passe})
    assert reponse.streaming and reponse.getvalue().startswith(b"PK")


def test_who_has_not_signed_is_asked_to(convention):
    superviseur = distribution.Compte.objects.get(identifiant="superviseur.hautrhin")
    page = connecte(superviseur).get("/").content.decode()
    assert "Engagement de confidentialité" in page


def test_two_lists_are_compared(convention):
    """E-05: who stands in both, and who does not."""
    depot = Depot.objects.select_related("flux", "caisse").get(flux__code="pch-actp")
    assert {une.verdict.value for une in comparer(depot)} == {"certain", "aucun"}


def test_the_indu_can_be_recovered_at_once(convention):
    """E-06: its person is among the new beneficiaries, before the first payment."""
    agent = distribution.Compte.objects.get(identifiant="agent.hautrhin")
    depot = Depot.objects.select_related("flux", "participation__convention", "caisse").get(flux__code="indu")
    assert recuperation.ouvrir_dossiers(par=agent, depot=depot) == 1
    [dossier] = depot.dossiers.all()
    recuperation.calculer_retenue(par=agent, dossier=dossier)
    dossier.refresh_from_db()
    assert dossier.statut == StatutDossier.CALCULE
    recuperation.preparer_mandat(par=agent, dossier=dossier)
