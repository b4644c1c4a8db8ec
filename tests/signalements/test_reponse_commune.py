"""D-29: one answer for the demandes of one structure about one matter; those of two structures are answered apart."""

import html

import pytest

from signalements.bureau.lots import traiter
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.workflow import Statut
from tests import distribution
from tests.signalements.fabrique import ASSURE, demande_en, deposer

REPONSE = {"repondre-texte": "Les droits sont rouverts.", "repondre-issue": "droits-ouverts"}


@pytest.fixture
def forbach(caisse_moselle):
    """A technicien of another structure of the caisse."""
    structure = distribution.creer_partenaire("90057001300012", "Mission locale de Forbach")
    distribution.creer_convention(structure, caisse_moselle)
    return distribution.creer_compte_actif("technicien.forbach", "technicien", partenaire=structure)


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


def test_une_reponse_ferme_les_deux(technicien_metz, collegue_metz, agent_moselle):
    """Answered by the same words, read together, closed together, told in both histories."""
    une = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    autre = deposer(collegue_metz)
    client = distribution.connecte(agent_moselle)
    page = lue(client.get(f"/tri/{une.reference}/"))
    assert f'value="{autre.reference}"' in page and "Répondre aussi" in page
    reponse = client.post(f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [autre.reference]})
    assert reponse.status_code == 302
    for demande, avec in ((une, autre), (autre, une)):
        demande.refresh_from_db()
        assert (demande.statut, demande.agent, demande.issue) == ("traitee", agent_moselle, "droits-ouverts")
        page = lue(
            distribution.connecte(collegue_metz if demande == une else technicien_metz).get(
                f"/demandes/{demande.reference}/"
            )
        )
        assert "Les droits sont rouverts." in page and f"avec {avec.reference}" in page
    assert not Demande.objects.filter(lue_le=None).exists()
    distribution.connecte(technicien_metz).post(f"/demandes/{autre.reference}/cloturer/")
    assert set(Demande.objects.values_list("statut", flat=True)) == {"cloturee"}


def test_lire_l_une_c_est_lire_l_autre(technicien_metz, agent_moselle):
    """What was read is not taken back, on whichever page it was read (D-24)."""
    une, autre = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    client = distribution.connecte(agent_moselle)
    client.post(f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [autre.reference]})
    distribution.connecte(technicien_metz).get(f"/demandes/{autre.reference}/")
    assert not Demande.objects.filter(lue_le=None).exists()
    assert not Message.objects.filter(nature="reponse", lu_le=None).exists()
    message = une.messages.get(nature="reponse")
    client.post(f"/tri/{une.reference}/messages/{message.pk}/retirer/")
    une.refresh_from_db()
    assert une.statut == Statut.TRAITEE


def test_retiree_d_une_elle_l_est_de_l_autre(technicien_metz, agent_moselle):
    """D-24, D-29: sent by mistake to both, taken back unread from both."""
    une, autre = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    client = distribution.connecte(agent_moselle)
    client.post(f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [autre.reference]})
    message = une.messages.get(nature="reponse")
    assert client.post(f"/tri/{une.reference}/messages/{message.pk}/retirer/").status_code == 302
    assert set(Demande.objects.values_list("statut", "issue")) == {("en_cours", "")}
    assert not Message.objects.filter(nature="reponse").exists()


@pytest.mark.parametrize("cochees", [1, 2])
def test_un_lot_clot_l_une_avec_l_autre(technicien_metz, agent_moselle, cochees):
    """D-29: as their page does; ticked both, both are said closed."""
    une, autre = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    distribution.connecte(agent_moselle).post(
        f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [autre.reference]}
    )
    distribution.connecte(technicien_metz).get(f"/demandes/{une.reference}/")
    references = [une.reference, autre.reference][:cochees]
    resultats = traiter(references, acte="cloturer", par=agent_moselle)
    assert [un.fait for un in resultats] == [True] * cochees
    assert set(Demande.objects.values_list("statut", flat=True)) == {"cloturee"}


def test_une_question_ne_rouvre_que_la_sienne(technicien_metz, agent_moselle):
    """« Il reste une question » is about one of them; the other is closed without it."""
    une, autre = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    distribution.connecte(agent_moselle).post(
        f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [autre.reference]}
    )
    client = distribution.connecte(technicien_metz)
    client.post(f"/demandes/{une.reference}/relancer/", {"relancer-texte": "Depuis quel jour ?"})
    client.post(f"/demandes/{autre.reference}/cloturer/")
    une.refresh_from_db()
    autre.refresh_from_db()
    assert (une.statut, autre.statut) == ("en_cours", "cloturee")


def test_deux_structures_sont_repondues_a_part(technicien_metz, forbach, agent_moselle):
    """Seen together by the agent; not offered, refused all the same, and neither is told of the other."""
    une, ailleurs = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle), deposer(forbach)
    client = distribution.connecte(agent_moselle)
    page = lue(client.get(f"/tri/{une.reference}/"))
    assert ailleurs.reference in page and "Répondre aussi" not in page
    envoi = REPONSE | {"repondre-aussi": [ailleurs.reference]}
    assert client.post(f"/tri/{une.reference}/repondre/", envoi).status_code == 422
    assert set(Demande.objects.values_list("statut", flat=True)) == {"en_cours", "deposee"}
    for compte, autre in ((technicien_metz, ailleurs), (forbach, une)):
        sienne = une if compte == technicien_metz else ailleurs
        assert autre.reference not in lue(distribution.connecte(compte).get(f"/demandes/{sienne.reference}/"))


def test_celle_d_un_collegue_ou_d_une_autre_personne_n_est_pas_offerte(
    technicien_metz, agent_moselle, caisse_moselle
):
    """An agent answers what he may; another person is another matter."""
    collegue = distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))
    une = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    prise = demande_en(Statut.EN_COURS, technicien_metz, collegue)
    personne = deposer(technicien_metz, assure=ASSURE | {"nom": "Autremont", "prenom": "Basile"})
    client = distribution.connecte(agent_moselle)
    assert "Répondre aussi" not in lue(client.get(f"/tri/{une.reference}/"))
    for reference in (prise.reference, personne.reference):
        reponse = client.post(f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [reference]})
        assert reponse.status_code == 422
        assert not Demande.objects.filter(statut="traitee").exists()


def test_prise_entre_temps_rien_ne_part(technicien_metz, agent_moselle, caisse_moselle):
    """A colleague took the other one since the page was shown: nothing leaves, the text is given back."""
    collegue = distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))
    une, autre = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle), deposer(technicien_metz)
    client = distribution.connecte(agent_moselle)
    assert "Répondre aussi" in lue(client.get(f"/tri/{une.reference}/"))
    distribution.connecte(collegue).post(f"/tri/{autre.reference}/prendre-en-charge/")
    reponse = client.post(f"/tri/{une.reference}/repondre/", REPONSE | {"repondre-aussi": [autre.reference]})
    assert reponse.status_code == 422 and REPONSE["repondre-texte"] in lue(reponse)
    une.refresh_from_db()
    assert une.statut == Statut.EN_COURS
