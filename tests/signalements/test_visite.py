"""The page that one takes to the person’s home, and the first day of a technicien."""

import io

import pikepdf
import pytest
from pypdf import PdfReader

from conformite.models.journal import LigneJournal
from signalements.workflow import Statut
from tests.distribution import connecte
from tests.signalements.fabrique import commencer, demande_en, deposer


def test_une_page_a_emporter(technicien_metz, technicien_grimaud, agent_moselle):
    """Who, where it stands, what is still to bring, in one page; told to the journal, given to nobody else."""
    demande = deposer(technicien_metz, "ame", raison_portail="autonomie")
    adresse = f"/demandes/{demande.reference}/fiche-de-visite.pdf"
    client = connecte(technicien_metz)
    assert adresse in client.get(f"/demandes/{demande.reference}/").content.decode()
    recu = b"".join(client.get(adresse))
    assert len(pikepdf.open(io.BytesIO(recu)).pages) == 1
    texte = " ".join(PdfReader(io.BytesIO(recu)).pages[0].extract_text().split())
    for mots in (
        demande.reference,
        "Larivandière",
        "Justificatifs de ressources",
        "Aucun rendez-vous",
        "Notes",
    ):
        assert mots in texte
    assert LigneJournal.objects.get(acte="demande.visite").reference == demande.reference
    for compte in (technicien_grimaud, agent_moselle):
        assert connecte(compte).get(adresse).status_code in (403, 404)
    brouillon = commencer(technicien_metz)
    assert client.get(f"/demandes/{brouillon.reference}/fiche-de-visite.pdf").status_code == 404


@pytest.mark.django_db
def test_le_premier_jour(technicien_metz, collegue_metz, agent_moselle):
    """Who never deposited anything is shown how, on his home page; a colleague’s demandes do not hide it, his first draft does."""
    demande_en(Statut.TRAITEE, collegue_metz, agent_moselle)
    client = connecte(technicien_metz)
    page = client.get("/").content.decode()
    for adresse in ("/aide/deposer/", "/information/assures/"):
        assert adresse in page
        assert client.get(adresse).status_code == 200
    commencer(technicien_metz)
    assert "pas à pas" not in client.get("/").content.decode()
