"""The list of the desk: filters, order, lists that are kept, search, all ticked at once, preferences."""

import datetime as dt
import html
import re

import pytest

from signalements.actions import ecritures
from signalements.models.demandes import Demande
from signalements.models.preferences import Preferences, Vue
from signalements.workflow import Statut
from socle import horloge
from tests import distribution
from tests.signalements.fabrique import ASSURE, demande_en, deposer


@pytest.fixture
def collegue_moselle(caisse_moselle):
    return distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))


@pytest.fixture
def autre_structure(caisse_moselle):
    """A technicien of another structure of the caisse."""
    forbach = distribution.creer_partenaire("90057001300012", "Mission locale de Forbach")
    distribution.creer_convention(forbach, caisse_moselle)
    return distribution.creer_compte_actif("technicien.forbach", "technicien", partenaire=forbach)


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


def references(reponse) -> list[str]:
    return re.findall(r'class="reference" href="/tri/(D[\w-]+)/"', reponse.content.decode())


def test_chaque_filtre_ne_garde_que_ce_qu_il_dit(
    technicien_metz, autre_structure, agent_moselle, collegue_moselle
):
    """D-08: structure by name or SIRET, motif, agent, state, dates, answer received; together; counted in the baskets."""
    mienne = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    repondue = demande_en(Statut.EN_COURS, technicien_metz, collegue_moselle)
    ailleurs = deposer(autre_structure, "rdv-ame", raison_portail="autonomie", lieu="telephone")
    ancienne = deposer(technicien_metz)
    Demande.objects.filter(pk=repondue.pk).update(en_attente_le=horloge.maintenant())
    Demande.objects.filter(pk=ancienne.pk).update(deposee_le=horloge.maintenant() - dt.timedelta(days=40))
    client = distribution.connecte(agent_moselle)
    jour = mienne.caisse.jour - dt.timedelta(days=10)
    for filtre, attendues in (
        ({"structure": "forbach"}, {ailleurs}),
        ({"structure": "900 570 013 00012"}, {ailleurs}),
        ({"motif": "rdv-ame"}, {ailleurs}),
        ({"agent": "moi"}, {mienne}),
        ({"agent": "personne"}, {ailleurs, ancienne}),
        ({"agent": str(collegue_moselle.pk)}, {repondue}),
        ({"etat": "deposee"}, {ailleurs, ancienne}),
        ({"du": jour.isoformat()}, {mienne, repondue, ailleurs}),
        ({"au": jour.isoformat()}, {ancienne}),
        ({"reponse": "on"}, {repondue}),
        ({"pieces": "on"}, set()),
        ({"structure": "metz", "agent": "personne"}, {ancienne}),
        # What is no choice is left out: an address that was kept outlives a colleague.
        ({"agent": "99999", "etat": "brouillon", "tri": '"; --'}, {mienne, repondue, ailleurs, ancienne}),
    ):
        reponse = client.get("/tri/", {"panier": "ouvertes"} | filtre)
        assert set(references(reponse)) == {une.reference for une in attendues}, filtre
        assert f'>Ouvertes <span class="onglets__nombre">{len(attendues)}</span>' in reponse.content.decode()


def test_l_ordre_choisi(technicien_metz, agent_moselle, caisse_moselle):
    """D-08: the order that was asked for, kept from page to page with the filters."""
    maintenant, jour = horloge.maintenant(), caisse_moselle.jour
    premiere, deuxieme, urgente = (deposer(technicien_metz) for _ in range(3))
    for rang, demande in enumerate((premiere, deuxieme, urgente)):
        Demande.objects.filter(pk=demande.pk).update(
            deposee_le=maintenant - dt.timedelta(days=rang),
            promise_le=jour + dt.timedelta(days=rang),
            urgente=demande == urgente,
        )
    client = distribution.connecte(agent_moselle)
    for tri, attendues in (
        ("", [urgente, premiere, deuxieme]),
        ("promise", [premiere, deuxieme, urgente]),
        ("anciennes", [urgente, deuxieme, premiere]),
        ("recentes", [premiere, deuxieme, urgente]),
    ):
        reponse = client.get("/tri/", {"tri": tri})
        assert references(reponse) == [une.reference for une in attendues], tri


def test_bientot_au_terme_commence_par_ce_qui_s_efface(technicien_metz, agent_moselle, caisse_moselle):
    """D-15: by the term, whatever the urgency; the day of effacement stands in the row."""
    demandes = [demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(3)]
    for demande, jours in zip(demandes, (20, 3, 9), strict=True):
        ecritures.deplacer_terme(demande, caisse_moselle.jour + dt.timedelta(days=jours))
        Demande.objects.filter(pk=demande.pk).update(urgente=jours == 20, prolongations=1)
    reponse = distribution.connecte(agent_moselle).get("/tri/?panier=bientot-au-terme")
    assert references(reponse) == [demandes[rang].reference for rang in (1, 2, 0)]
    assert f"{caisse_moselle.jour + dt.timedelta(days=3):%d/%m/%Y} (1 prolongation)" in lue(reponse)


def test_la_recherche_trouve_une_structure_et_la_fin_d_une_reference(
    technicien_metz, autre_structure, agent_moselle, technicien_grimaud
):
    """D-09: a structure by its name, a reference by its end, a person; nothing of another caisse."""
    autre = {"assure": ASSURE | {"nom": "Autremont", "prenom": "Basile"}}
    mienne, ailleurs = deposer(technicien_metz), deposer(autre_structure, **autre)
    etrangere = deposer(technicien_grimaud)
    client = distribution.connecte(agent_moselle)
    for mots, attendues in (
        ("Forbach", {ailleurs}),
        ("mission locale", {ailleurs}),
        (mienne.reference[-4:].lower(), {mienne}),
        (mienne.reference[4:], {mienne}),
        (mienne.reference[4:].replace("-", ""), {mienne}),
        ("autremont basile", {ailleurs}),
        (etrangere.reference[4:], set()),
        ("Grimaud", set()),
    ):
        reponse = client.post("/tri/", {"mots": mots})
        assert set(references(reponse)) == {une.reference for une in attendues}, mots


def test_garder_une_liste_la_rouvrir_l_oublier(technicien_metz, agent_moselle, collegue_moselle):
    """D-08: a basket and its filters under a name, one's own only; what is no filter is not kept."""
    client = distribution.connecte(agent_moselle)
    adresse = "/tri/listes/garder/?panier=en-retard&agent=moi&tri=terme&intrus=1"
    reponse = client.post(adresse, {"titre": "Mes retards"})
    assert reponse.url == "/tri/?panier=en-retard&agent=moi&tri=terme"
    assert '<a href="?panier=en-retard&agent=moi&tri=terme">Mes retards</a>' in lue(client.get("/tri/"))
    # The same name: the list is replaced. Without a name: nothing.
    client.post("/tri/listes/garder/?panier=urgentes", {"titre": "Mes retards"})
    refusee = client.post("/tri/listes/garder/?panier=urgentes", {"titre": " "}, follow=True)
    assert refusee.context["garder"].errors["titre"] and refusee.context["en_erreur"]
    vue = Vue.objects.get()
    assert vue.adresse == "panier=urgentes"
    autre = distribution.connecte(collegue_moselle)
    assert "Mes retards" not in lue(autre.get("/tri/"))
    assert autre.post(f"/tri/listes/{vue.pk}/oublier/").status_code == 404
    assert client.post(f"/tri/listes/{vue.pk}/oublier/").status_code == 302
    assert not Vue.objects.exists()


def test_la_structure_garde_ses_listes_aussi(technicien_metz, collegue_metz, agent_moselle):
    """M2: filters of the history under a name, one's own only; what is no filter is not kept."""
    client = distribution.connecte(technicien_metz)
    deposer(technicien_metz)
    adresse = "/demandes/listes/garder/?filtre=chez-la-caisse&qui=structure&retard=on&caisse=999&intrus=1"
    assert client.post(adresse, {"titre": "Nos retards"}).url == (
        "/demandes/?filtre=chez-la-caisse&qui=structure&retard=on"
    )
    page = lue(client.get("/demandes/"))
    assert '<a href="?filtre=chez-la-caisse&qui=structure&retard=on">Nos retards</a>' in page
    autre, vue = distribution.connecte(collegue_metz), Vue.objects.get()
    assert "Nos retards" not in lue(autre.get("/demandes/"))
    assert autre.post(f"/demandes/listes/{vue.pk}/oublier/").status_code == 404
    assert "Nos retards" in lue(client.get("/demandes/preferences/"))
    client.post(f"/demandes/listes/{vue.pk}/oublier/")
    assert not Vue.objects.exists()


def test_une_demande_revient_le_jour_dit(
    technicien_metz, agent_moselle, collegue_moselle, caisse_moselle, time_machine
):
    """D-08: in « À revoir » of who asked for it, from that day on; nobody else's; forgotten without a day."""
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    client, adresse = distribution.connecte(agent_moselle), f"/tri/{demande.reference}/rappeler/"
    jour = caisse_moselle.jour
    assert client.post(adresse, {"rappeler-le": jour.isoformat()}).status_code == 422
    lendemain = (jour + dt.timedelta(days=1)).isoformat()
    assert client.post(adresse, {"rappeler-le": lendemain}).status_code == 302
    assert references(client.get("/tri/?panier=rappels")) == []
    time_machine.move_to(horloge.maintenant() + dt.timedelta(days=1), tick=False)
    client = distribution.connecte(agent_moselle)
    assert references(client.get("/tri/?panier=rappels")) == [demande.reference]
    assert references(distribution.connecte(collegue_moselle).get("/tri/?panier=rappels")) == []
    client.post(adresse, {"rappeler-le": ""})
    assert references(client.get("/tri/?panier=rappels")) == []


def test_tout_cocher_sans_script(technicien_metz, agent_moselle):
    """D-08: a press ticks the page, a second one unticks it; nothing is done to the demandes."""
    demandes = [deposer(technicien_metz) for _ in range(3)]
    client = distribution.connecte(agent_moselle)
    for tout, nombre in (("1", 3), ("0", 0)):
        page = client.post("/tri/lot/?panier=a-prendre", {"tout": tout}).content.decode()
        assert len(re.findall(r'name="references"[^>]*\bchecked', page)) == nombre
    assert not Demande.objects.exclude(statut=Statut.DEPOSEE).exists() and len(demandes) == 3


def test_les_raccourcis_se_lisent_et_se_coupent(technicien_metz, agent_moselle):
    """RGAA 12: one-key shortcuts are told, on the list alone, and may be switched off."""
    deposer(technicien_metz)
    client = distribution.connecte(agent_moselle)
    assert "data-raccourcis" in client.get("/tri/").content.decode()
    assert 'href="/tri/preferences/"' in client.get("/mon-compte/").content.decode()
    assert "Cocher ou décocher la demande" in lue(client.get("/tri/preferences/"))
    assert client.post("/tri/preferences/", {"resume": "on"}).status_code == 302
    choisies = Preferences.objects.get(compte=agent_moselle)
    assert (choisies.raccourcis, choisies.resume) == (False, True)
    assert "data-raccourcis" not in client.get("/tri/").content.decode()
