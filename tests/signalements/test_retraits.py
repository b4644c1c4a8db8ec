"""What was sent by mistake is taken back while unread; afterwards its destruction is asked (D-24)."""

import pytest

from conformite.models.journal import LigneJournal
from signalements.actions import instruction
from signalements.actions.retraits import retirer_message
from signalements.models.pieces import Piece
from signalements.workflow import Statut, TransitionImpossible
from tests.distribution import connecte
from tests.fichiers.conftest import piece_saine
from tests.signalements.fabrique import demande_en

SECRET = "Un mot pour quelqu’un d’autre."


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)


@pytest.fixture
def message(demande, technicien_metz):
    instruction.ecrire(demande, texte=SECRET, par=technicien_metz)
    return demande.messages.get(cote="partenaire")


def test_m8_un_message_non_lu_se_retire(technicien_metz, agent_moselle, demande, message):
    """From its page: destroyed, told in the history, and the caisse never reads it."""
    client = connecte(technicien_metz)
    adresse = f"/demandes/{demande.reference}/messages/{message.pk}/retirer/"
    assert adresse in client.get(f"/demandes/{demande.reference}/").content.decode()
    assert "ne le verra pas" in client.get(adresse).content.decode()
    assert client.post(adresse).status_code == 302
    page = connecte(agent_moselle).get(f"/tri/{demande.reference}/").content.decode()
    assert SECRET not in page and "Message retiré avant lecture" in page
    assert LigneJournal.objects.filter(acte="demande.retirer_message", reference=demande.reference).exists()


def test_m8_un_message_lu_ne_se_retire_plus(
    technicien_metz, technicien_grimaud, agent_moselle, demande, message
):
    """Read meanwhile: nothing is removed; the destruction is asked in the thread, the violation comes filled in."""
    client, tri = connecte(technicien_metz), connecte(agent_moselle)
    tri.get(f"/tri/{demande.reference}/")
    with pytest.raises(TransitionImpossible):
        retirer_message(message, par=technicien_metz)
    client.post(f"/demandes/{demande.reference}/messages/{message.pk}/retirer/")
    assert demande.messages.filter(pk=message.pk).exists()
    adresse = f"/demandes/{demande.reference}/messages/{message.pk}/destruction/"
    assert adresse in client.get(f"/demandes/{demande.reference}/").content.decode()
    declaration = client.post(adresse)
    assert declaration.url == f"/violations/nouvelle/?demande={demande.reference}"
    form = client.get(declaration.url).context["form"]
    assert form.initial["caisse"] == demande.caisse_id and demande.reference in form.initial["description"]
    assert "merci de détruire notre message" in tri.get(f"/tri/{demande.reference}/").content.decode()
    ailleurs = connecte(technicien_grimaud).get(declaration.url).context["form"]
    assert not ailleurs.initial


def test_m8_une_piece_non_ouverte_se_retire(technicien_metz, agent_moselle, demande):
    """Until the caisse opens it; afterwards its destruction is asked."""
    client, page = connecte(technicien_metz), f"/demandes/{demande.reference}/pieces/"
    premiere, seconde = piece_saine(demande), piece_saine(demande)
    assert f"{premiere.emplacement}/retirer/" in client.get(page).content.decode()
    assert client.post(f"{page}{premiere.emplacement}/retirer/").status_code == 302
    assert not Piece.objects.filter(pk=premiere.pk).exists()
    tri = connecte(agent_moselle)
    assert "Pièce retirée avant lecture" in tri.get(f"/tri/{demande.reference}/").content.decode()
    b"".join(tri.get(f"/tri/{demande.reference}/pieces/{seconde.emplacement}/").streaming_content)
    lue = client.get(page).content.decode()
    assert f"{seconde.emplacement}/retirer/" not in lue and f"{seconde.emplacement}/destruction/" in lue
    assert client.post(f"{page}{seconde.emplacement}/retirer/").status_code == 403
    client.post(f"{page}{seconde.emplacement}/destruction/")
    assert "merci de détruire la pièce" in tri.get(f"/tri/{demande.reference}/").content.decode()
