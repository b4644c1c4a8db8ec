"""Where a demande goes: agent, pôle, other caisse (D-11, D-19)."""

import pytest

from signalements.actions import instruction
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import demande_en

MOT = "Ce dossier relève de votre pôle."


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)


@pytest.fixture
def avec_le_var(metz, caisse_var):
    distribution.creer_convention(metz, caisse_var)
    return caisse_var


def transferer(client, demande, participation, texte="La personne a déménagé dans le Var."):
    return client.post(
        f"/tri/{demande.reference}/transferer/",
        {"transferer-participation": participation.pk, "transferer-texte": texte},
    )


def test_transfert_a_une_caisse_liee_a_la_structure(
    demande, avec_le_var, metz, technicien_metz, agent_moselle, agent_var
):
    """D-19: reference, reception and term stay; delays restart; notes do not travel; the former caisse sees it no more."""
    instruction.noter(demande, texte="Note réservée à Metz.", par=agent_moselle)
    avant = Demande.objects.values("reference", "deposee_le", "terme_le").get(pk=demande.pk)
    arrivee = metz.participations.get(caisse=avec_le_var)
    client = distribution.connecte(agent_moselle)
    reponse = transferer(client, demande, arrivee)
    assert (reponse.status_code, reponse.url) == (302, f"/tri/suivante/?apres={demande.reference}")
    assert Demande.objects.values("reference", "deposee_le", "terme_le").get(pk=demande.pk) == avant
    demande = Demande.objects.get(pk=demande.pk)
    assert (demande.caisse, demande.statut, demande.agent) == (avec_le_var, Statut.DEPOSEE, None)
    assert demande.pole.caisse == avec_le_var
    assert client.get(f"/tri/{demande.reference}/").status_code == 404
    page = distribution.connecte(agent_var).get(f"/tri/{demande.reference}/").content.decode()
    assert "La personne a déménagé" in page and "Note réservée" not in page
    page = distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/").content.decode()
    assert "Transférée à une autre caisse" in page and "CPAM du Var" in page
    assert CourrielSortant.objects.filter(gabarit="signalements/transferee").count() == 1


def test_trop_tard_apres_un_transfert_le_texte_est_rendu(demande, avec_le_var, metz, agent_moselle):
    """D-19, D-09: an answer typed on the former page is not sent, and is not lost."""
    client = distribution.connecte(agent_moselle)
    transferer(client, demande, metz.participations.get(caisse=avec_le_var))
    envoi = {"repondre-texte": "Une longue réponse écrite avec soin.", "repondre-issue": "information"}
    reponse = client.post(
        f"/tri/{demande.reference}/repondre/", envoi, headers={"Sec-Fetch-Site": "same-origin"}
    )
    page = reponse.content.decode()
    assert reponse.status_code == 404 and "Une longue réponse écrite avec soin." in page
    assert "confiée à une autre caisse" in page and not demande.messages.filter(nature="reponse").exists()


def test_transfert_impossible_vers_une_caisse_sans_convention(demande, caisse_var, agent_moselle, grimaud):
    """D-19: only a caisse whose convention with the structure has this motif open; a forged one is refused."""
    client = distribution.connecte(agent_moselle)
    assert "Transférer à une autre caisse" not in client.get(f"/tri/{demande.reference}/").content.decode()
    etrangere = grimaud.participations.get()
    assert transferer(client, demande, etrangere).status_code == 403
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS


def test_transfert_impossible_quand_le_motif_y_est_eteint(demande, avec_le_var, metz, agent_moselle):
    arrivee = metz.participations.get(caisse=avec_le_var)
    arrivee.motifs.remove(demande.motif_id)
    assert transferer(distribution.connecte(agent_moselle), demande, arrivee).status_code == 403


def test_orienter_c_est_remettre(demande, technicien_metz, agent_moselle, caisse_moselle, caisse_var):
    """D-22, D-11: the agent leaves, the demande is « à prendre » in the other pôle with a word; the promised date stays."""
    client = distribution.connecte(agent_moselle)
    autre = demande.caisse.poles.exclude(pk=demande.pole_id).order_by("pk")[0]
    etranger = caisse_var.poles.order_by("pk")[0]
    adresse = f"/tri/{demande.reference}/rediriger/"
    la_bas = distribution.creer_compte_actif("labas.moselle", "agent", caisses=(caisse_moselle,))
    la_bas.poles.set([autre])
    mienne = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    promise = demande.promise_le
    for faux in ({"rediriger-pole": etranger.pk, "rediriger-texte": MOT}, {"rediriger-pole": autre.pk}):
        assert client.post(adresse, faux).status_code == 422
    reponse = client.post(adresse, {"rediriger-pole": autre.pk, "rediriger-texte": MOT}, follow=True)
    assert reponse.redirect_chain[-1][0] == f"/tri/{mienne.reference}/"
    assert "La demande est orientée" in reponse.content.decode()
    demande.refresh_from_db()
    assert (demande.pole, demande.agent, demande.statut, demande.promise_le) == (
        *(autre, None, Statut.DEPOSEE),
        promise,
    )
    page = distribution.connecte(la_bas).get(f"/tri/{demande.reference}/").content.decode()
    assert MOT in page and "Note interne" in page
    page = distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/").content.decode()
    assert "Orientée vers un autre pôle" in page and MOT not in page
    assert CourrielSortant.objects.get(gabarit="signalements/orientee").destinataire == la_bas.email
    # Whoever sent it away has no more right to it than another: it is taken again, or not.
    assert "Prendre en charge" in client.get(f"/tri/{demande.reference}/").content.decode()


def test_confier_a_un_collegue(demande, agent_moselle, superviseur_moselle, agent_var):
    """The agent in charge, or a superviseur, hands over to an active agent of the caisse, who is told."""
    client = distribution.connecte(agent_moselle)
    adresse = f"/tri/{demande.reference}/attribuer/"
    assert client.post(adresse, {"attribuer-agent": agent_var.pk}).status_code == 422
    assert client.post(adresse, {"attribuer-agent": superviseur_moselle.pk}).status_code == 422
    reponse = client.post(adresse, {"attribuer-agent": superviseur_moselle.pk, "attribuer-texte": MOT})
    assert (reponse.status_code, reponse.url) == (302, f"/tri/suivante/?apres={demande.reference}")
    demande.refresh_from_db()
    assert demande.agent == superviseur_moselle
    courriel = CourrielSortant.objects.get(gabarit="signalements/attribuee")
    assert courriel.destinataire == superviseur_moselle.email
    assert (
        MOT in distribution.connecte(superviseur_moselle).get(f"/tri/{demande.reference}/").content.decode()
    )
    # It is no longer his to hand over.
    assert (
        client.post(adresse, {"attribuer-agent": agent_moselle.pk, "attribuer-texte": MOT}).status_code == 403
    )


def test_le_transfert_de_deux_agents_a_la_fois_n_a_lieu_qu_une_fois(
    demande, avec_le_var, metz, agent_moselle
):
    arrivee = metz.participations.get(caisse=avec_le_var)
    client = distribution.connecte(agent_moselle)
    assert transferer(client, demande, arrivee).status_code == 302
    assert transferer(client, demande, arrivee).status_code == 404
    assert demande.evenements.filter(verbe="transferer").count() == 1
