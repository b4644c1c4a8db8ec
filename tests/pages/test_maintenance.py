"""D-16: maintenance is announced beforehand on every page; another channel is shown when the portal is down."""

import datetime as dt
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings as reglages
from django.db import OperationalError

from caisses.models import VecteurContact
from conformite.models.journal import LigneJournal
from espace_partenaires import indisponible, maintenance
from socle import horloge
from socle.models import Maintenance, MaintenanceQuerySet

ADRESSE = "/national/maintenances/"
# 28 November 2026 06:00 in Paris.
DEBUT = dt.datetime(2026, 11, 28, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def a(monkeypatch):
    """Return a function that sets the portal's clock."""
    monkeypatch.setattr(horloge, "maintenant", lambda: DEBUT - dt.timedelta(days=3))
    return lambda instant: monkeypatch.setattr(horloge, "maintenant", lambda: instant)


def prevue(**champs) -> Maintenance:
    valeurs = {
        "debut": DEBUT,
        "fin": DEBUT + dt.timedelta(hours=2),
        "annoncee_le": DEBUT - dt.timedelta(days=4),
    }
    return Maintenance.objects.create(**valeurs | champs)


def test_annoncee_sur_toutes_les_pages_avec_un_autre_canal(client, db, a):
    prevue(message="Le dépôt sera fermé.")
    html = client.get("/connexion/").content.decode()
    assert "Maintenance prévue samedi 28\xa0novembre\xa02026 de 6\xa0h à 8\xa0h (heure de Paris)." in html
    assert "Le dépôt sera fermé." in html
    assert 'href="/aide/autres-moyens/"' in html


def test_en_cours_puis_finie(client, db, a):
    prevue()
    a(DEBUT)
    assert "Maintenance en cours jusqu’à 8\xa0h" in client.get("/aide/").content.decode()
    a(DEBUT + dt.timedelta(hours=2))
    assert "Maintenance en cours" not in client.get("/aide/").content.decode()


def test_sans_base_la_page_s_affiche_quand_meme(monkeypatch, db):
    def en_panne(*_):
        raise OperationalError

    monkeypatch.setattr(MaintenanceQuerySet, "a_afficher", en_panne)
    assert maintenance.annonces() == []


def test_sur_deux_jours(db):
    ligne = prevue(fin=DEBUT + dt.timedelta(hours=20, minutes=30))
    assert maintenance.phrase(ligne, en_cours=False) == (
        "Maintenance prévue du samedi 28\xa0novembre\xa02026 à 6\xa0h au dimanche 29\xa0novembre\xa02026 à 2\xa0h\xa030"
        " (heure de Paris)."
    )


def test_l_administrateur_national_annonce_puis_retire(national, connecte, a):
    client = connecte(national)
    donnees = {"debut": "2026-11-28T06:00", "fin": "2026-11-28T08:00", "message": "Mise à jour"}
    assert client.post(ADRESSE, donnees).status_code == HTTPStatus.FOUND
    ligne = Maintenance.objects.get()
    assert ligne.debut == DEBUT
    assert "Maintenance prévue" in client.get("/").content.decode()
    assert client.post(f"{ADRESSE}{ligne.pk}/annuler/").status_code == HTTPStatus.FOUND
    assert "Maintenance prévue" not in client.get("/").content.decode()
    # A second press changes nothing.
    client.post(f"{ADRESSE}{ligne.pk}/annuler/")
    actes = LigneJournal.objects.filter(acte__startswith="maintenance.").order_by("pk")
    assert [ligne.acte for ligne in actes] == ["maintenance.annoncer", "maintenance.annuler"]


@pytest.mark.parametrize(
    ("debut", "fin"),
    [
        ("2026-11-28T08:00", "2026-11-28T06:00"),
        ("2026-11-20T06:00", "2026-11-20T08:00"),
        ("", "2026-11-20T08:00"),
        ("demain", "2026-11-28T06:00"),
        ("0001-01-01T00:00", "9999-12-31T23:59:59.999999"),
    ],
)
def test_une_saisie_fausse_est_expliquee(national, connecte, a, debut, fin):
    response = connecte(national).post(ADRESSE, {"debut": debut, "fin": fin, "message": "m\u202e"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    html = response.content.decode()
    assert "<title>Erreur : Maintenances" in html
    assert not Maintenance.objects.exists()


@pytest.mark.parametrize("nom", ["administrateur_moselle", "technicien_metz", "agent_moselle"])
def test_personne_d_autre(request, connecte, nom):
    client = connecte(request.getfixturevalue(nom))
    assert client.get(ADRESSE).status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"{ADRESSE}{prevue().pk}/annuler/").status_code == HTTPStatus.FORBIDDEN


def test_annuler_ce_qui_n_existe_pas(national, connecte):
    assert connecte(national).post(f"{ADRESSE}999/annuler/").status_code == HTTPStatus.NOT_FOUND


def test_la_page_de_secours_offre_une_issue():
    """The page that the proxy shows when nothing else answers: try again, or reach the caisse otherwise."""
    html = (Path(reglages.BASE_DIR) / "deploiement/maintenance/index.html").read_text()
    assert '<a href="/">Réessayer</a>' in html and "3646" in html
    assert "src=" not in html and "/static/" not in html


def test_la_page_indisponible_donne_les_autres_moyens(caisse_moselle, caisse_var, settings, tmp_path, a):
    settings.DOSSIER_INDISPONIBLE = tmp_path / "indisponible"
    VecteurContact.objects.create(
        caisse=caisse_moselle,
        canal="bal",
        libelle="Accès aux droits",
        valeur="droits@moselle.example",
        ordre=2,
    )
    VecteurContact.objects.create(caisse=caisse_moselle, canal="portail", libelle="Le portail", ordre=1)
    prevue()
    assert indisponible.ecrire_page_indisponible() == {"caisses": 2}
    html = (tmp_path / "indisponible/index.html").read_text()
    assert "droits@moselle.example" in html
    assert "Le portail<" not in html
    assert "3646" in html
    assert "Maintenance prévue" in html
    assert [f.name for f in (tmp_path / "indisponible").iterdir()] == ["index.html"]
    # It must stand alone: nothing is fetched.
    assert "src=" not in html
    assert "/static/" not in html


def test_l_aide_donne_les_memes_moyens(client, caisse_moselle):
    VecteurContact.objects.create(
        caisse=caisse_moselle, canal="telephone", libelle="Ligne des partenaires", valeur="03 87 00 00 00"
    )
    assert "03\xa087\xa000\xa000\xa000" in client.get("/aide/autres-moyens/").content.decode()
