"""The demonstration: a walk whose every step leads somewhere, and a clock that tells what it did."""

from django.test import Client
from django.urls import resolve

from conventions.models.conventions import Participation
from demonstration import distribution, temps
from demonstration.parcours import ETAPES
from socle import horloge
from socle.models import DecalageHorloge


def test_chaque_etape_a_son_compte_et_sa_page(db, settings):
    settings.ROOT_URLCONF = "tests.pages.adresses_demo"
    html = Client().get("/demo/parcours/").content.decode()
    for etape in ETAPES:
        assert etape.compte in distribution.PERSONNES
        assert resolve(etape.adresse)
        assert f"?next={etape.adresse}" in html
    assert 'href="/demo/horloge/"' in html


def test_six_mois_disent_ce_qui_a_ete_fait(technicien_metz, settings, monkeypatch):
    settings.DEMO = True
    part = Participation.objects.get(partenaire=technicien_metz.partenaire)
    depart = horloge.jour("Europe/Paris")
    echeance = part.prochaine_echeance(depart)
    monkeypatch.setattr(temps, "PAS", (echeance - depart) * 2)
    monkeypatch.setattr(
        temps,
        "executer_les_taches",
        lambda: [("conformite.purger", {"demande": 1, "compte": 3}), ("comptes.departs", {"inactives": 2})],
    )
    bilan = temps.avancer(echeance - depart)
    assert bilan["Conventions"] == ["1\N{NO-BREAK SPACE}convention reconduite d’elle-même"]
    assert bilan["Comptes"] == [
        "2\N{NO-BREAK SPACE}comptes inactivés à la date de départ annoncée",
        "3\N{NO-BREAK SPACE}comptes supprimés",
    ]
    assert bilan["Effacement"] == ["1\N{NO-BREAK SPACE}demande effacée, avec ses échanges et ses pièces"]
    temps.reculer_au_present()
    assert not DecalageHorloge.objects.exists()


def test_la_page_de_l_horloge_montre_le_bilan(db, settings, monkeypatch):
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.pages.adresses_demo"
    monkeypatch.setattr(temps, "executer_les_taches", lambda: [("conformite.purger", {"demande": 4})])
    html = Client().post("/demo/horloge/", {"saut": "jour"}).content.decode()
    temps.reculer_au_present()
    assert "Effacement" in html
    assert "4\N{NO-BREAK SPACE}demandes effacées" in html
