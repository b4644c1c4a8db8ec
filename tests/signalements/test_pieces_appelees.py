"""Pieces are a step of the path, each with its place; one that is missing has its reason, told to the agent (D-06)."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from signalements.pieces.actions import manquantes
from signalements.workflow import Statut
from tests.distribution import connecte
from tests.fichiers.echantillons import pdf
from tests.signalements.fabrique import ASSURE, TEXTE, commencer

ATTESTATIONS = {"accord": "on"}
SAISIE = {**ASSURE, "naissance": "27/03/1985", "texte": TEXTE, "raison_portail": "autonomie"}


@pytest.fixture
def brouillon(technicien_metz):
    return commencer(technicien_metz, "c2s", raison_portail="autonomie")


def fichier(nom: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{nom}.pdf", pdf(texte=nom.encode()))


def test_m7_les_pieces_sont_une_etape(technicien_metz, brouillon):
    """The form leads to them when the motif calls some; one sending brings several, each in its place."""
    client = connecte(technicien_metz)
    suite = client.post(f"/demandes/{brouillon.reference}/brouillon/", SAISIE)
    assert suite.url == f"/demandes/{brouillon.reference}/pieces/"
    page = client.get(suite.url)
    for nature in ("formulaire-c2s", "avis-impot", "ressources"):
        assert f'name="piece_{nature}"' in page.content.decode()
    client.post(
        suite.url,
        {
            "jeton": page.context["form"]["jeton"].value(),
            "piece_formulaire-c2s": [fichier("formulaire")],
            "piece_ressources": [fichier("mai"), fichier("juin")],
        },
    )
    natures = sorted(une.nature for une in brouillon.pieces.all())
    assert natures == ["formulaire-c2s", "ressources", "ressources"] and manquantes(brouillon) == [
        "avis-impot"
    ]


def test_m7_sans_une_piece_on_dit_pourquoi(technicien_metz, agent_moselle, brouillon):
    """Nothing leaves in silence: each missing piece has its reason, sealed, read by the agent."""
    client, adresse = connecte(technicien_metz), f"/demandes/{brouillon.reference}/recapitulatif/"
    refuse = client.post(adresse, ATTESTATIONS)
    assert refuse.status_code == 422
    assert html.unescape(refuse.content.decode()).count("Joignez cette pièce, ou dites pourquoi") == 6
    raisons = {
        "absente_formulaire-c2s": "plus-tard",
        "absente_avis-impot": "deja",
        "absente_ressources": "indisponible",
    }
    assert client.post(adresse, ATTESTATIONS | raisons).status_code == 302
    brouillon.refresh_from_db()
    assert brouillon.statut == Statut.DEPOSEE
    assert brouillon.contenu["attestations"] == ["information", "accord"]
    page = html.unescape(connecte(agent_moselle).get(f"/tri/{brouillon.reference}/").content.decode())
    assert "La caisse l’a déjà" in page and "ne peut pas l’obtenir" in page


def test_m7_un_motif_sans_piece_n_en_demande_pas(technicien_metz):
    """The path of a signalement is not longer."""
    demande = commencer(technicien_metz)
    page = connecte(technicien_metz).get(f"/demandes/{demande.reference}/recapitulatif/").content.decode()
    assert "Pièces qui manquent" not in page
