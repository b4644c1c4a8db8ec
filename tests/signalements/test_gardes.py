"""Guards that no story of a demande meets by itself: each tried on both sides."""

import uuid

import pytest

from conventions.models.conventions import Participation
from signalements.actions import instruction
from signalements.depot import actions as depot
from signalements.documents.actions import envoyer
from signalements.effets import CITEES, effets
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.permissions import can_ecrire, can_joindre
from signalements.regles import nouvelle_reference
from signalements.views.demande import personne
from signalements.workflow import Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests.distribution import connecte
from tests.signalements.fabrique import ASSURE, commencer, demande_en, deposer


def test_une_reference_tiree_deux_fois_est_tiree_de_nouveau(technicien_metz, monkeypatch):
    """D-02: two demandes never share a reference; the second one is opened all the same."""
    premiere = commencer(technicien_metz)
    tirages = iter([premiere.reference, nouvelle_reference(premiere.caisse.jour)])
    monkeypatch.setattr(depot, "nouvelle_reference", lambda jour: next(tirages))
    seconde = commencer(technicien_metz)
    assert seconde.pk != premiere.pk and seconde.reference != premiere.reference
    assert next(tirages, None) is None


def test_le_jeton_d_un_autre_n_ouvre_rien(technicien_metz, collegue_metz):
    """D-02: posted again by its author, his draft; by anybody else, nothing, whoever it belongs to."""
    deja = commencer(technicien_metz)
    adresse = "/demandes/nouvelle/moselle/difficulte/"
    saisie = {"jeton": str(deja.jeton), "motif": "saisine-mas"}
    assert connecte(technicien_metz).post(adresse, saisie).url == f"/demandes/{deja.reference}/brouillon/"
    assert connecte(collegue_metz).post(adresse, saisie).status_code == 404
    assert Demande.objects.filter(technicien__in=[technicien_metz, collegue_metz]).get() == deja


def test_la_cloture_se_dit_a_qui_ne_l_a_pas_faite(technicien_metz, collegue_metz, agent_moselle):
    """D-20: closed by a colleague, by the caisse or by the job, its author is told; not when he closes it himself."""
    for par, attendus in ((technicien_metz, 0), (collegue_metz, 1), (MACHINE, 1)):
        demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
        instruction.cloturer(demande, par=par)
        assert demande.statut == Statut.CLOTUREE
        adresses = CourrielSortant.objects.filter(
            gabarit="signalements/cloturee", destinataire=technicien_metz.email
        )
        assert adresses.count() == attendus, par
        adresses.delete()


def test_la_premiere_lecture_de_la_reponse_est_datee(technicien_metz, agent_moselle):
    """R-04: by the structure, once answered, once; the caisse that reads its own answer dates nothing."""
    demande = deposer(technicien_metz)
    client, adresse = connecte(technicien_metz), f"/demandes/{demande.reference}/"
    assert client.get(adresse).status_code == 200
    instruction.prendre_en_charge(demande, par=agent_moselle)
    instruction.repondre(demande, texte="C’est fait.", issue="information", par=agent_moselle)
    connecte(agent_moselle).get(f"/tri/{demande.reference}/")
    demande.refresh_from_db()
    assert demande.lue_le is None
    client.get(adresse)
    demande.refresh_from_db()
    premiere = demande.lue_le
    assert premiere is not None
    client.get(adresse)
    demande.refresh_from_db()
    assert demande.lue_le == premiere


def test_un_document_n_arrive_pas_apres_la_fin(technicien_metz, agent_moselle):
    """C-10: what was allowed when the page was drawn is judged again when the document is sent."""
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")
    portail = {"livraison": "portail", "qualite": "tutelle", "mandat_fin": None}
    demande = deposer(technicien_metz, "attestation-droits", **portail)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    envoi = {"examines": [], "nature": "autre", "envoi": uuid.uuid4(), "par": agent_moselle}
    assert envoyer(demande, **envoi) == []
    Participation.objects.update(documents_par_portail=False, documents_raison="")
    with pytest.raises(TransitionImpossible):
        envoyer(demande, **envoi)
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")
    instruction.repondre(demande, texte="C’est fait.", issue="information", par=agent_moselle)
    instruction.cloturer(demande, par=technicien_metz)
    with pytest.raises(TransitionImpossible):
        envoyer(demande, **envoi)


def test_ce_que_la_fin_d_une_convention_change(technicien_metz, metz):
    """D-14: the open demandes are named by their references, the first ones only; nothing is said of anything else."""
    part = metz.participations.get()
    assert effets(metz) == []
    assert effets(part) == ["Aucune demande de la structure n’est ouverte."]
    references = [deposer(technicien_metz).reference]
    (phrase,) = effets(part)
    assert phrase.startswith("1 demande ouverte, ") and phrase.endswith(f"{references[0]}.")
    references += [deposer(technicien_metz).reference for _ in range(CITEES - 1)]
    (phrase,) = effets(part)
    assert phrase.startswith(f"{CITEES} demandes ouvertes, ") and phrase.endswith(f"{references[-1]}.")
    references += [deposer(technicien_metz).reference for _ in range(2)]
    (phrase,) = effets(part)
    assert phrase.startswith(f"{CITEES + 2} demandes ouvertes, ") and phrase.endswith(f"{references[-3]}….")


def test_l_urgence_sans_raison_se_garde_et_ne_s_envoie_pas(technicien_metz):
    """D-08: « finir plus tard » keeps it; to go on, its reason is asked for."""
    demande = commencer(technicien_metz)
    client, adresse = connecte(technicien_metz), f"/demandes/{demande.reference}/brouillon/"
    saisie = {"nom": "Larivandière", "urgente": "on"}
    assert "Dites en une phrase pourquoi" in client.post(adresse, saisie).content.decode()
    assert client.post(adresse, saisie | {"plus-tard": "1"}).status_code == 302
    demande.refresh_from_db()
    assert demande.urgente


def test_un_document_par_le_portail_demande_a_quel_titre(technicien_metz):
    """C-10: a capacity for the portal; none for the address of the person."""
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")
    demande = commencer(technicien_metz, "attestation-droits")
    client, adresse = connecte(technicien_metz), f"/demandes/{demande.reference}/brouillon/"
    for livraison, demandee in (("portail", True), ("adresse", False)):
        page = client.post(adresse, {"livraison": livraison}).content.decode()
        assert ("Dites à quel titre la structure reçoit ce document." in page) == demandee


def test_la_personne_puis_la_situation(technicien_metz):
    """D-18: two groups of fields, none in both, urgency last."""
    demande = commencer(technicien_metz)
    form = connecte(technicien_metz).get(f"/demandes/{demande.reference}/brouillon/").context["form"]
    personne = [champ.name for champ in form.champs_assure()]
    situation = [champ.name for champ in form.champs_situation()]
    assert personne == ["civilite", "nom", "prenom", "naissance", "departement"]
    assert situation[0] == "difficultes" and not set(situation) & set(personne)
    assert [nom for nom in situation if "urgen" in nom] == situation[-2:]


def test_une_demande_peut_ne_nommer_personne():
    """D-03: a question about the partnership has no identity to show."""
    assert personne({}) == []
    assert personne({"assure": ASSURE})[0] == ("Personne", "Madame Élodie Larivandière")


def test_qui_ecrit_et_qui_joint(technicien_metz, collegue_metz, gestionnaire_metz, agent_moselle):
    """D-06, D-10: while the demande is open; pieces by the structure alone, those of a draft by its author."""
    for statut, structure, caisse in (
        (Statut.EN_COURS, True, True),
        (Statut.CLOTUREE, False, False),
        (Statut.ANNULEE, False, False),
    ):
        demande = demande_en(statut, technicien_metz, agent_moselle)
        assert can_ecrire(technicien_metz, demande) == can_joindre(collegue_metz, demande) == structure
        assert can_ecrire(agent_moselle, demande) == caisse
        assert not can_joindre(agent_moselle, demande) and not can_ecrire(gestionnaire_metz, demande)
    brouillon = commencer(technicien_metz)
    assert can_joindre(technicien_metz, brouillon) and not can_joindre(collegue_metz, brouillon)


def test_une_piece_vient_de_la_structure_ou_de_la_caisse(technicien_metz, agent_moselle):
    """D-12: each side is sent back to its own page when its piece cannot be read."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    for cote, qui, page in (("partenaire", technicien_metz, "demandes"), ("caisse", agent_moselle, "tri")):
        piece = Piece(demande=demande, cote=cote, ajoute_par=qui)
        assert piece.sortante == (cote == "caisse")
        piece.bloque()
        courriel = CourrielSortant.objects.get(destinataire=qui.email, gabarit="signalements/piece_bloquee")
        assert f"/{page}/{demande.reference}/pieces/" in courriel.corps


def test_la_caisse_voit_toujours_ce_que_la_structure_ne_voit_plus(technicien_metz, agent_moselle, metz):
    """A-13: the portal closes for the structure; its demandes stay on the desk of the caisse."""
    demande = deposer(technicien_metz)
    assert Demande.objects.visibles_par(technicien_metz).get() == demande
    metz.participations.update(fin=horloge.jour("Europe/Paris"), fin_cause="denonciation")
    assert not Demande.objects.visibles_par(technicien_metz).exists()
    assert Demande.objects.visibles_par(agent_moselle).get() == demande
