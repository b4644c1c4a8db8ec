"""What was sent by mistake is taken back while unread; afterwards its destruction is asked (D-24)."""

import pytest

from conformite.gels import lever_gel, poser_gel
from conformite.models.journal import LigneJournal
from droits.models.violations import Violation
from signalements.actions import instruction
from signalements.actions.retraits import retirer_message
from signalements.models.pieces import Piece
from signalements.suites import Issue
from signalements.workflow import Statut, TransitionImpossible
from tests.distribution import connecte, creer_compte_actif
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


@pytest.fixture
def collegue_moselle(caisse_moselle):
    return creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))


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
    adresse = f"/demandes/{demande.reference}/messages/{message.pk}/demander-destruction/"
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
    assert (
        f"{seconde.emplacement}/retirer/" not in lue and f"{seconde.emplacement}/demander-destruction/" in lue
    )
    assert client.post(f"{page}{seconde.emplacement}/retirer/").status_code == 403
    declaration = client.post(f"{page}{seconde.emplacement}/demander-destruction/").url
    assert "merci de détruire la pièce" in tri.get(f"/tri/{demande.reference}/").content.decode()
    # What it was filled with is enough: sent as it came, but for the hour, which is its own.
    form = client.get(declaration).context["form"]
    rempli = {nom: valeur for nom in form.fields if (valeur := form[nom].value()) not in (None, "", False)}
    assert demande.reference in rempli["description"] and seconde.nom not in rempli["description"]
    assert (
        client.post(declaration, rempli | {"connue_le": f"{rempli['connue_le']:%d/%m/%Y %H:%M}"}).status_code
        == 302
    )
    assert Violation.objects.get().caisse == demande.caisse


def test_d24_la_caisse_retire_un_message_non_lu(technicien_metz, agent_moselle, collegue_moselle, demande):
    """D-24: the same on the other side, by who has the demande; the structure never reads it."""
    instruction.ecrire(demande, texte=SECRET, par=agent_moselle)
    message = demande.messages.get(cote="caisse")
    client, adresse = connecte(agent_moselle), f"/tri/{demande.reference}/messages/{message.pk}/retirer/"
    assert adresse in client.get(f"/tri/{demande.reference}/").content.decode()
    collegue = connecte(collegue_moselle)
    assert adresse not in collegue.get(f"/tri/{demande.reference}/").content.decode()
    assert collegue.post(adresse).status_code == 403
    assert connecte(technicien_metz).post(adresse).status_code == 403
    assert client.post(adresse).status_code == 302
    page = connecte(technicien_metz).get(f"/demandes/{demande.reference}/").content.decode()
    assert SECRET not in page and "Message retiré avant lecture" in page


@pytest.mark.parametrize("statut", [Statut.TRAITEE, Statut.EN_ATTENTE])
def test_d24_une_reponse_retiree_rend_la_demande_a_l_agent(technicien_metz, agent_moselle, statut):
    """D-24: an answer, or a complement asked, for somebody else: the demande is in hand again, the promise where it was."""
    demande = demande_en(statut, technicien_metz, agent_moselle)
    promesse, client = demande.promise_le, connecte(agent_moselle)
    message = demande.messages.get(cote="caisse")
    client.post(f"/tri/{demande.reference}/messages/{message.pk}/retirer/")
    demande.refresh_from_db()
    assert (demande.statut, demande.promise_le, demande.issue) == (Statut.EN_COURS, promesse, "")
    assert demande.traitee_le is None and demande.en_attente_le is None and not demande.messages.exists()
    page = connecte(technicien_metz).get(f"/demandes/{demande.reference}/").content.decode()
    assert "Envoi retiré avant lecture" in page and message.texte not in page
    instruction.repondre(demande, texte="La bonne réponse.", issue=Issue.INFORMATION, par=agent_moselle)


@pytest.mark.parametrize("statut", [Statut.TRAITEE, Statut.EN_ATTENTE])
def test_d24_une_reponse_lue_ne_se_retire_plus(technicien_metz, agent_moselle, statut):
    """D-24: read one second before: nothing moves, and its destruction may be asked."""
    demande = demande_en(statut, technicien_metz, agent_moselle)
    message, client = demande.messages.get(cote="caisse"), connecte(agent_moselle)
    connecte(technicien_metz).get(f"/demandes/{demande.reference}/")
    refus = client.post(f"/tri/{demande.reference}/messages/{message.pk}/retirer/")
    assert refus.status_code == 409 and "a lu ce message entre-temps" in refus.content.decode()
    demande.refresh_from_db()
    assert demande.statut == statut and demande.messages.filter(pk=message.pk).exists()
    page = client.get(f"/tri/{demande.reference}/").content.decode()
    assert f"/messages/{message.pk}/demander-destruction/" in page


def test_d24_la_raison_d_une_fin_ne_se_retire_pas_sans_la_fin(technicien_metz, agent_moselle):
    demande = demande_en(Statut.IRRECEVABLE, technicien_metz, agent_moselle)
    adresse = f"/tri/{demande.reference}/messages/{demande.messages.get().pk}/retirer/"
    assert connecte(agent_moselle).post(adresse).status_code == 403


def test_d24_la_caisse_detruit_ce_qui_lui_a_ete_envoye_par_erreur(
    technicien_metz, agent_moselle, collegue_moselle, demande, message
):
    """D-24: asked, then done by who has the demande, told to who asked; nothing is left, nor done without asking."""
    client, tri = connecte(technicien_metz), connecte(agent_moselle)
    piece = piece_saine(demande)
    b"".join(tri.get(f"/tri/{demande.reference}/pieces/{piece.emplacement}/").streaming_content)
    tri.get(f"/tri/{demande.reference}/")
    fins = f"pieces/{piece.emplacement}", f"messages/{message.pk}"
    for fin in fins:
        assert tri.post(f"/tri/{demande.reference}/{fin}/detruire/").status_code == 403
        assert client.post(f"/demandes/{demande.reference}/{fin}/demander-destruction/").status_code == 302
        assert client.post(f"/demandes/{demande.reference}/{fin}/detruire/").status_code == 403
        assert connecte(collegue_moselle).post(f"/tri/{demande.reference}/{fin}/detruire/").status_code == 403
    assert demande.messages.filter(cote="partenaire").count() == 3
    page = tri.get(f"/tri/{demande.reference}/").content.decode()
    for fin in fins:
        adresse = f"/tri/{demande.reference}/{fin}/detruire/"
        assert adresse in page and "copies que vous en avez faites" in tri.get(adresse).content.decode()
        assert tri.post(adresse).status_code == 302
    assert not demande.pieces.exists() and not demande.messages.filter(pk=message.pk).exists()
    apres = client.get(f"/demandes/{demande.reference}/").content.decode()
    assert SECRET not in apres and apres.count("Détruit à la demande de qui l’avait envoyé") == 2
    assert LigneJournal.objects.filter(acte="demande.detruire", reference=demande.reference).count() == 2


def test_d24_la_structure_detruit_ce_que_la_caisse_lui_a_envoye_par_erreur(
    technicien_metz, agent_moselle, dpo_moselle, demande
):
    """D-24: the other way round, after the end too; a hold of the DPO keeps it, and the declaration comes filled in."""
    instruction.ecrire(demande, texte=SECRET, par=agent_moselle)
    message = demande.messages.get(cote="caisse")
    client, tri = connecte(technicien_metz), connecte(agent_moselle)
    client.get(f"/demandes/{demande.reference}/")
    instruction.annuler(demande, texte="", par=technicien_metz)
    declaration = tri.post(f"/tri/{demande.reference}/messages/{message.pk}/demander-destruction/")
    form = tri.get(declaration.url).context["form"]
    assert (
        form.initial["partenaire"] == demande.partenaire_id
        and "à la structure" in form.initial["description"]
    )
    adresse = f"/demandes/{demande.reference}/messages/{message.pk}/detruire/"
    assert adresse in client.get(f"/demandes/{demande.reference}/").content.decode()
    fuseau, fin = demande.caisse.fuseau, demande.terme_le
    gel = poser_gel(demande, raison="droits", jusqu_a=fin, fuseau=fuseau, par=dpo_moselle)
    assert client.post(adresse).status_code == 403
    lever_gel(gel, fuseau=fuseau, par=dpo_moselle)
    assert client.post(adresse).status_code == 302
    assert not demande.messages.filter(pk=message.pk).exists()
