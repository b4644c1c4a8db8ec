"""What is told by mail: to whom, several events as one message, and what supervision sees when nothing leaves."""

import datetime as dt

import pytest
from django.core import mail

from signalements import notifications
from signalements.actions import instruction
from signalements.suites import Issue
from signalements.workflow import Statut
from socle import horloge
from socle.courriels import deposer_courriel, envoyer_courriels
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import ASSURE, demande_en, deposer


@pytest.fixture
def boite(settings):
    """Mails really rendered and kept in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.COURRIEL_REGROUPER_SECONDES = 120
    mail.outbox = []
    return mail.outbox


def laisser_passer(secondes: int) -> None:
    for courriel in CourrielSortant.objects.exclude(pas_avant=None):
        courriel.pas_avant -= dt.timedelta(seconds=secondes)
        courriel.save(update_fields=["pas_avant"])


def test_plusieurs_evenements_en_quelques_minutes_un_seul_courriel(boite, technicien_metz, agent_moselle):
    """D-14: three events on two demandes: one message, references and links, nothing of the person."""
    premiere, seconde = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    envoyer_courriels()
    # The accusé de réception does not wait (D-07).
    assert len(boite) == 2 and all("Accusé de réception" in un.subject for un in boite)
    boite.clear()
    client = distribution.connecte(agent_moselle)
    for demande, verbe in ((premiere, "ecrire"), (premiere, "demander-complement"), (seconde, "ecrire")):
        client.post(f"/tri/{demande.reference}/{verbe}/", {f"{verbe}-texte": "Pour Élodie Larivandière."})
    envoyer_courriels()
    assert boite == []
    laisser_passer(121)
    assert envoyer_courriels() == {"envoyes": 3, "reportes": 0}
    (courriel,) = boite
    assert (courriel.to, courriel.subject) == ([technicien_metz.email], "3 nouvelles de vos demandes")
    assert courriel.body.count(premiere.reference) == 4 and courriel.body.count(seconde.reference) == 2
    for donnee in (ASSURE["nom"], ASSURE["prenom"], "1985", premiere.motif.libelle):
        assert donnee not in courriel.body
    assert not CourrielSortant.objects.filter(envoye_le=None).exists()


def test_un_evenement_seul_garde_son_courriel_et_chacun_a_le_sien(
    boite, technicien_metz, collegue_metz, agent_moselle
):
    for technicien in (technicien_metz, collegue_metz):
        instruction.ecrire(
            demande_en(Statut.EN_COURS, technicien, agent_moselle), texte="Bonjour.", par=agent_moselle
        )
    laisser_passer(121)
    envoyer_courriels()
    recus = {un.to[0]: un.subject for un in boite if "Accusé" not in un.subject}
    assert set(recus) == {technicien_metz.email, collegue_metz.email}
    assert all(sujet.startswith("Un nouveau message pour la demande") for sujet in recus.values())


def test_un_refus_du_serveur_ne_perd_aucun_des_courriels_regroupes(
    settings, boite, technicien_metz, agent_moselle
):
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    envoyer_courriels()
    boite.clear()
    for _ in range(2):
        instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    laisser_passer(121)
    settings.EMAIL_BACKEND = "tests.signalements.test_courriels.ServeurEnPanne"
    assert envoyer_courriels() == {"envoyes": 0, "reportes": 2}
    assert CourrielSortant.objects.filter(envoye_le=None, essais=1).count() == 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    laisser_passer(1000)
    assert envoyer_courriels() == {"envoyes": 2, "reportes": 0}
    assert [un.subject for un in boite] == ["2 nouvelles de vos demandes"]


class ServeurEnPanne:
    """A mail server that is down."""

    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_la_boite_commune_de_la_structure_est_prevenue_aussi(metz, technicien_metz, agent_moselle):
    """C-12, I-02: the contact address of the structure, for what the caisse does; not for the technicien's own acts."""
    metz.courriel = "contact@metz.example"
    metz.save(update_fields=["courriel"])
    demande = deposer(technicien_metz)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    assert not CourrielSortant.objects.filter(destinataire="contact@metz.example").exists()
    instruction.repondre(demande, texte="C’est fait.", issue=Issue.INFORMATION, par=agent_moselle)
    prevenus = CourrielSortant.objects.filter(gabarit="signalements/reponse_donnee")
    assert set(prevenus.values_list("destinataire", flat=True)) == {
        technicien_metz.email,
        "contact@metz.example",
    }


def test_m13_la_boite_commune_de_qui_suit_est_un_seul_lecteur(metz, technicien_metz, agent_moselle):
    """One address, one mail: of an answer, of a reminder, of a term."""
    metz.courriel = technicien_metz.email
    metz.save(update_fields=["courriel"])
    demande = demande_en("traitee", technicien_metz, agent_moselle)
    siens = CourrielSortant.objects.filter(destinataire=technicien_metz.email)
    assert siens.filter(gabarit="signalements/reponse_donnee").count() == 1
    notifications.complement_rappele(demande)
    notifications.termes_proches([demande])
    for gabarit in ("complement_demande", "termes_proches"):
        assert siens.filter(gabarit=f"signalements/{gabarit}").count() == 1


def test_un_silence_trop_long_fait_rougir_l_etat(client, settings, monkeypatch, db):
    """No mail has left for N hours: supervision is told; 0 asks for nothing."""
    settings.COURRIEL_SILENCE_HEURES = 72
    courriel = deposer_courriel(
        "epreuve@portail.example", "signalements/message_recu", {"reference": "D26-0000-0000", "chemin": "/"}
    )
    for heures, rouge in ((71, False), (73, True)):
        courriel.envoye_le = horloge.maintenant() - dt.timedelta(hours=heures)
        courriel.save()
        etat = client.get("/sante/etat").json()
        assert ("courriels" in etat["alertes"]) == rouge
        assert etat["mesures"]["courriels"]["silence_h"] == heures
    settings.COURRIEL_SILENCE_HEURES = 0
    assert "courriels" not in client.get("/sante/etat").json()["alertes"]
