"""The table of transitions, case by case: every (state, verb, profile), through the views."""

import pytest

from espace_partenaires.profils import Profil
from signalements.models import Demande
from signalements.workflow import MACHINE, TRANSITIONS, Statut, est_permise
from tests import distribution
from tests.signalements.fabrique import demande_en

# What a form of the verb needs to be valid.
CHAMPS = {
    "demander_complement": {"texte": "Depuis quand ?"},
    "completer": {"texte": "Depuis mai."},
    "repondre": {"texte": "C’est fait.", "issue": "droits-ouverts"},
    "relancer": {"texte": "Et pour les enfants ?"},
    "declarer_irrecevable": {"texte": "Voyez l’autre caisse.", "raison": "autre-caisse"},
    "rouvrir": {"texte": "Un élément nouveau."},
}
VERBES_PARTENAIRE = ("completer", "relancer", "cloturer", "annuler")
VERBES_CAISSE = (
    *("prendre_en_charge", "demander_complement", "repondre", "cloturer", "declarer_irrecevable", "rouvrir"),
)
CAS = [
    (statut, verbe, "partenaire") for statut in Statut for verbe in VERBES_PARTENAIRE if statut != "brouillon"
] + [(statut, verbe, "caisse") for statut in Statut for verbe in VERBES_CAISSE if statut != "brouillon"]


def poster(client, cote: str, demande: Demande, verbe: str):
    slug = verbe.replace("_", "-")
    adresse = f"/{'tri' if cote == 'caisse' else 'demandes'}/{demande.reference}/{slug}/"
    return client.post(adresse, {f"{slug}-{nom}": valeur for nom, valeur in CHAMPS.get(verbe, {}).items()})


@pytest.mark.parametrize(("statut", "verbe", "cote"), CAS)
def test_chaque_etat_chaque_verbe(technicien_metz, agent_moselle, statut, verbe, cote):
    """D-19, D-20, D-21: what the table allows is done; the rest changes nothing and says so."""
    demande = demande_en(statut, technicien_metz, agent_moselle)
    Demande.objects.filter(pk=demande.pk, statut=Statut.TRAITEE).update(lue_le=demande.traitee_le)
    compte = technicien_metz if cote == "partenaire" else agent_moselle
    reponse = poster(distribution.connecte(compte), cote, demande, verbe)
    demande.refresh_from_db()
    if est_permise(verbe, statut, compte.profil):
        assert reponse.status_code == 302, reponse.content.decode()[-2000:]
        assert demande.statut == TRANSITIONS[verbe].vers
    else:
        # Never for this profile: refused; for another state: the page again, with what was typed.
        assert reponse.status_code == (409 if compte.profil in TRANSITIONS[verbe].profils else 403)
        assert demande.statut == statut


@pytest.mark.parametrize("verbe", TRANSITIONS)
@pytest.mark.parametrize("profil", [Profil.GESTIONNAIRE, Profil.DPO, Profil.ADMINISTRATEUR, Profil.NATIONAL])
def test_les_autres_profils_n_ont_aucun_verbe(verbe, profil):
    assert not any(est_permise(verbe, statut, profil) for statut in Statut)


def test_la_machine_ne_fait_que_clore():
    """D-20: the job closes, it does nothing else."""
    assert {v for v, t in TRANSITIONS.items() if MACHINE in t.profils} == {"cloturer", "clore_sans_reponse"}


def test_un_agent_n_agit_que_sur_les_siennes_un_superviseur_sur_toutes(
    technicien_metz, agent_moselle, superviseur_moselle, caisse_moselle
):
    collegue = distribution.creer_compte_actif("collegue.moselle", Profil.AGENT, caisses=(caisse_moselle,))
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    assert poster(distribution.connecte(collegue), "caisse", demande, "repondre").status_code == 403
    assert (
        poster(distribution.connecte(superviseur_moselle), "caisse", demande, "repondre").status_code == 302
    )


def test_la_caisse_ne_clot_qu_apres_lecture(technicien_metz, agent_moselle):
    """D-20: the answer is written and read by the structure before the caisse may close."""
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    client = distribution.connecte(agent_moselle)
    assert poster(client, "caisse", demande, "cloturer").status_code == 403
    distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/")
    assert poster(client, "caisse", demande, "cloturer").status_code == 302


def test_le_second_agent_est_prevenu_et_garde_son_texte(technicien_metz, agent_moselle, superviseur_moselle):
    """Two writers on one demande: one effect; the second reads who was faster, and keeps his text."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    poster(distribution.connecte(superviseur_moselle), "caisse", demande, "repondre")
    reponse = distribution.connecte(agent_moselle).post(
        f"/tri/{demande.reference}/repondre/",
        {"repondre-texte": "Une longue réponse écrite avec soin.", "repondre-issue": "information"},
    )
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "La demande a changé entre-temps" in page and "Une longue réponse écrite avec soin." in page
    assert demande.messages.filter(nature="reponse").count() == 1
