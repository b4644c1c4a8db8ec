"""An opinion is asked without handing over; a note is one's own."""

import pytest

from conformite.models.journal import LigneJournal
from signalements.models.avis import AvisAttendu
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.workflow import Statut
from socle.models import CourrielSortant
from tests.distribution import connecte
from tests.signalements.fabrique import demande_en


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)


def demander(compte, demande, a_qui):
    champs = {"demander-avis-a_qui": a_qui, "demander-avis-texte": "Le taux tient-il encore ?"}
    return connecte(compte).post(f"/tri/{demande.reference}/demander-avis/", champs)


def donner(client, demande):
    return client.post(f"/tri/{demande.reference}/donner-avis/", {"donner-avis-texte": "Il tient encore."})


def dits(gabarit):
    envois = CourrielSortant.objects.filter(gabarit=f"signalements/{gabarit}")
    return sorted(envois.values_list("destinataire", flat=True))


@pytest.mark.parametrize("a_qui", ["agent", "pole"])
def test_un_avis_sans_remettre(
    a_qui, demande, agent_moselle, superviseur_moselle, technicien_metz, caisse_moselle
):
    """D-22: the one who is asked finds it in his basket, reads it, answers by a note; who asked keeps it and is told."""
    pole = caisse_moselle.poles.exclude(pk=demande.pole_id).order_by("pk")[0]
    superviseur_moselle.poles.add(pole)
    choix = {"agent": f"agent-{superviseur_moselle.pk}", "pole": f"pole-{pole.pk}"}
    demandeur, asked = connecte(agent_moselle), connecte(superviseur_moselle)
    assert donner(asked, demande).status_code == 409, "nobody asked yet"
    assert demander(agent_moselle, demande, choix[a_qui]).status_code == 302
    assert dits("avis_demande") == [superviseur_moselle.email]
    assert demande.reference in asked.get("/tri/?panier=avis").content.decode()
    assert demande.reference not in demandeur.get("/tri/?panier=avis").content.decode()
    page = asked.get(f"/tri/{demande.reference}/").content.decode()
    assert "Le taux tient-il encore" in page and "Donner mon avis" in page
    lues = LigneJournal.objects.filter(acte="demande.lire", reference=demande.reference)
    assert lues.filter(compte=superviseur_moselle.pk).exists()
    assert "Donner mon avis" not in demandeur.get(f"/tri/{demande.reference}/").content.decode()
    assert donner(asked, demande).status_code == 302
    assert dits("avis_donne") == [agent_moselle.email]
    assert donner(asked, demande).status_code == 409, "given once"
    demande = Demande.objects.get(pk=demande.pk)
    assert (demande.agent, demande.statut) == (agent_moselle, Statut.EN_COURS)
    assert "Il tient encore" in demandeur.get(f"/tri/{demande.reference}/").content.decode()
    structure = connecte(technicien_metz).get(f"/demandes/{demande.reference}/").content.decode()
    assert "tient" not in structure and "Avis demandé" not in structure


def test_l_avis_ne_survit_pas_a_la_demande(demande, agent_moselle, superviseur_moselle, agent_var):
    """D-22: of one's own caisse only, and no more once the answer is given."""
    assert demander(agent_moselle, demande, f"agent-{agent_var.pk}").status_code == 422
    assert demander(agent_moselle, demande, f"agent-{superviseur_moselle.pk}").status_code == 302
    reponse = {"repondre-texte": "Les droits sont ouverts.", "repondre-issue": "droits-ouverts"}
    assert connecte(agent_moselle).post(f"/tri/{demande.reference}/repondre/", reponse).status_code == 302
    assert not AvisAttendu.objects.exists()
    assert donner(connecte(superviseur_moselle), demande).status_code == 409


@pytest.mark.parametrize("cote", ["tri", "demandes"])
def test_une_note_pour_soi_seul(cote, demande, request):
    """D-09: its author reads it, no colleague does; sealed as the thread, gone with the demande."""
    noms = {"tri": ("agent_moselle", "superviseur_moselle"), "demandes": ("technicien_metz", "collegue_metz")}
    auteur, collegue = (request.getfixturevalue(nom) for nom in noms[cote])
    adresse, texte = f"/{cote}/{demande.reference}/", "Penser au second courrier."
    champs = {"noter-texte": texte, "noter-pour_moi": "on"}
    assert connecte(auteur).post(f"{adresse}noter/", champs).status_code == 302
    page = connecte(auteur).get(adresse).content.decode()
    assert texte in page and "Note pour vous seul" in page
    autres = [connecte(collegue).get(adresse)]
    autre_cote = {"tri": "demandes", "demandes": "tri"}[cote]
    autres += [
        connecte(request.getfixturevalue(nom)).get(f"/{autre_cote}/{demande.reference}/")
        for nom in noms[autre_cote]
    ]
    assert [(une.status_code, texte in une.content.decode()) for une in autres] == [(200, False)] * 3
    note = Message.objects.get(nature="note_personnelle")
    assert texte.encode() not in bytes(note.texte_scelle)
