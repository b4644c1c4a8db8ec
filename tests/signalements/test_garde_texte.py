"""The guard of texts on the pages of a demande (D-03, D-04): flagged, kept, confirmed, nothing logged."""

from conformite.models.journal import LigneJournal
from signalements.actions import instruction
from tests import distribution
from tests.signalements.fabrique import ASSURE, FICHE, commencer, deposer


def test_un_texte_de_sante_demande_confirmation_des_deux_cotes(technicien_metz, agent_moselle):
    """D-04: flagged beside the field, kept, sent once confirmed; the journal says that it was, never what."""
    demande = deposer(technicien_metz)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    for compte, prefixe in ((technicien_metz, "demandes"), (agent_moselle, "tri")):
        client = distribution.connecte(compte)
        adresse = f"/{prefixe}/{demande.reference}/ecrire/"
        saisie = {"ecrire-texte": "Elle suit une chimiothérapie."}
        page = client.post(adresse, saisie)
        assert page.status_code == 422
        assert "semble contenir une information de santé" in page.content.decode()
        assert "Elle suit une chimiothérapie." in page.content.decode()
        assert client.post(adresse, saisie | {"ecrire-texte_confirme": "on"}).status_code == 302
    assert demande.messages.count() == 2
    lignes = LigneJournal.objects.filter(acte="demande.texte_confirme")
    assert [ligne.details for ligne in lignes] == [{"genres": ["sante"]}] * 2


def test_un_brouillon_confirme_reste_complet(technicien_metz):
    """D-04: what was confirmed on the draft is not asked again at the recap."""
    demande = commencer(technicien_metz, texte="")
    client = distribution.connecte(technicien_metz)
    saisie = {**ASSURE, "naissance": "27/03/1985", **FICHE, "texte": "Son diabète l’épuise."}
    adresse = f"/demandes/{demande.reference}/brouillon/"
    assert client.post(adresse, saisie).status_code == 422
    assert client.post(adresse, saisie | {"texte_confirme": "on"}).status_code == 302
    assert client.get(f"/demandes/{demande.reference}/recapitulatif/").status_code == 200
