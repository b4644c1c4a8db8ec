"""Two persons of the caisse on one demande: each sees the other, one effect, nothing typed is lost."""

import datetime as dt
import html
import random
import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from accounts.actions.comptes import inactiver
from accounts.models.compte import Compte
from accounts.models.sessions import VUE
from conformite.models.journal import LigneJournal
from conventions.models.conventions import Participation
from signalements.actions import orientation
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.presences import Presence
from signalements.workflow import Statut
from socle import horloge
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests import distribution
from tests.pannes.scene import attendre
from tests.signalements.fabrique import demande_en, deposer

LONGUE_REPONSE = "Une longue réponse écrite avec soin."


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)


def presence(client, demande, **envoi):
    reponse = client.post(f"/tri/{demande.reference}/presence/", envoi)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_chacun_voit_qui_est_en_train_de_repondre(demande, agent_moselle, superviseur_moselle):
    agent, superviseur = map(distribution.connecte, (agent_moselle, superviseur_moselle))
    assert "Moselle" not in presence(agent, demande)
    assert "a aussi cette demande ouverte" in presence(superviseur, demande)
    presence(agent, demande, ecrit="1")
    vu = presence(superviseur, demande)
    assert "Agent Moselle" in vu and "est en train de répondre" in vu
    # Without JavaScript: said when the page opens.
    page = superviseur.get(f"/tri/{demande.reference}/").content.decode()
    assert "est en train de répondre" in page and "Superviseur Moselle</strong>" not in page


def test_une_presence_s_oublie_apres_une_minute(demande, agent_moselle, superviseur_moselle):
    agent, superviseur = map(distribution.connecte, (agent_moselle, superviseur_moselle))
    presence(agent, demande, ecrit="1")
    Presence.objects.update(vue_le=horloge.maintenant() - dt.timedelta(seconds=61))
    assert "Agent Moselle" not in presence(superviseur, demande)
    assert [une.compte for une in Presence.objects.all()] == [superviseur_moselle]


def test_la_structure_ne_voit_ni_ne_donne_aucune_presence(demande, technicien_metz, agent_moselle):
    presence(distribution.connecte(agent_moselle), demande, ecrit="1")
    client = distribution.connecte(technicien_metz)
    assert client.post(f"/tri/{demande.reference}/presence/").status_code == 403
    assert "en train de répondre" not in client.get(f"/demandes/{demande.reference}/").content.decode()


def test_une_page_qui_redemande_seule_ne_prolonge_pas_la_session(demande, agent_moselle, settings):
    """The session ends as if nobody were there, and nothing moves the page away from what was typed."""
    client = distribution.connecte(agent_moselle)
    session = client.session
    session[VUE] = vue = session[VUE] - 120
    session.save()
    adresse, passif = f"/tri/{demande.reference}/presence/", {"HTTP_X_PASSIF": "1"}
    assert client.post(adresse, **passif).status_code == 200
    assert client.session[VUE] == vue
    session[VUE] = vue - settings.SESSION_INACTIVITE
    session.save()
    reponse = client.post(adresse, **passif)
    assert (reponse.status_code, reponse.content) == (204, b"")
    assert "Location" not in reponse.headers
    assert client.get(f"/tri/{demande.reference}/").status_code == 302


def test_celui_a_qui_on_a_retire_la_demande_garde_son_texte(
    demande, agent_moselle, superviseur_moselle, caisse_moselle
):
    """Handed over while he wrote: refused, told to whom, his text given back, nothing written."""
    collegue = distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))
    client = distribution.connecte(agent_moselle)
    client.get(f"/tri/{demande.reference}/")
    orientation.attribuer(demande, agent=collegue, texte="À vous.", par=superviseur_moselle)
    reponse = repondre(client, demande)
    page = reponse.content.decode()
    assert reponse.status_code == 403
    assert "confiée à Collegue Moselle. Votre action n’a pas été faite." in page and LONGUE_REPONSE in page
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS and not demande.messages.exclude(nature="note").exists()


def repondre(client, demande):
    envoi = {"repondre-texte": LONGUE_REPONSE, "repondre-issue": "information"}
    return client.post(f"/tri/{demande.reference}/repondre/", envoi)


# --- Real threads


@pytest.fixture
def scene(base_reelle):
    """A structure, and two superviseurs of its caisse, with real commits."""
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz")
    distribution.creer_convention(partenaire, caisse)
    technicien = distribution.creer_compte_actif("technicien.metz", "technicien", partenaire=partenaire)
    equipe = [
        distribution.creer_compte_actif(f"agent.{nom}", "superviseur", caisses=(caisse,))
        for nom in ("premier", "second")
    ]
    return technicien, equipe


def ensemble(equipe, faire):
    """Let everybody do it at the same instant; return the answers."""
    barriere, reponses = threading.Barrier(len(equipe)), []

    def agir(client):
        barriere.wait()
        reponses.append(faire(client))
        connection.close()

    fils = [threading.Thread(target=agir, args=[distribution.connecte(compte)]) for compte in equipe]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    return sorted(reponses, key=lambda reponse: getattr(reponse, "status_code", 0))


def test_deux_agents_prennent_la_meme_demande_au_meme_instant(scene):
    """One takes it; the other is told who was faster."""
    technicien, equipe = scene
    demande = deposer(technicien)
    pris, refuse = ensemble(
        equipe, lambda client: client.post(f"/tri/{demande.reference}/prendre-en-charge/")
    )
    demande.refresh_from_db()
    assert (pris.status_code, refuse.status_code) == (302, 409)
    assert f"La demande a changé entre-temps par {demande.agent.nom_complet}" in refuse.content.decode()
    assert demande.statut == Statut.EN_COURS
    assert LigneJournal.objects.filter(acte="demande.prendre_en_charge").count() == 1


def test_deux_agents_repondent_au_meme_instant(scene):
    """One answer, one mail; the other keeps his text and is told."""
    technicien, equipe = scene
    demande = demande_en(Statut.EN_COURS, technicien, equipe[0])
    envoyee, refusee = ensemble(equipe, lambda client: repondre(client, demande))
    assert (envoyee.status_code, refusee.status_code) == (302, 409)
    page = refusee.content.decode()
    assert "La demande a changé entre-temps" in page and LONGUE_REPONSE in page
    assert demande.messages.filter(nature="reponse").count() == 1
    assert CourrielSortant.objects.filter(gabarit="signalements/reponse_donnee").count() == 1


def test_une_reponse_retiree_et_lue_au_meme_instant(scene):
    """D-24: either it was read, and stands, or it was taken back, and nobody read it."""
    technicien, (agent, _) = scene
    for _ in range(5):
        demande = demande_en(Statut.TRAITEE, technicien, agent)
        message = demande.messages.get()
        texte, adresse = message.texte, f"/tri/{demande.reference}/messages/{message.pk}/retirer/"

        def agir(client, demande=demande, adresse=adresse):
            if client.session["_auth_user_id"] == str(agent.pk):
                return client.post(adresse)
            return client.get(f"/demandes/{demande.reference}/")

        lecture, retrait = ensemble([technicien, agent], agir)
        demande.refresh_from_db()
        reste = demande.messages.first()
        assert (lecture.status_code, retrait.status_code) == (200, 409 if reste else 302)
        assert (reste is not None) == (demande.statut == Statut.TRAITEE)
        assert reste is None or (reste.lu_le and texte in lecture.content.decode())


def test_deux_superviseurs_disent_la_meme_urgence(scene):
    """The second does not undo what the first said."""
    technicien, equipe = scene
    demande = demande_en(Statut.EN_COURS, technicien, equipe[0])
    envoi = {"requalifier-texte": "La situation ne peut attendre."}
    dite, tardive = ensemble(
        equipe, lambda client: client.post(f"/tri/{demande.reference}/requalifier/", envoi)
    )
    demande.refresh_from_db()
    assert (dite.status_code, tardive.status_code) == (302, 409)
    assert demande.urgente and demande.messages.filter(nature="raison").count() == 1
    assert "La situation ne peut attendre." in tardive.content.decode()


def _confier(compte, autre, demande):
    Compte.objects.filter(pk=compte.pk).update(profil="agent")
    Demande.objects.filter(pk=demande.pk).update(agent=autre)


def _transferer(compte, autre, demande):
    """K3: by the superviseur beside, to the other caisse of the structure, while the answer waits for the row."""
    caisse = distribution.creer_caisse("var", "CPAM du Var", "83")
    distribution.creer_convention(demande.partenaire, caisse)
    orientation.transferer(
        Demande.objects.get(pk=demande.pk),
        participation=Participation.objects.get(caisse=caisse),
        texte="Cette personne dépend du Var.",
        par=autre,
    )


@pytest.mark.parametrize(
    ("perdre", "attendu"),
    [
        (lambda compte, *_: inactiver(compte, par=MACHINE, cause="depart"), 403),
        (lambda compte, *_: Compte.objects.filter(pk=compte.pk).update(profil="dpo"), 404),
        (lambda compte, *_: Compte.caisses.through.objects.filter(compte=compte).delete(), 404),
        (_confier, 403),
        (_transferer, 404),
    ],
    ids=["compte-ferme", "droit", "perimetre", "confiee", "transferee"],
)
def test_qui_perd_son_droit_pendant_qu_il_attend_n_agit_pas(scene, postgres, perdre, attendu):
    """Asked again under the lock, to the account read afresh."""
    technicien, (premier, second) = scene
    demande = demande_en(Statut.EN_COURS, technicien, premier)
    client, reponses = distribution.connecte(premier), []

    def envoyer():
        reponses.append(repondre(client, demande))
        connection.close()

    fil = threading.Thread(target=envoyer)
    with postgres.connexion() as admin, transaction.atomic():
        Demande.objects.select_for_update().get(pk=demande.pk)
        fil.start()
        attente = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
        attendre(lambda: admin.execute(attente, [connection.settings_dict["NAME"]]).fetchone(), "la réponse")
        perdre(premier, second, demande)
    fil.join()
    demande.refresh_from_db()
    assert [reponse.status_code for reponse in reponses] == [attendu]
    assert demande.statut == (Statut.DEPOSEE if perdre is _transferer else Statut.EN_COURS)
    assert not demande.messages.filter(nature="reponse").exists()
    assert (LONGUE_REPONSE in reponses[0].content.decode()) == (perdre is _confier)


# --- One basket, three persons

ACTES = {
    "prendre-en-charge": {},
    "repondre": {"repondre-texte": "{mot}", "repondre-issue": "information"},
    "demander-complement": {"demander-complement-texte": "{mot}"},
    "ecrire": {"ecrire-texte": "{mot}"},
    "declarer-irrecevable": {
        "declarer-irrecevable-texte": "{mot}",
        "declarer-irrecevable-raison": "hors-motif",
    },
}


def au_hasard(
    client, references: list[str], graine: int, nombre: int
) -> list[tuple[str, str, str, int, str]]:
    """Do `nombre` acts drawn from `graine`; return each with its demande, its words, and what was answered."""
    tirage, faits = random.Random(graine), []
    for rang in range(nombre):
        reference, verbe = tirage.choice(references), tirage.choice(list(ACTES))
        mot = f"Mot {rang} de la personne {graine}, écrit avec soin."
        envoi = {nom: valeur.format(mot=mot) for nom, valeur in ACTES[verbe].items()}
        reponse = client.post(f"/tri/{reference}/{verbe}/", envoi)
        faits.append((reference, verbe, mot, reponse.status_code, html.unescape(reponse.content.decode())))
    return faits


def test_trois_personnes_sur_une_corbeille(scene, base_reelle):
    """D-08: two agents and a superviseur, 120 acts drawn at random on six demandes at once: what was said to be done is
    done, once; what was not is told, with the text given back; nobody answers twice."""
    technicien, (superviseur, _) = scene
    caisse = superviseur.caisses.get()
    agents = [distribution.creer_compte_actif(f"agent{n}.moselle", "agent", caisses=(caisse,)) for n in "12"]
    references = [deposer(technicien).reference for _ in range(6)]
    equipe = [superviseur, *agents]
    graines = {str(compte.pk): rang for rang, compte in enumerate(equipe)}
    passes = ensemble(
        equipe, lambda client: au_hasard(client, references, graines[client.session["_auth_user_id"]], 40)
    )
    faits = [un for siens in passes for un in siens]
    assert len(faits) == 120 and {statut for *_, statut, _ in faits} <= {302, 403, 409}
    messages = Counter((m.demande.reference, m.texte) for m in Message.objects.select_related("demande"))
    for reference, verbe, mot, statut, page in faits:
        if verbe == "prendre-en-charge":
            continue
        assert messages[reference, mot] == (statut == 302), (verbe, statut)
        if statut != 302:
            assert mot in page and ("entre-temps" in page or "est confiée à" in page), (verbe, statut)
    for demande in Demande.objects.prefetch_related("evenements", "messages"):
        verbes = Counter(un.verbe for un in demande.evenements.all())
        reussis = Counter(
            verbe for r, verbe, _, statut, _ in faits if r == demande.reference and statut == 302
        )
        assert verbes["repondre"] == reussis["repondre"] <= 1
        assert verbes["declarer_irrecevable"] == reussis["declarer-irrecevable"] <= 1
        assert len([m for m in demande.messages.all() if m.nature == "reponse"]) == verbes["repondre"]
