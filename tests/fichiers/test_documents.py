"""Documents that the caisse sends: who may, to whom, confirmed, opened, taken back (C-10, D-12, R-06)."""

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conformite.models.journal import LigneJournal
from conventions.models.conventions import Convention, Participation
from fichiers import analyses
from signalements.actions import instruction
from signalements.depot import actions as depot
from signalements.documents.actions import obstacle_au_document
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.workflow import Statut
from socle.models import CourrielSortant
from tests.conventions.textes import texte_du_pdf
from tests.distribution import connecte
from tests.fichiers.clamav import POISON
from tests.fichiers.echantillons import HEIC, pdf
from tests.signalements.fabrique import commencer

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande(technicien_metz, agent_moselle) -> Demande:
    """A demande of document, for a structure entitled to it, in charge of the agent."""
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")
    demande = commencer(
        technicien_metz, "attestation-droits", livraison="portail", qualite="tutelle", mandat_fin=None
    )
    depot.deposer(demande, attestations=["information", "accord"], par=technicien_metz)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    return Demande.objects.get(pk=demande.pk)


def envoyer(client: Client, demande: Demande, contenu: bytes = b"", **champs):
    donnees = {"jeton": str(uuid.uuid4()), "nature": "attestation-droits", "confirmation": "on"} | champs
    donnees["fichiers"] = [SimpleUploadedFile(champs.get("nom", "attestation.pdf"), contenu or pdf())]
    return client.post(reverse("tri-pieces", args=[demande.reference]), donnees)


def envoyer_ici(
    client: Client, demande: Demande, contenu: bytes = b"", nom: str = "attestation.pdf", **champs
):
    donnees = {"jeton": str(uuid.uuid4()), "nature": "attestation-droits", "confirmation": "on"} | champs
    donnees["fichiers"] = [SimpleUploadedFile(nom, contenu or pdf())]
    verbe = "envoyer-document"
    return client.post(
        f"/tri/{demande.reference}/{verbe}/", {f"{verbe}-{cle}": valeur for cle, valeur in donnees.items()}
    )


def adresse(demande: Demande, vue: str = "demande-piece") -> str:
    return reverse(vue, args=[demande.reference, Piece.objects.get().emplacement])


def changer(demande: Demande, **contenu) -> None:
    demande.poser_contenu(demande.contenu | contenu)
    demande.save(update_fields=["contenu_scelle"])


def test_envoyer_sans_quitter_la_demande(clamd, demande, agent_moselle, technicien_metz, agent_var):
    """D-12: from the page of the demande, confirmed, once; refused, nothing leaves; C-10 forbids it, it is not offered."""
    agent, page = connecte(agent_moselle), f"/tri/{demande.reference}/"
    assert "pour Metz Métropole (tuteur ou curateur de la personne)" in agent.get(page).content.decode()
    assert envoyer_ici(connecte(technicien_metz), demande).status_code == 403
    assert envoyer_ici(connecte(agent_var), demande).status_code == 404
    assert envoyer_ici(agent, demande, confirmation="").status_code == 422
    refuse = envoyer_ici(agent, demande, HEIC, "photo.heic")
    assert refuse.status_code == 422 and "Rien n’a été envoyé" in refuse.content.decode()
    assert not Piece.objects.exists()
    jeton = str(uuid.uuid4())
    for _ in range(2):
        envoyer_ici(agent, demande, jeton=jeton)
    assert Piece.objects.get().cote == "caisse"
    assert CourrielSortant.objects.filter(gabarit="signalements/message_recu").count() == 1
    changer(demande, livraison="adresse")
    assert "envoyer-document" not in agent.get(page).content.decode()
    assert envoyer_ici(agent, demande, pdf(texte=b"2")).status_code == 409 and Piece.objects.count() == 1


def test_envoyer_puis_ouvrir(clamd, demande, agent_moselle, technicien_metz):
    """The agent confirms and sends; the structure is told without a name (D-14), opens; the caisse sees when."""
    agent, technicien = connecte(agent_moselle), connecte(technicien_metz)
    page = agent.get(reverse("tri-pieces", args=[demande.reference])).content.decode()
    assert "pour Metz Métropole (tuteur ou curateur de la personne)" in page
    assert envoyer(agent, demande).status_code == 302
    document = Piece.objects.get()
    assert document.sortante and document.libelle == "Attestation de droits"
    courriel = CourrielSortant.objects.get(gabarit="signalements/message_recu")
    assert courriel.destinataire == technicien_metz.email and "attestation" not in courriel.corps.lower()
    assert technicien.get(adresse(demande)).status_code == 403
    analyses.analyser_en_attente()
    assert "Pas encore ouvert" in agent.get(reverse("tri-pieces", args=[demande.reference])).content.decode()
    assert technicien.get(adresse(demande)).getvalue().startswith(b"%PDF")
    document.refresh_from_db()
    assert document.ouverte_par == technicien_metz and document.ouverte_le
    assert (
        "Ouvert par la structure"
        in agent.get(reverse("tri-demande", args=[demande.reference])).content.decode()
    )
    actes = list(
        LigneJournal.objects.filter(acte__startswith="piece.").order_by("pk").values_list("acte", flat=True)
    )
    assert actes == ["piece.envoyer", "piece.telecharger"]


def test_l_agent_qui_relit_n_ouvre_pas(clamd, demande, agent_moselle):
    """The caisse reading its own document does not count as opened."""
    agent = connecte(agent_moselle)
    envoyer(agent, demande)
    analyses.analyser_en_attente()
    assert agent.get(adresse(demande, "tri-piece")).getvalue()
    assert Piece.objects.get().ouverte_le is None


def test_rien_sans_confirmation(demande, agent_moselle):
    """C-10, R-06: the agent confirms before sending; what is not a document of the list does not go, nor is it told."""
    agent = connecte(agent_moselle)
    for contenu, champs, phrase in (
        (b"", {"confirmation": ""}, "Confirmez le destinataire avant l’envoi."),
        (b"", {"nature": ""}, "Choisissez le document que vous envoyez."),
        (b"", {"nature": "rib"}, "choix valide"),
        (HEIC, {"nom": "a.heic"}, "HEIC"),
    ):
        reponse = envoyer(agent, demande, contenu, **champs)
        assert reponse.status_code == 422 and phrase in reponse.content.decode(), champs
    assert not Piece.objects.exists()
    assert not LigneJournal.objects.filter(acte="piece.envoyer").exists()
    assert not CourrielSortant.objects.filter(gabarit="signalements/message_recu").exists()


@pytest.mark.parametrize(
    ("empecher", "phrase"),
    [
        (
            lambda demande: Participation.objects.update(documents_par_portail=False),
            "La convention ne permet pas",
        ),
        (
            lambda demande: Participation.objects.update(
                fin=demande.caisse.jour, fin_cause="denonciation", utilisation_fin=demande.caisse.jour,
                utilisation_fin_cause="denonciation",
            ),
            "La convention ne permet pas",
        ),
        (lambda demande: changer(demande, livraison="adresse"), "n’a pas dit à quel titre"),
        (lambda demande: changer(demande, qualite=""), "n’a pas dit à quel titre"),
        (
            lambda demande: changer(
                demande, mandat_fin=(demande.caisse.jour - dt.timedelta(days=1)).isoformat()
            ),
            "mandat indiqué par la structure est terminé",
        ),
    ],
)  # fmt: skip
def test_structure_sans_droit(demande, agent_moselle, empecher, phrase):
    """C-10: without the habilitation, the capacity or a living mandate, nothing is sent, and the other way is told."""
    empecher(demande)
    agent = connecte(agent_moselle)
    page = agent.get(reverse("tri-pieces", args=[demande.reference])).content.decode()
    assert phrase in page and "adresse connue de l’assuré" in page and "Envoyer à la structure" not in page
    reponse = envoyer(agent, demande)
    assert reponse.status_code == 422 and not Piece.objects.exists()


def test_mandat_encore_en_cours(demande, agent_moselle):
    """T-06: a mandate counts until the end of its last day."""
    changer(demande, mandat_fin=demande.caisse.jour.isoformat())
    assert envoyer(connecte(agent_moselle), demande).status_code == 302


def test_fin_du_mandat_se_lit_en_francais(demande, agent_moselle):
    """T-06: the agent reads the end of the mandate as a day, month and year."""
    changer(demande, mandat_fin="2029-06-30")
    contenu = connecte(agent_moselle).get(reverse("tri-demande", args=[demande.reference])).content.decode()
    assert "30/06/2029" in contenu and "2029-06-30" not in contenu


def test_qui_envoie(
    demande, agent_moselle, superviseur_moselle, agent_var, technicien_metz, administrateur_moselle
):
    """The agent in charge or a superviseur; another caisse sees nothing, the structure does not send."""
    Demande.objects.filter(pk=demande.pk).update(agent=superviseur_moselle)
    for compte, statut in (
        (agent_moselle, 403),
        (technicien_metz, 403),
        (agent_var, 404),
        (administrateur_moselle, 404),
        (superviseur_moselle, 302),
    ):
        assert envoyer(connecte(compte), demande).status_code == statut, compte
    assert Piece.objects.count() == 1
    Demande.objects.filter(pk=demande.pk).update(
        statut=Statut.IRRECEVABLE, irrecevable="hors-motif", terminee_le=demande.deposee_le
    )
    assert envoyer(connecte(superviseur_moselle), demande).status_code == 403


@pytest.mark.parametrize("ouvert", [True, False])
def test_rappeler(clamd, demande, agent_moselle, technicien_metz, agent_var, ouvert):
    """Taken back: the structure reads it no more, the agent learns whether it had been opened."""
    agent, technicien = connecte(agent_moselle), connecte(technicien_metz)
    envoyer(agent, demande)
    analyses.analyser_en_attente()
    if ouvert:
        assert technicien.get(adresse(demande)).getvalue()
    rappel = adresse(demande, "tri-piece-rappeler")
    assert connecte(agent_var).post(rappel).status_code == 404
    assert technicien.post(rappel).status_code == 403
    page = agent.post(rappel, follow=True).content.decode()
    assert ("la structure l’avait ouvert" if ouvert else "La structure ne l’avait pas ouvert") in page
    assert technicien.get(adresse(demande)).status_code == 403
    page = technicien.get(reverse("demande", args=[demande.reference])).content.decode()
    assert "Rappelé par la caisse" in page and adresse(demande) not in page
    assert LigneJournal.objects.get(acte="piece.rappeler").details == {"ouverte": ouvert}
    agent.post(rappel)
    assert LigneJournal.objects.filter(acte="piece.rappeler").count() == 1


def test_document_infecte(clamd, demande, agent_moselle):
    """An infected document never reaches the structure; its sender is told, with his own page."""
    envoyer(connecte(agent_moselle), demande, pdf(texte=POISON))
    analyses.analyser_en_attente()
    courriel = CourrielSortant.objects.get(gabarit="signalements/piece_bloquee")
    assert (
        courriel.destinataire == agent_moselle.email and f"/tri/{demande.reference}/pieces/" in courriel.corps
    )


def test_double_clic(demande, agent_moselle):
    agent, jeton = connecte(agent_moselle), str(uuid.uuid4())
    for _ in range(2):
        assert envoyer(agent, demande, jeton=jeton).status_code == 302
    assert Piece.objects.count() == 1


def test_la_structure_ne_retire_pas_un_document(clamd, demande, agent_moselle, technicien_metz):
    envoyer(connecte(agent_moselle), demande)
    retirer = adresse(demande, "demande-piece-retirer")
    assert connecte(technicien_metz).post(retirer).status_code == 403
    assert Piece.objects.count() == 1


def test_a_quels_titres_la_convention_le_dit(technicien_metz, agent_moselle, administrateur_moselle, clamd):
    """C-10, F24 [82]: chosen in the draft, the capacities alone are offered; no document leaves under another one."""
    part = technicien_metz.partenaire.participations.get()
    brouillon = Convention.objects.get(pk=part.convention_id)
    Convention.objects.update(statut="brouillon")
    page = f"/conventions/{brouillon.reference}/caisses/moselle/ouvrir-motifs/"
    choix = {
        "documents_par_portail": "on",
        "documents_raison": "Tutelles du département.",
        "documents_titres": ["tutelle"],
        "motifs_document": ["tout"],
    }
    client = connecte(administrateur_moselle)
    assert client.post(page, choix | {"documents_titres": ["ami"]}).status_code == 422
    assert client.post(page, choix).status_code == 302
    texte = texte_du_pdf(client.get(f"/conventions/{brouillon.reference}/convention.pdf").content)
    assert "par le portail, en tant que tuteur ou curateur de la personne ; il dit" in texte
    Convention.objects.update(statut="en_vigueur")
    brouillon_de_demande = commencer(technicien_metz, "attestation-droits", livraison="portail")
    reponse = connecte(technicien_metz).get(
        reverse("demande-brouillon", args=[brouillon_de_demande.reference])
    )
    assert "Tuteur ou curateur" in reponse.content.decode()
    assert "Institution à laquelle" not in reponse.content.decode()
    ailleurs = commencer(
        technicien_metz, "attestation-droits", livraison="portail", qualite="ase", mandat_fin=None
    )
    assert "à quel titre" in obstacle_au_document(ailleurs)
