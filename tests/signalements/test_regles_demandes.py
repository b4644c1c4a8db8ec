"""Rules of the life of a demande, each from outside, with the forbidden side: refused, told, nothing changed."""

import datetime as dt
import html

import pytest

from caisses.models import Motif
from signalements.actions import instruction
from signalements.models.demandes import Demande
from signalements.suites import Irrecevable, Issue
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import ASSURE, FICHE, TEXTE, demande_en, deposer

NIR = "2 85 03 57 463 012 54"
TROP_TARD = "La demande a changé entre-temps"


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)


@pytest.fixture
def collegue_moselle(caisse_moselle):
    return distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


def etat(demande):
    """All that an act could change; reading marks are no act."""
    return (
        Demande.objects.values().get(pk=demande.pk) | {"lue_le": None},
        list(demande.messages.order_by("pk").values("pk", "nature", "texte_scelle")),
        list(demande.evenements.order_by("pk").values()),
        list(demande.rendez_vous.order_by("pk").values()),
    )


def agir(compte, demande, verbe, **champs):
    cote = "demandes" if compte.cote_partenaire else "tri"
    envoi = {f"{verbe}-{nom}": valeur for nom, valeur in champs.items()}
    return distribution.connecte(compte).post(f"/{cote}/{demande.reference}/{verbe}/", envoi)


def refuse(compte, demande, verbe, statut, phrase="", **champs):
    """Try, be refused with this status and this sentence, and find nothing changed."""
    avant = etat(demande)
    reponse = agir(compte, demande, verbe, **champs)
    assert reponse.status_code == statut, (compte.identifiant, verbe, reponse.status_code)
    assert phrase in lue(reponse)
    assert etat(demande) == avant


def test_le_fil_entre_la_structure_et_le_service(
    demande, technicien_metz, collegue_metz, agent_moselle, technicien_grimaud, agent_var
):
    """D-10: both sides write, read marks follow; the caisse asks for a complement; the note stays with the caisse."""
    assert agir(agent_moselle, demande, "ecrire", texte="Bonjour.").status_code == 302
    assert agir(agent_moselle, demande, "noter", texte="À vérifier au guichet.").status_code == 302
    assert agir(agent_moselle, demande, "demander-complement", texte="Depuis quand ?").status_code == 302
    page = lue(distribution.connecte(collegue_metz).get(f"/demandes/{demande.reference}/"))
    assert "Bonjour." in page and "Depuis quand ?" in page and "guichet" not in page
    assert "Le délai est suspendu jusqu’à votre réponse." in page
    assert agir(technicien_metz, demande, "completer", texte="Depuis mai.").status_code == 302
    page = lue(distribution.connecte(agent_moselle).get(f"/tri/{demande.reference}/"))
    assert "Depuis mai." in page and "guichet" in page and "Lu " in page


def test_un_message_arrive_apres_la_page_n_est_pas_lu(demande, technicien_metz, agent_moselle):
    """D-10, R-04: read marks are those of the messages on the page, not of one written while it was drawn."""
    instruction.ecrire(demande, texte="Montré.", par=technicien_metz)
    montree = Demande.objects.prefetch_related("messages").get(pk=demande.pk)
    instruction.ecrire(demande, texte="Arrivé entre-temps.", par=technicien_metz)
    instruction.journaliser_lecture(montree, par=agent_moselle)
    marques = {message.texte: message.lu_par for message in demande.messages.all()}
    assert marques["Montré."] == agent_moselle and marques["Arrivé entre-temps."] is None


def test_le_fil_interdit(
    demande,
    technicien_metz,
    agent_moselle,
    collegue_moselle,
    technicien_grimaud,
    agent_var,
    gestionnaire_metz,
    dpo_moselle,
):
    """D-10, D-03: nobody else writes; not an empty word, not a NIR; not once it is over."""
    for compte in (technicien_grimaud, gestionnaire_metz, agent_var, dpo_moselle):
        refuse(compte, demande, "ecrire", 404, texte="Bonjour.")
    refuse(collegue_moselle, demande, "demander-complement", 403, "confiée à Agent Moselle", texte="Quand ?")
    refuse(agent_moselle, demande, "demander-complement", 422, "Écrivez votre message.", texte=" ")
    refuse(agent_moselle, demande, "ecrire", 422, "sécurité sociale", texte=f"Le {NIR}")
    instruction.declarer_irrecevable(demande, raison="doublon", texte="Déjà vue.", par=agent_moselle)
    refuse(agent_moselle, demande, "demander-complement", 409, TROP_TARD, texte="Quand ?")
    refuse(agent_moselle, demande, "ecrire", 409, TROP_TARD, texte="Trop tard.")
    refuse(technicien_metz, demande, "ecrire", 409, TROP_TARD, texte="Trop tard.")


def test_chaque_motif_va_au_service_competent(technicien_metz, agent_moselle):
    """D-11: the pôle of the demande is the one that its motif names."""
    for code in ("saisine-mas", "rdv-ame"):
        demande = deposer(technicien_metz, code, raison_portail="autonomie", lieu="telephone")
        assert demande.pole.code == Motif.objects.get(pk=code).pole_code


def test_orienter_interdit(demande, agent_moselle, collegue_moselle, technicien_metz, caisse_var, agent_var):
    """D-11: not by a colleague, not to a pôle of elsewhere, not once it is over."""
    autre = demande.caisse.poles.exclude(pk=demande.pole_id).order_by("pk")[0]
    etranger = caisse_var.poles.order_by("pk")[0]
    refuse(collegue_moselle, demande, "rediriger", 403, pole=autre.pk, texte="Pour vous.")
    refuse(agent_var, demande, "rediriger", 404, pole=etranger.pk)
    refuse(agent_moselle, demande, "rediriger", 422, "Le formulaire n’a pas été envoyé", pole=etranger.pk)
    refuse(agent_moselle, demande, "rediriger", 422, "Choisissez un pôle.", pole="", texte="Pour vous.")
    refuse(agent_moselle, demande, "rediriger", 422, "Dites en une phrase", pole=autre.pk, texte=" ")
    instruction.declarer_irrecevable(demande, raison="doublon", texte="Déjà vue.", par=agent_moselle)
    refuse(agent_moselle, demande, "rediriger", 409, TROP_TARD, pole=autre.pk, texte="Pour vous.")


def test_rendez_vous_interdits(demande, technicien_metz, agent_moselle, collegue_moselle, technicien_grimaud):
    """D-13: only the agent in charge proposes; only a slot of this demande is chosen, by its structure, once."""
    creneau = {"creneau_1": "14/12/2099 10:30", "duree": 30, "lieu": "caisse", "precisions": "Guichet 3."}
    refuse(collegue_moselle, demande, "proposer-creneaux", 403, "confiée à Agent Moselle", **creneau)
    refuse(technicien_metz, demande, "proposer-creneaux", 404, **creneau)
    refuse(
        agent_moselle, demande, "proposer-creneaux", 422, "Choisissez où aura lieu", **creneau | {"lieu": ""}
    )
    autre = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    for une in (demande, autre):
        assert agir(agent_moselle, une, "proposer-creneaux", **creneau).status_code == 302
    etranger = autre.rendez_vous.get().pk
    refuse(
        technicien_metz, demande, "accepter-creneau", 422, "Ce créneau n’est plus proposé.", creneau=etranger
    )
    refuse(technicien_grimaud, demande, "accepter-creneau", 404, creneau=demande.rendez_vous.get().pk)
    refuse(agent_moselle, demande, "noter-venue", 409, venue="honore")
    sien = demande.rendez_vous.get().pk
    assert agir(technicien_metz, demande, "accepter-creneau", creneau=sien).status_code == 302
    refuse(technicien_metz, demande, "accepter-creneau", 409, TROP_TARD, creneau=sien)
    refuse(agent_moselle, demande, "noter-venue", 409, venue="honore")
    demande.rendez_vous.filter(pk=sien).update(debut=horloge.maintenant())
    refuse(collegue_moselle, demande, "noter-venue", 403, venue="manque")
    client = distribution.connecte(technicien_grimaud)
    assert client.get(f"/demandes/{demande.reference}/rendez-vous.ics").status_code == 404


def test_aucun_courriel_ne_parle_de_la_personne(
    technicien_metz, agent_moselle, superviseur_moselle, metz, caisse_var
):
    """D-14: a whole story of acts; every mail holds the reference and a link, never a word of the demande."""
    secrets = ("Secret du fil", *ASSURE.values(), TEXTE, *(v for v in FICHE.values() if isinstance(v, str)))
    secrets = tuple(mot for mot in secrets if mot not in ("57", "madame"))
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    distribution.creer_convention(metz, caisse_var)
    mot = {"texte": "Secret du fil"}
    agir(agent_moselle, demande, "ecrire", **mot)
    agir(agent_moselle, demande, "demander-complement", **mot)
    agir(technicien_metz, demande, "completer", **mot)
    creneau = {"creneau_1": "14/12/2099 10:30", "duree": 30, "lieu": "caisse", "precisions": "Secret du fil"}
    agir(agent_moselle, demande, "proposer-creneaux", **creneau)
    agir(technicien_metz, demande, "accepter-creneau", creneau=demande.rendez_vous.get().pk)
    agir(agent_moselle, demande, "annuler-rendez-vous", **mot)
    agir(agent_moselle, demande, "attribuer", agent=superviseur_moselle.pk, **mot)
    agir(superviseur_moselle, demande, "repondre", issue="information", **mot)
    agir(technicien_metz, demande, "relancer", **mot)
    agir(superviseur_moselle, demande, "declarer-irrecevable", raison="doublon", **mot)
    agir(superviseur_moselle, demande, "rouvrir", **mot)
    agir(
        superviseur_moselle,
        demande,
        "transferer",
        participation=metz.participations.get(caisse=caisse_var).pk,
        **mot,
    )
    courriels = CourrielSortant.objects.all()
    gabarits = {courriel.gabarit.removeprefix("signalements/") for courriel in courriels}
    assert gabarits == {
        *("accuse_reception", "message_recu", "complement_demande", "complement_apporte", "attribuee"),
        *("rendez_vous_propose", "rendez_vous_accepte", "rendez_vous_confirme", "rendez_vous_annule"),
        "reponse_donnee",
        *("irrecevable", "transferee"),
    }
    for courriel in courriels:
        texte = courriel.sujet + courriel.corps
        assert demande.reference in texte and "http" in courriel.corps
        assert not [secret for secret in secrets if secret in texte], courriel.gabarit


def test_transferer_interdit(
    demande, metz, caisse_var, agent_moselle, collegue_moselle, technicien_metz, agent_var
):
    """D-19: not a colleague's, not without a reason, not once answered; delays start again where it is received."""
    repondue = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    distribution.creer_convention(metz, caisse_var)
    arrivee = metz.participations.get(caisse=caisse_var).pk
    raison = "La personne a déménagé."
    refuse(
        collegue_moselle,
        demande,
        "transferer",
        403,
        "confiée à Agent Moselle",
        participation=arrivee,
        texte=raison,
    )
    refuse(agent_var, demande, "transferer", 404, participation=arrivee, texte=raison)
    refuse(technicien_metz, demande, "transferer", 404, participation=arrivee, texte=raison)
    refuse(
        agent_moselle, demande, "transferer", 422, "Écrivez votre message.", participation=arrivee, texte=""
    )
    refuse(agent_moselle, repondue, "transferer", 409, TROP_TARD, participation=arrivee, texte=raison)
    Demande.objects.filter(pk=demande.pk).update(promise_le=demande.caisse.jour - dt.timedelta(days=9))
    assert agir(agent_moselle, demande, "transferer", participation=arrivee, texte=raison).status_code == 302
    demande.refresh_from_db()
    assert demande.promise_le > demande.caisse.jour


def test_il_reste_une_question_puis_plus_rien(technicien_metz, agent_moselle, technicien_grimaud):
    """D-20: the question reopens for the same agent with a fresh date; once closed nobody asks nor answers."""
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    refuse(technicien_grimaud, demande, "relancer", 404, texte="Et pour les enfants ?")
    refuse(technicien_metz, demande, "relancer", 422, "Écrivez votre message.", texte="")
    # A thank-you does not reopen: nothing is written outside the question.
    refuse(technicien_metz, demande, "ecrire", 409, TROP_TARD, texte="Merci !")
    assert agir(technicien_metz, demande, "relancer", texte="Et pour les enfants ?").status_code == 302
    demande.refresh_from_db()
    assert (demande.statut, demande.agent) == (Statut.EN_COURS, agent_moselle)
    close = demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    refuse(technicien_metz, close, "relancer", 409, TROP_TARD, texte="Et pour les enfants ?")
    refuse(agent_moselle, close, "repondre", 409, TROP_TARD, texte="Encore.", issue="information")
    refuse(agent_moselle, close, "rouvrir", 403, texte="Encore.")


def test_repondre_demande_une_issue_de_la_liste(demande, agent_moselle):
    """D-20, D-21: an outcome is coded; the one of silence is the job's alone."""
    for issue in ("", "inconnue", Issue.SANS_REPONSE):
        refuse(agent_moselle, demande, "repondre", 422, texte="C’est fait.", issue=issue)
    refuse(agent_moselle, demande, "repondre", 422, "Choisissez l’issue de la demande.", texte="C’est fait.")


@pytest.mark.parametrize("raison", Irrecevable)
def test_un_refus_est_une_issue_lue_par_la_structure(demande, technicien_metz, agent_moselle, raison):
    """D-21: coded, explained, told to the structure; never in the mail."""
    assert (
        agir(agent_moselle, demande, "declarer-irrecevable", raison=raison, texte="Voyez ceci.").status_code
        == 302
    )
    demande.refresh_from_db()
    assert (demande.statut, demande.irrecevable) == (Statut.IRRECEVABLE, raison)
    page = lue(distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/"))
    assert raison.label in page and "Voyez ceci." in page
    courriel = CourrielSortant.objects.get(gabarit="signalements/irrecevable")
    assert courriel.destinataire == technicien_metz.email and raison.label not in courriel.corps


def test_un_refus_sans_raison_n_existe_pas(demande, agent_moselle, collegue_moselle, agent_var):
    """D-21: no code, no word, no right: no refusal."""
    refuse(agent_moselle, demande, "declarer-irrecevable", 422, "Choisissez la raison.", texte="Non.")
    refuse(agent_moselle, demande, "declarer-irrecevable", 422, raison="humeur", texte="Non.")
    refuse(agent_moselle, demande, "declarer-irrecevable", 422, "Écrivez votre message.", raison="doublon")
    refuse(
        collegue_moselle, demande, "declarer-irrecevable", 403, "confiée à", raison="doublon", texte="Non."
    )
    refuse(agent_var, demande, "declarer-irrecevable", 404, raison="doublon", texte="Non.")


def test_document_adresse_a_l_assure_avec_sa_date(demande, technicien_metz, agent_moselle):
    """C-10, D-12: not entitled: the document goes to the person's known address, and the portal says so, and when."""
    page = lue(distribution.connecte(agent_moselle).get(f"/tri/{demande.reference}/"))
    assert "adressez-les à l’adresse connue de l’assuré" in page
    agir(agent_moselle, demande, "repondre", texte="Il est parti.", issue=Issue.DOCUMENT_ADRESSE)
    demande.refresh_from_db()
    jour = horloge.jour("Europe/Paris", demande.traitee_le)
    page = lue(distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/"))
    assert f"Document envoyé à l’adresse connue de l’assuré, le {jour:%d/%m/%Y}" in page


def test_une_demande_annulee_ne_promet_plus_rien(demande, technicien_metz):
    """D-09: the page promises an answer until the structure withdraws the demande."""
    client, page = distribution.connecte(technicien_metz), f"/demandes/{demande.reference}/"
    assert "Réponse promise" in client.get(page).text
    instruction.annuler(demande, texte="", par=technicien_metz)
    assert "Réponse promise" not in client.get(page).text
