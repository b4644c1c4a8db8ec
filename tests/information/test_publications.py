"""I-01: what a caisse publishes is read by its partenaires and by nobody else; the letter goes to those who asked."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from conformite.models.journal import LigneJournal
from information.models import Abonnement, Publication
from information.tasks import ecrire_la_lettre
from socle import horloge
from socle.models import CourrielSortant
from tests.distribution import connecte

PUBLIER = "/informations/publier/"
ENVOI = {"nature": "actualite", "titre": "Nouveaux plafonds", "texte": "À partir du premier du mois."}


def publier(administrateur, caisse, **champs):
    return connecte(administrateur).post(PUBLIER, ENVOI | {"caisse": caisse.pk} | champs)


def test_i01_publier_puis_lire(administrateur_moselle, technicien_metz, metz, caisse_moselle):
    assert publier(administrateur_moselle, caisse_moselle).status_code == HTTPStatus.FOUND
    assert "Nouveaux plafonds" in connecte(technicien_metz).get("/informations/").content.decode()
    assert (
        LigneJournal.objects.filter(acte="publication.publier", compte=administrateur_moselle.pk).count() == 1
    )


@pytest.mark.parametrize(
    ("personne", "statut"),
    [
        ("technicien_metz", HTTPStatus.OK),
        ("agent_moselle", HTTPStatus.OK),
        ("dpo_moselle", HTTPStatus.OK),
        ("national", HTTPStatus.FORBIDDEN),
    ],
)
def test_i01_qui_lit(request, metz, personne, statut):
    """I-01: the people of the structures and of the caisses, nobody else."""
    client = connecte(request.getfixturevalue(personne))
    for adresse in ("/informations/", "/formations/"):
        assert client.get(adresse).status_code == statut


def test_i01_jusqu_a_un_jour_a_venir(administrateur_moselle, caisse_moselle):
    """I-01: shown until a day that is not over."""
    jour = horloge.maintenant().date()
    hier = publier(administrateur_moselle, caisse_moselle, jusqu_au=(jour - dt.timedelta(days=1)).isoformat())
    assert "Ce jour est déjà passé." in hier.content.decode()
    assert Publication.objects.count() == 0
    publier(administrateur_moselle, caisse_moselle, jusqu_au=jour.isoformat())
    assert Publication.objects.get().jusqu_au == jour


def test_i01_un_document_a_son_adresse(administrateur_moselle, caisse_moselle):
    reponse = publier(administrateur_moselle, caisse_moselle, nature="document")
    assert "Indiquez l’adresse du document" in reponse.content.decode()
    reponse = publier(administrateur_moselle, caisse_moselle, nature="document", url="javascript:alert(1)")
    assert "Indiquez une adresse en https" in reponse.content.decode()
    assert Publication.objects.count() == 0
    publier(administrateur_moselle, caisse_moselle, nature="document", url="https://documents.example/a.pdf")
    assert Publication.objects.get().url == "https://documents.example/a.pdf"


def test_i01_pas_de_numero_de_securite_sociale(administrateur_moselle, caisse_moselle):
    reponse = publier(administrateur_moselle, caisse_moselle, texte="Voir 2 55 08 14 168 025 38")
    assert "numéro de sécurité sociale" in reponse.content.decode()
    assert Publication.objects.count() == 0


def test_i01_chez_soi_seulement(
    administrateur_moselle, administrateur_var, technicien_grimaud, technicien_metz, metz, caisse_moselle
):
    publier(administrateur_moselle, caisse_moselle)
    publication = Publication.objects.get()
    assert "Nouveaux plafonds" not in connecte(technicien_grimaud).get("/informations/").content.decode()
    adresse = reverse("publication-retirer", args=[publication.pk])
    assert connecte(administrateur_var).post(adresse).status_code == HTTPStatus.NOT_FOUND
    assert connecte(technicien_metz).post(adresse).status_code == HTTPStatus.FORBIDDEN
    # Another caisse's administrateur cannot publish there: what he would send is not read, his own caisse is.
    assert publier(administrateur_var, caisse_moselle).status_code == HTTPStatus.FOUND
    assert connecte(technicien_metz).get(PUBLIER).status_code == HTTPStatus.FORBIDDEN
    publication.refresh_from_db()
    assert publication.retiree_le is None
    assert Publication.objects.filter(caisse=caisse_moselle).count() == 1


def test_i01_ce_qui_est_retire_ou_passe_ne_se_voit_plus(
    administrateur_moselle, technicien_metz, metz, caisse_moselle
):
    publier(administrateur_moselle, caisse_moselle)
    publication = Publication.objects.get()
    page = connecte(technicien_metz)
    connecte(administrateur_moselle).post(reverse("publication-retirer", args=[publication.pk]))
    assert "Nouveaux plafonds" not in page.get("/informations/").content.decode()
    Publication.objects.update(retiree_le=None, jusqu_au=horloge.maintenant().date() - dt.timedelta(days=1))
    assert "Nouveaux plafonds" not in page.get("/informations/").content.decode()


@pytest.fixture
def abonnee(technicien_metz, metz):
    assert (
        connecte(technicien_metz).post("/informations/abonner/", {"oui": "1"}).status_code == HTTPStatus.FOUND
    )
    return technicien_metz


def lettres():
    ecrire_la_lettre.apply().get()
    return CourrielSortant.objects.filter(gabarit="information/lettre")


def test_i01_la_lettre_une_fois_par_semaine(abonnee, administrateur_moselle, collegue_metz, caisse_moselle):
    assert lettres().count() == 0
    publier(administrateur_moselle, caisse_moselle)
    assert [lettre.destinataire for lettre in lettres()] == [abonnee.email]
    assert "Nouveaux plafonds" in lettres().get().corps
    publier(administrateur_moselle, caisse_moselle, titre="Autre nouvelle")
    assert lettres().count() == 1
    Abonnement.objects.update(lettre_le=horloge.maintenant() - dt.timedelta(days=8))
    assert lettres().count() == 2
    # What came before was told already, and nothing is new: no third letter.
    Abonnement.objects.update(lettre_le=horloge.maintenant())
    assert lettres().count() == 2


def test_i01_se_desabonner(abonnee, administrateur_moselle, caisse_moselle):
    connecte(abonnee).post("/informations/abonner/", {"oui": "0"})
    publier(administrateur_moselle, caisse_moselle)
    assert lettres().count() == 0
    assert connecte(administrateur_moselle).post("/informations/abonner/", {"oui": "1"}).status_code == 403
    assert Abonnement.objects.count() == 0
