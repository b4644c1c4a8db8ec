"""What a superviseur does: urgency requalified, figures that open their lists, load shared out, term prolonged in a batch."""

import datetime as dt
import html
import re

import pytest

from signalements.actions import ecritures, instruction
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from tests import distribution
from tests.signalements.fabrique import demande_en, deposer, dernier_courriel


@pytest.fixture
def collegue_moselle(caisse_moselle):
    return distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))


def lue(reponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(reponse.content.decode()).replace("\xa0", " "))


def references(reponse) -> list[str]:
    return re.findall(r'class="reference" href="/tri/(D[\w-]+)/"', reponse.content.decode())


def test_requalifier_une_urgence(technicien_metz, agent_moselle, superviseur_moselle):
    """D-22: a superviseur only, with a reason told to the structure; not urgent, it keeps the date that was promised."""
    demande = deposer(technicien_metz)
    Demande.objects.filter(pk=demande.pk).update(urgente=True)
    promise = Demande.objects.get().promise_le
    adresse, raison = f"/tri/{demande.reference}/requalifier/", "La personne a ses droits ouverts."
    envoi = {"requalifier-texte": raison}
    assert distribution.connecte(agent_moselle).post(adresse, envoi).status_code == 403
    client = distribution.connecte(superviseur_moselle)
    assert client.post(adresse, {"requalifier-texte": " "}).status_code == 422
    assert client.post(adresse, envoi).status_code == 302
    demande.refresh_from_db()
    assert (demande.urgente, demande.promise_le) == (False, promise)
    page = lue(distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/"))
    assert raison in page and "Urgence requalifiée" in page
    assert dernier_courriel("message_recu").destinataire == technicien_metz.email
    # The other way: the promised date comes nearer.
    assert client.post(adresse, {"requalifier-texte": "Soins demain."}).status_code == 302
    demande.refresh_from_db()
    assert demande.urgente and demande.promise_le < promise
    # Who ticks it always is seen, what was requalified counted.
    page = lue(client.get("/tri/equipe/"))
    assert "Urgences signalées par structure" in page
    assert re.search(r"signalee=on.>1<span[^(]*\(100 %\)", page)


def test_chaque_chiffre_de_l_equipe_ouvre_sa_liste(
    technicien_metz, agent_moselle, superviseur_moselle, caisse_moselle
):
    """D-08: as many demandes in the list as its figure says, for each agent and each pôle."""
    hier = caisse_moselle.jour - dt.timedelta(days=1)
    for statut, champs in (
        (Statut.DEPOSEE, {"urgente": True}),
        (Statut.DEPOSEE, {}),
        (Statut.EN_COURS, {"promise_le": hier}),
        (Statut.EN_COURS, {"urgente": True}),
        (Statut.EN_ATTENTE, {}),
        (Statut.TRAITEE, {}),
        (Statut.CLOTUREE, {"promise_le": hier}),
    ):
        demande = demande_en(statut, technicien_metz, agent_moselle)
        if champs:
            Demande.objects.filter(pk=demande.pk).update(**champs)
    client = distribution.connecte(superviseur_moselle)
    instruction.requalifier(
        Demande.objects.get(urgente=True, statut=Statut.DEPOSEE),
        texte="Rien ne presse.",
        par=superviseur_moselle,
    )
    page = client.get("/tri/equipe/").content.decode()
    chiffres = re.findall(
        r'<a href="(/tri/\?panier=[^"]*(?:agent|pole|par|structure)=[^"]*)">(\d+)<span', page
    )
    # Loads of an agent and of a pôle, their delays kept, what one structure says urgent.
    assert len(chiffres) == 9 + 4 + 3 and {"1", "2", "7"} <= {nombre for _, nombre in chiffres}
    for adresse, nombre in chiffres:
        assert len(references(client.get(html.unescape(adresse)))) == int(nombre), adresse


def test_les_delais_tenus_restent_a_qui_a_repondu(
    technicien_metz, agent_moselle, superviseur_moselle, collegue_moselle
):
    """D-08: a demande that was answered, then handed over, counts for its author still."""
    demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    client = distribution.connecte(superviseur_moselle)
    envoi = {"de": agent_moselle.pk, "vers": collegue_moselle.pk, "texte": "Je pars.", "confirme": "1"}
    client.post("/tri/equipe/", envoi)
    assert Demande.objects.get().agent == collegue_moselle
    page = lue(client.get("/tri/equipe/"))
    page = page[page.index("Par agent") : page.index("Redistribuer")]
    ligne = page[page.index("Agent Moselle") : page.index("Collegue Moselle")]
    tenus = r"100 % \(<a[^>]*>1<span.*?</a> sur <a[^>]*>1<span"
    assert re.search(tenus, ligne)
    assert len(re.findall(tenus, page)) == 2  # his, and his pôle's


def test_redistribuer_a_plusieurs(
    technicien_metz, agent_moselle, superviseur_moselle, collegue_moselle, caisse_moselle
):
    """A-20, D-22: so many, of one pôle, in turn between several; said before; who is away is marked."""
    demandes = [demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(5)]
    ailleurs = demandes[4]
    autre = caisse_moselle.poles.exclude(pk=ailleurs.pole_id).order_by("pk")[0]
    Demande.objects.filter(pk=ailleurs.pk).update(pole=autre)
    jour = caisse_moselle.jour
    Absence.objects.create(compte=collegue_moselle, remplacant=agent_moselle, debut=jour, fin=jour)
    client = distribution.connecte(superviseur_moselle)
    assert f"Collegue Moselle (absent jusqu’au {jour:%d/%m})" in lue(client.get("/tri/equipe/"))
    envoi = {
        "de": agent_moselle.pk,
        "vers": [collegue_moselle.pk, superviseur_moselle.pk],
        "pole": demandes[0].pole_id,
        "nombre": "3",
        "texte": "Renfort de la semaine.",
    }
    page = lue(client.post("/tri/equipe/", envoi))
    assert "Collegue Moselle reçoit 2 demandes" in page and "Superviseur Moselle reçoit 1 demande " in page
    assert Demande.objects.filter(agent=agent_moselle).count() == 5
    client.post("/tri/equipe/", envoi | {"confirme": "1"})
    assert Demande.objects.filter(agent=collegue_moselle).count() == 2
    assert Demande.objects.filter(agent=superviseur_moselle).count() == 1
    assert set(Demande.objects.filter(agent=agent_moselle)) >= {ailleurs}


def test_prolonger_en_lot(technicien_metz, agent_moselle, superviseur_moselle):
    """D-15: a superviseur's decision with its reason, for the page that he ticked; not offered to an agent."""
    demandes = [demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2)]
    loin = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    terme = loin.caisse.jour + dt.timedelta(days=3)
    for demande in demandes:
        ecritures.deplacer_terme(demande, terme)
    envoi = {"acte": "prolonger", "references": [un.reference for un in (*demandes, loin)]}
    assert (
        distribution.connecte(agent_moselle).post("/tri/lot/", envoi | {"texte": "Oui."}).status_code == 422
    )
    client = distribution.connecte(superviseur_moselle)
    reponse = client.post("/tri/lot/?panier=bientot-au-terme", envoi)
    assert reponse.status_code == 422 and "avant leur terme" in lue(reponse)
    page = lue(client.post("/tri/lot/", envoi | {"texte": "La commission se réunit lundi."}))
    assert page.count(f"conservée jusqu’au {terme + dt.timedelta(days=15):%d/%m/%Y}.") == 2
    assert f"{loin.reference}</span> : rien n’a été fait" in page
    assert Demande.objects.filter(prolongations=1).count() == 2
