"""D-25: a complement is a message, pieces, or both; either ends the wait. Driven through the pages of both sides."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from signalements import echeances
from signalements.actions import rendez_vous
from signalements.workflow import Statut
from tests.distribution import connecte
from tests.fichiers.echantillons import MAUVAIS, pdf
from tests.signalements.fabrique import demande_en, dernier_courriel

pytestmark = pytest.mark.django_db


def joindre(compte, demande, contenu=None, **champs):
    donnees = {"jeton": str(uuid.uuid4()), "nature": "identite"} | champs
    donnees["fichiers"] = [SimpleUploadedFile("avis.pdf", contenu or pdf())]
    return (
        connecte(compte)
        .post(reverse("demande-pieces", args=[demande.reference]), donnees, follow=True)
        .content.decode()
    )


def ecrire(compte, demande, verbe, contenu, texte=""):
    envoi = {f"{verbe}-texte": texte, f"{verbe}-fichiers": [SimpleUploadedFile("avis.pdf", contenu)]}
    return connecte(compte).post(reverse("demande-agir", args=[demande.reference, verbe]), envoi)


def page(compte, nom, demande) -> str:
    return connecte(compte).get(reverse(nom, args=[demande.reference])).content.decode()


@pytest.fixture
def attendue(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)


def test_d25_une_piece_met_fin_a_l_attente(attendue, technicien_metz, agent_moselle):
    """D-25, D-20: the file is the complement: the caisse has the turn again, and nothing closes the demande."""
    promise = attendue.promise_le
    assert "une pièce jointe suffit" in page(technicien_metz, "demande-pieces", attendue)
    with time_machine.travel(attendue.en_attente_le + dt.timedelta(days=7), tick=False):
        assert "Votre complément est envoyé" in joindre(technicien_metz, attendue)
        attendue.refresh_from_db()
        assert attendue.statut == Statut.EN_COURS and attendue.promise_le > promise
        assert dernier_courriel("complement_apporte").destinataire == agent_moselle.email
        assert "La structure attend votre réponse" in page(agent_moselle, "tri-demande", attendue)
        lue = page(technicien_metz, "demande", attendue)
        assert "Complément apporté" in lue and "1\N{NO-BREAK SPACE}pièce jointe" in lue
    with time_machine.travel(attendue.en_attente_le + dt.timedelta(days=40), tick=False):
        echeances.faire_ce_qui_est_du()
    attendue.refresh_from_db()
    assert (attendue.statut, attendue.relances) == (Statut.EN_COURS, 0)


def test_d25_la_piece_suivante_rejoint_la_premiere(attendue, technicien_metz):
    """D-25: natures are sent one by one: the second sending is taken too, and ends nothing twice."""
    joindre(technicien_metz, attendue)
    suite = joindre(technicien_metz, attendue, pdf(texte=b"autre"), nature="ressources")
    assert "1\N{NO-BREAK SPACE}fichier joint à la demande" in suite
    assert attendue.evenements.filter(verbe="completer").count() == 1


def test_d25_un_fichier_refuse_ne_met_fin_a_rien(attendue, technicien_metz):
    """D-25: nothing was brought: the caisse still waits."""
    joindre(technicien_metz, attendue, MAUVAIS["texte"][1]())
    attendue.refresh_from_db()
    assert attendue.statut == Statut.EN_ATTENTE


def test_d25_une_piece_deja_jointe_n_est_pas_un_complement(attendue, technicien_metz):
    """D-25, D-06: the same file again, beside a message or alone: nothing leaves, and it is said; another one does."""
    ecrire(technicien_metz, attendue, "completer", pdf(texte=b"un"))
    attendue.refresh_from_db()
    assert attendue.statut == Statut.EN_COURS
    avant = attendue.evenements.count(), attendue.messages.count()
    for texte in ("", "Voici la pièce."):
        reponse = ecrire(technicien_metz, attendue, "ecrire", pdf(texte=b"un"), texte=texte)
        assert (
            reponse.status_code == 422
            and "1\N{NO-BREAK SPACE}fichier est déjà joint" in reponse.content.decode()
        )
    assert (attendue.evenements.count(), attendue.messages.count()) == avant
    assert ecrire(technicien_metz, attendue, "ecrire", pdf(texte=b"deux")).status_code == 302
    assert attendue.pieces.count() == 2


def test_d25_une_piece_ne_choisit_pas_un_creneau(technicien_metz, agent_moselle):
    """D-13, D-25: while slots wait for a choice, a piece is taken and the choice still waits."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    rendez_vous.proposer_creneaux(
        demande,
        creneaux=[demande.deposee_le + dt.timedelta(days=9)],
        duree=30,
        lieu="Metz",
        precisions="",
        par=agent_moselle,
    )
    assert "Votre complément" not in joindre(technicien_metz, demande)
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_ATTENTE and demande.rendez_vous.proposes().exists()
