"""The head of a demande: motif and person, what to do now, the caisse's last word, one gesture to answer (D-09, D-25)."""

import datetime as dt
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from signalements.actions import instruction
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle.templatetags.portail import date_longue
from tests.distribution import connecte
from tests.fichiers.echantillons import MAUVAIS, pdf
from tests.signalements.fabrique import ASSURE, demande_en, deposer, dernier_courriel
from tests.signalements.test_rendez_vous import SOUHAIT, dans, proposer


def lire(compte, demande: Demande) -> str:
    """The page of a demande, from its title to its thread."""
    return html.unescape(connecte(compte).get(f"/demandes/{demande.reference}/").content.decode())


def tete(page: str) -> str:
    """What stands before the two columns: seen without scrolling."""
    return page[page.index("<h1") : page.index('class="deux-colonnes"')]


def test_m4_le_titre_dit_le_motif_et_la_personne(technicien_metz):
    """D-09: on the page, never in the title of the tab, which the browser keeps."""
    demande = deposer(technicien_metz)
    page = lire(technicien_metz, demande)
    titre = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1]
    assert demande.motif.libelle in titre and f"{ASSURE['prenom']} {ASSURE['nom']}" in titre
    onglet = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert demande.reference in onglet and ASSURE["nom"] not in onglet
    assert f"Chez la caisse, jusqu’au {date_longue(demande.promise_le)}" in tete(page)


@pytest.mark.parametrize(
    ("statut", "attendus", "mot"),
    [
        (Statut.EN_ATTENTE, ["completer-texte", "completer-fichiers"], "Depuis quand"),
        (Statut.TRAITEE, ["relancer-texte", "clore la demande"], "Les droits sont rouverts."),
    ],
)
def test_m4_a_vous_de_jouer(technicien_metz, agent_moselle, statut, attendus, mot):
    """The last word of the caisse and the open form stand at the head; the fiche is folded below."""
    demande = demande_en(statut, technicien_metz, agent_moselle)
    page = lire(technicien_metz, demande)
    haut = tete(page)
    assert "À vous de jouer" in haut and mot in haut
    for attendu in attendus:
        assert attendu in haut and attendu not in re.sub(r"(?s)<form.*?</form>", "", haut)
    for replie in re.findall(r"(?s)<details.*?</details>", haut):
        assert attendus[0] not in replie
    bas = page[page.index('class="deux-colonnes"') :]
    assert re.search(r"(?s)<details class=\"depliant\">\s*<summary>Fiche de signalement", bas)


def test_m4_les_creneaux_sont_des_boutons(technicien_metz, agent_moselle):
    """D-13: one press confirms the slot."""
    demande = deposer(technicien_metz, "rdv-ame", **SOUHAIT)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    proposer(connecte(agent_moselle), demande, dans(3), dans(4))
    haut = tete(lire(technicien_metz, demande))
    boutons = re.findall(r'<button[^>]*name="(accepter-creneau-creneau)"[^>]*value="(\d+)"', haut)
    assert len(boutons) == 2
    adresse = f"/demandes/{demande.reference}/accepter-creneau/"
    assert connecte(technicien_metz).post(adresse, dict(boutons[:1])).status_code == 302
    demande.refresh_from_db()
    assert (
        demande.statut == Statut.EN_COURS
        and str(demande.rendez_vous.get(statut="accepte").pk) == boutons[0][1]
    )


def envoyer(compte, demande: Demande, verbe: str, texte: str = "", fichiers: list = ()):
    donnees = {f"{verbe}-texte": texte}
    if fichiers:
        donnees[f"{verbe}-fichiers"] = [
            SimpleUploadedFile(f"avis-{rang}.pdf", contenu) for rang, contenu in enumerate(fichiers)
        ]
    return connecte(compte).post(f"/demandes/{demande.reference}/{verbe}/", donnees)


def test_d25_un_message_et_deux_pieces_en_un_geste(technicien_metz, agent_moselle):
    """D-25: one sending, one line of history, one mail; the wait is over."""
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    reponse = envoyer(technicien_metz, demande, "completer", "Voici.", [pdf(), pdf(texte=b"autre")])
    assert reponse.status_code == 302
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS and demande.pieces.count() == 2
    assert [message.texte for message in demande.messages.filter(nature="complement")] == ["Voici."]
    assert demande.evenements.get(verbe="completer").precision == "2\N{NO-BREAK SPACE}pièces jointes"
    assert dernier_courriel("complement_apporte").destinataire == agent_moselle.email


def test_d25_un_fichier_refuse_et_rien_ne_part(technicien_metz, agent_moselle):
    """D-25: half a gesture would end the wait: what was written comes back, the file is named."""
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    mauvais = MAUVAIS["texte"][1]()
    reponse = envoyer(technicien_metz, demande, "completer", "Voici.", [pdf(), mauvais])
    page = html.unescape(reponse.content.decode())
    assert reponse.status_code == 422 and "avis-1.pdf" in page and ">\nVoici.</textarea>" in page
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_ATTENTE and not demande.pieces.exists()
    assert not demande.messages.filter(nature="complement").exists()


def test_d25_rien_ne_suffit_pas(technicien_metz, agent_moselle):
    """Neither a word nor a file."""
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    reponse = envoyer(technicien_metz, demande, "completer")
    assert (
        reponse.status_code == 422 and "Écrivez un message, ou joignez une pièce." in reponse.content.decode()
    )


@pytest.mark.parametrize(
    ("statut", "verbe", "texte", "nature"),
    [
        (Statut.TRAITEE, "relancer", "Et pour les enfants ?", "question"),
        (Statut.EN_COURS, "ecrire", "Pour information.", "message"),
        (Statut.EN_COURS, "ecrire", "", None),
    ],
)
def test_d25_partout_ou_l_on_ecrit_on_joint(technicien_metz, agent_moselle, statut, verbe, texte, nature):
    """A question, a message: their files go with them."""
    demande = demande_en(statut, technicien_metz, agent_moselle)
    assert envoyer(technicien_metz, demande, verbe, texte, [pdf()]).status_code == 302
    assert demande.pieces.count() == 1
    assert demande.messages.filter(nature=nature or "message", cote="partenaire").exists() == bool(nature)
    assert dernier_courriel("complement_apporte").destinataire == agent_moselle.email


def test_d09_en_retard_la_tete_le_dit(technicien_metz, agent_moselle):
    """Late, the head says for when it was promised."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    Demande.objects.filter(pk=demande.pk).update(promise_le=demande.promise_le - dt.timedelta(days=60))
    assert "Chez la caisse, réponse promise pour le" in tete(lire(technicien_metz, demande))


@pytest.mark.parametrize(
    ("statut", "verbe"),
    [(Statut.DEPOSEE, "ecrire"), (Statut.EN_ATTENTE, "completer"), (Statut.TRAITEE, "relancer")],
)
def test_m4_ce_qui_est_refuse_reste_ouvert(technicien_metz, agent_moselle, statut, verbe):
    """The form that was refused stands open, its error in sight, whichever it is."""
    demande = demande_en(statut, technicien_metz, agent_moselle)
    reponse = envoyer(technicien_metz, demande, verbe)
    assert reponse.status_code == 422
    haut = tete(html.unescape(reponse.content.decode()))
    assert 'id="erreurs"' in haut
    assert 'id="erreurs"' not in "".join(re.findall(r"(?s)<details(?![^>]* open).*?</details>", haut))


def test_une_adresse_d_acte_tapee_ramene_a_la_demande(technicien_metz, agent_moselle):
    """Typed, or reloaded after an error: never the browser’s own blank page."""
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    reponse = connecte(technicien_metz).get(f"/demandes/{demande.reference}/completer/")
    assert reponse.status_code == 405 and reponse["Allow"] == "POST"
    assert "Rien n’a été fait" in reponse.content.decode() and 'href="../"' in reponse.content.decode()
