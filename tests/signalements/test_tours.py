"""What was true when a round opened is asked again at its end; what a round opened is closed with it (D-13, D-27)."""

import pytest
import time_machine
from django.utils import timezone

from accounts.actions.comptes import inactiver
from accounts.actions.echeances import effacer_comptes
from accounts.models.compte import Compte
from conformite.jours import terme
from conventions.models.conventions import Participation
from signalements.actions import instruction, orientation, rendez_vous
from signalements.bureau import actions as bureau
from signalements.etiquettes import etiqueter
from signalements.models.etiquettes import Etiquette
from signalements.models.fil import Evenement
from signalements.models.preferences import ARevoir
from signalements.suites import Irrecevable, Issue
from signalements.workflow import Statut, TransitionImpossible
from socle import horloge
from tests import distribution
from tests.signalements.fabrique import commencer, demande_en, deposer
from tests.signalements.test_depot import ATTESTATIONS
from tests.signalements.test_rendez_vous import SOUHAIT, choisir, dans, proposer


def envoyer(technicien, demande):
    client = distribution.connecte(technicien)
    reponse = client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    demande.refresh_from_db()
    return reponse


def test_le_brouillon_part_sous_la_convention_du_jour(technicien_metz, metz, caisse_moselle):
    """D-27, T-06, C-15: replaced meanwhile by one of two months: kept two months, attached to it."""
    demande = commencer(technicien_metz)
    ancienne = demande.participation
    Participation.objects.filter(pk=ancienne.pk).update(fin=caisse_moselle.jour, fin_cause="terme")
    nouvelle = distribution.creer_convention(
        metz, caisse_moselle, debut=caisse_moselle.jour, conservation_mois=2
    )
    assert envoyer(technicien_metz, demande).status_code == 302
    assert demande.participation.convention == nouvelle
    assert demande.terme_le == terme(horloge.maintenant(), 2, caisse_moselle.fuseau)


def test_un_motif_ferme_entre_temps_n_est_pas_envoye(technicien_metz):
    """D-27, C-09."""
    demande = commencer(technicien_metz)
    demande.participation.motifs.remove(demande.motif)
    reponse = envoyer(technicien_metz, demande)
    assert reponse.status_code == 422 and "n’est plus ouvert" in reponse.content.decode()
    assert demande.statut == Statut.BROUILLON


@pytest.fixture
def proposee(technicien_metz, agent_moselle):
    """Slots that wait for the choice of the structure."""
    demande = deposer(technicien_metz, "rdv-ame", **SOUHAIT)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    assert proposer(distribution.connecte(agent_moselle), demande, dans(3), dans(4)).status_code == 302
    demande.refresh_from_db()
    return demande


def test_un_creneau_passe_ne_se_confirme_pas(proposee, technicien_metz):
    """D-13: the hour has come and gone while nobody chose."""
    creneau = proposee.rendez_vous.order_by("debut").first()
    with time_machine.travel(timezone.localtime(creneau.debut)):
        reponse = choisir(distribution.connecte(technicien_metz), proposee, creneau)
        assert reponse.status_code == 422 and "n’est plus proposé" in reponse.content.decode()
        with pytest.raises(rendez_vous.TransitionImpossible):
            rendez_vous.accepter_creneau(proposee, creneau=creneau, par=technicien_metz)


def repondre(demande, technicien, agent):
    instruction.repondre(demande, texte="Voici.", issue=Issue.INFORMATION, par=agent)


def declarer_irrecevable(demande, technicien, agent):
    instruction.declarer_irrecevable(demande, raison=Irrecevable.HORS_MOTIF, texte="Autre.", par=agent)


def annuler(demande, technicien, agent):
    instruction.annuler(demande, texte="", par=technicien)


def clore_sans_reponse(demande, technicien, agent):
    instruction.clore_sans_reponse(demande)


@pytest.mark.parametrize("finir", [repondre, declarer_irrecevable, annuler, clore_sans_reponse])
def test_ce_qui_finit_un_tour_ferme_ses_objets(proposee, technicien_metz, agent_moselle, finir):
    """D-13, D-20, D-21: slots, complement, reminders."""
    bureau.rappeler(proposee, le=proposee.caisse.jour, par=agent_moselle)
    finir(proposee, technicien_metz, agent_moselle)
    proposee.refresh_from_db()
    assert not proposee.rendez_vous.proposes().exists()
    assert (proposee.en_attente_le, proposee.relances) == (None, 0)
    assert not ARevoir.objects.exists()


def test_apres_une_reponse_un_complement_n_offre_aucun_creneau_mort(proposee, technicien_metz, agent_moselle):
    """« Il reste une question », then a complement is asked: the structure writes, it does not choose."""
    repondre(proposee, technicien_metz, agent_moselle)
    instruction.relancer(proposee, texte="Et la suite ?", par=technicien_metz)
    instruction.demander_complement(proposee, texte="Laquelle ?", par=agent_moselle)
    page = distribution.connecte(technicien_metz).get(f"/demandes/{proposee.reference}/").content.decode()
    assert "accepter-creneau" not in page and "completer" in page


def test_ce_que_la_caisse_a_pose_finit_au_transfert(
    technicien_metz, agent_moselle, caisse_var, agent_var, metz
):
    """D-19, D-28: reminder and word of the former caisse; those of the structure stay."""
    distribution.creer_convention(metz, caisse_var)
    demande = deposer(technicien_metz)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    bureau.rappeler(demande, le=dans(3).date(), par=agent_moselle)
    for compte, mot in ((agent_moselle, "Commission"), (technicien_metz, "Permanence")):
        etiqueter(demande, nouvelle=mot, par=compte)
    arrivee = metz.participations.get(caisse=caisse_var)
    orientation.transferer(demande, participation=arrivee, texte="Elle a déménagé.", par=agent_moselle)
    assert not ARevoir.objects.exists()
    assert [str(mot) for mot in Etiquette.objects.all()] == ["Permanence"]
    assert demande.etiquettes.count() == 1


def test_une_cloture_finit_le_rappel(technicien_metz, agent_moselle):
    """D-20: it does not come back when the demande is reopened."""
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    bureau.rappeler(demande, le=dans(3).date(), par=agent_moselle)
    instruction.cloturer_ensemble(demande, par=technicien_metz)
    assert not ARevoir.objects.exists()


def test_une_etape_de_soin_ne_se_lit_pas_dans_une_copie(technicien_metz, agent_moselle):
    """D-03: said on the page of both sides, sealed in the table; noted once."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    instruction.noter_etape(demande, etape="soin", par=agent_moselle)
    with pytest.raises(TransitionImpossible):
        instruction.noter_etape(demande, etape="soin", par=agent_moselle)
    assert (
        "Soin réalisé" in distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/").text
    )
    assert "Soin réalisé" not in str(list(Evenement.objects.values()))


def test_un_compte_efface_quitte_l_historique(
    technicien_metz, agent_moselle, caisse_moselle, administrateur_moselle
):
    """A-14: to whom it was handed over is the account, not its name."""
    autre = distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    orientation.attribuer(demande, agent=autre, texte="À vous.", par=agent_moselle)
    nom, adresse = autre.nom_complet, f"/demandes/{demande.reference}/"
    client = distribution.connecte(technicien_metz)
    assert nom in client.get(adresse).text
    inactiver(autre, par=administrateur_moselle, cause="depart")
    effacer_comptes(Compte.objects.filter(pk=autre.pk))
    assert nom not in client.get(adresse).text
    assert nom not in str(list(Evenement.objects.values()))
