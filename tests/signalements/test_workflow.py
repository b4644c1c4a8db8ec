"""The table of transitions, case by case: every (state, verb, profile), through the views."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from signalements.actions import rendez_vous
from signalements.models.demandes import Demande
from signalements.workflow import TRANSITIONS, Statut, TransitionImpossible, est_permise
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil
from socle.roles import Cote, profils_du
from tests import distribution
from tests.matrice.monde import bloc
from tests.signalements.fabrique import demande_en

# What a form of the verb needs to be valid; {creneau} and {participation} stand for objects of the scene.
CHAMPS = {
    "deposer": {"accord": "on", "consentement": "on"},
    "demander_complement": {"texte": "Depuis quand ?"},
    "proposer_creneaux": {
        "creneau_1": "14/12/2099 10:30",
        "duree": "30",
        "lieu": "telephone",
        "precisions": "La caisse appelle.",
    },
    "accepter_creneau": {"creneau": "{creneau}"},
    "refuser_creneaux": {"texte": "Plutôt le matin."},
    "transferer": {"texte": "La personne a déménagé.", "participation": "{participation}"},
    "completer": {"texte": "Depuis mai."},
    "repondre": {"texte": "C’est fait.", "issue": "droits-ouverts"},
    "rediriger": {"texte": "Pour vous.", "pole": "{pole}"},
    "relancer": {"texte": "Et pour les enfants ?"},
    "declarer_irrecevable": {"texte": "Voyez l’autre caisse.", "raison": "autre-caisse"},
    "rouvrir": {"texte": "Un élément nouveau."},
}
CRENEAUX = "en_attente, créneaux proposés"
PROFILS_DU_PARTENAIRE = profils_du(Cote.PARTENAIRE)


@dataclass
class Scene:
    """One demande in each state, one account of each profile, all of the same caisse and structure."""

    demandes: dict[str, Demande]
    clients: dict[str, Client]
    cles: dict[str, int]
    # Of each demande, what every test finds: what is tried is undone.
    traces: dict[str, tuple[Any, ...]]


@contextmanager
def essai() -> Iterator[None]:
    """Try something, then undo it."""
    with bloc():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Make the scene once; nothing of it is committed."""
    with django_db_blocker.unblock(), bloc():
        yield _creer_scene()
        transaction.set_rollback(True)


def _creer_scene() -> Scene:
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    var = distribution.creer_caisse("var", "CPAM du Var", "83")
    metz = distribution.creer_partenaire("90057001100016", "Metz Métropole")
    distribution.creer_convention(metz, caisse)
    comptes: dict[str, Compte] = {}
    for profil in Profil:
        cote: dict[str, Any] = {"partenaire": metz} if profil in PROFILS_DU_PARTENAIRE else {}
        cote |= {"caisses": (caisse,)} if profil in profils_du(Cote.CAISSE) else {}
        comptes[profil] = distribution.creer_compte_actif(f"{profil}.essai", profil, **cote)
    technicien, agent = comptes[Profil.TECHNICIEN], comptes[Profil.AGENT]
    demandes = {str(statut): demande_en(statut, technicien, agent) for statut in Statut}
    # The caisse may close what was read (D-20).
    lue = demandes[Statut.TRAITEE]
    Demande.objects.filter(pk=lue.pk).update(lue_le=lue.traitee_le)
    demandes[CRENEAUX] = demande_en(Statut.EN_COURS, technicien, agent)
    rendez_vous.proposer_creneaux(
        demandes[CRENEAUX],
        creneaux=[horloge.maintenant() + dt.timedelta(days=3)],
        duree=30,
        lieu="telephone",
        precisions="La caisse appelle.",
        par=agent,
    )
    # Last, so that the demandes above go to the first caisse.
    convention = distribution.creer_convention(metz, var)
    cles = {
        "creneau": demandes[CRENEAUX].rendez_vous.get().pk,
        "pole": caisse.poles.exclude(pk=demandes[Statut.DEPOSEE].pole_id).order_by("pk")[0].pk,
        "participation": convention.participations.get().pk,
    }
    clients = {profil: distribution.connecte(compte) for profil, compte in comptes.items()}
    return Scene(demandes, clients, cles, {ou: trace(demande) for ou, demande in demandes.items()})


def adresse_de(demande: Demande, verbe: str, profil: str) -> str:
    if verbe == "deposer":
        return f"/demandes/{demande.reference}/recapitulatif/"
    cote = "demandes" if profil in PROFILS_DU_PARTENAIRE else "tri"
    if verbe == "retirer_envoi":
        message = demande.messages.last()
        return f"/{cote}/{demande.reference}/messages/{message.pk if message else 0}/retirer/"
    return f"/{cote}/{demande.reference}/{verbe.replace('_', '-')}/"


def poster(client: Client, demande: Demande, verbe: str, profil: str, cles: dict[str, int] | None = None):
    prefixe = "" if verbe == "deposer" else f"{verbe.replace('_', '-')}-"
    champs = {f"{prefixe}{nom}": v.format_map(cles or {}) for nom, v in CHAMPS.get(verbe, {}).items()}
    return client.post(adresse_de(demande, verbe, profil), champs)


def trace(demande: Demande) -> tuple[Any, ...]:
    """All that an act could change."""
    return (
        Demande.objects.values().get(pk=demande.pk),
        list(demande.evenements.order_by("pk").values()),
        demande.messages.count(),
        list(demande.rendez_vous.order_by("pk").values()),
        LigneJournal.objects.filter(acte__startswith="demande.")
        .exclude(acte__startswith="demande.lire")
        .count(),
    )


def est_attendu(situation: str, verbe: str, profil: str) -> bool:
    """Whether the table allows it; slots are answered by a choice, a complement by a complement."""
    statut = Statut.EN_ATTENTE if situation == CRENEAUX else situation
    if verbe in ("accepter_creneau", "refuser_creneaux") and situation != CRENEAUX:
        return False
    if verbe in ("completer", "retirer_envoi") and situation == CRENEAUX:
        return False
    return est_permise(verbe, statut, Compte(profil=profil))


@pytest.mark.parametrize("profil", Profil)
@pytest.mark.parametrize("verbe", TRANSITIONS)
def test_chaque_etat_chaque_verbe_chaque_profil(scene: Scene, verbe: str, profil: str):
    """D-09, D-19, D-20, D-21: what the table allows is done and told; the rest is refused and changes nothing."""
    faux = []
    for situation, demande in scene.demandes.items():
        with essai():
            avant = scene.traces[situation]
            reponse = poster(scene.clients[profil], demande, verbe, profil, scene.cles)
            apres = trace(demande)
            if est_attendu(situation, verbe, profil):
                fait = (
                    reponse.status_code == 302
                    and apres[0]["statut"] == TRANSITIONS[verbe].vers
                    and apres[1][-1]["verbe"] == verbe
                    and apres[4] > avant[4]
                )
            else:
                fait = apres == avant and (verbe == "deposer" or reponse.status_code in (403, 404, 409))
            if not fait:
                faux.append((situation, reponse.status_code, apres[0]["statut"]))
    assert faux == []


@pytest.mark.parametrize("verbe", TRANSITIONS)
def test_la_machine_ne_fait_que_clore(scene: Scene, verbe: str):
    """D-20: the job closes what was read or never answered, it does nothing else."""
    for situation, demande in scene.demandes.items():
        with essai():
            statut = Demande.objects.values_list("statut", flat=True).get(pk=demande.pk)
            attendu = (verbe, statut) in {("cloturer", "traitee"), ("clore_sans_reponse", "en_attente")}
            frais = Demande.objects.get(pk=demande.pk)
            champs = {"issue": "sans-reponse"} if verbe == "clore_sans_reponse" else {}
            try:
                frais.transiter(verbe, par=MACHINE, le=demande.deposee_le or demande.creee_le, **champs)
                fait = True
            except TransitionImpossible:
                fait = False
            assert fait == attendu, f"{situation} {verbe}"
    assert TRANSITIONS[verbe].permise_a(MACHINE) == (verbe in ("cloturer", "clore_sans_reponse"))


def test_un_agent_n_agit_que_sur_les_siennes_un_superviseur_sur_toutes(
    technicien_metz, agent_moselle, superviseur_moselle, caisse_moselle
):
    collegue = distribution.creer_compte_actif("collegue.moselle", Profil.AGENT, caisses=(caisse_moselle,))
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    assert poster(distribution.connecte(collegue), demande, "repondre", "agent").status_code == 403
    assert (
        poster(distribution.connecte(superviseur_moselle), demande, "repondre", "superviseur").status_code
        == 302
    )


def test_la_caisse_ne_clot_qu_apres_lecture(technicien_metz, agent_moselle):
    """D-20: the answer is written and read by the structure before the caisse may close."""
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    client = distribution.connecte(agent_moselle)
    assert poster(client, demande, "cloturer", "agent").status_code == 403
    distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/")
    assert poster(client, demande, "cloturer", "agent").status_code == 302


def test_le_second_agent_est_prevenu_et_garde_son_texte(technicien_metz, agent_moselle, superviseur_moselle):
    """Two writers on one demande: one effect; the second reads who was faster, and keeps his text."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    poster(distribution.connecte(superviseur_moselle), demande, "repondre", "superviseur")
    reponse = distribution.connecte(agent_moselle).post(
        f"/tri/{demande.reference}/repondre/",
        {"repondre-texte": "Une longue réponse écrite avec soin.", "repondre-issue": "information"},
    )
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "La demande a changé entre-temps" in page and "Une longue réponse écrite avec soin." in page
    assert demande.messages.filter(nature="reponse").count() == 1
