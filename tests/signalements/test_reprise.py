"""The departure of a technicien: references alone for the gestionnaire, another technicien takes over (A-11, A-12)."""

from django.urls import reverse

from accounts.actions.comptes import inactiver
from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from signalements.workflow import Statut
from socle.profils import Profil
from tests.accounts.aides import courriels, technicien, texte
from tests.distribution import connecte, creer_compte_actif
from tests.signalements.fabrique import ASSURE, demande_en, deposer


def adresse(compte: Compte) -> str:
    return reverse("compte-reprendre", args=[compte.pk])


def test_a12_les_references_et_jamais_le_contenu(gestionnaire_metz, technicien_metz, agent_moselle):
    """A-12: how many are open, and which; neither a closed one, nor a word of the content."""
    ouverte = deposer(technicien_metz)
    close = demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    page = texte(connecte(gestionnaire_metz).get(adresse(technicien_metz)))
    assert "1 demande ouverte" in page and ouverte.reference in page
    assert close.reference not in page and ASSURE["nom"] not in page and ouverte.motif.libelle not in page


def test_a12_un_collegue_reprend(gestionnaire_metz, technicien_metz, collegue_metz, agent_moselle):
    """A-12: the colleague follows and is told; the leaver's name stays on what he did; twice is once."""
    demande = deposer(technicien_metz)
    client = connecte(gestionnaire_metz)
    for attendu in ("1", "0"):
        reponse = client.post(adresse(technicien_metz), {"repreneur": collegue_metz.pk}, follow=True)
        assert f"Demandes reprises par {collegue_metz.nom_complet} : {attendu}." in texte(reponse)
    demande.refresh_from_db()
    assert demande.technicien == collegue_metz and demande.deposee_par == technicien_metz
    (recu,) = courriels(collegue_metz.email)
    assert recu.gabarit == "signalements/reprise" and demande.reference in recu.corps
    assert LigneJournal.objects.filter(acte="demande.reprendre", reference=demande.reference).count() == 1
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    page = texte(connecte(collegue_metz).get(reverse("demande", args=[demande.reference])))
    assert f"par {technicien_metz.nom_complet}" in page and "Suivie par un autre technicien" in page


def test_a12_seulement_un_technicien_actif_de_la_structure(
    gestionnaire_metz, technicien_metz, collegue_metz, technicien_grimaud
):
    """A-12: neither another structure's, nor a closed account, nor the leaver: refused, and nothing moves."""
    demande = deposer(technicien_metz)
    inactiver(collegue_metz, par=gestionnaire_metz, cause="depart")
    client = connecte(gestionnaire_metz)
    for autre in (technicien_grimaud, collegue_metz, technicien_metz, gestionnaire_metz):
        reponse = client.post(adresse(technicien_metz), {"repreneur": autre.pk})
        assert reponse.status_code == 422 and "Demandes ouvertes" in texte(reponse)
    assert "Aucun autre technicien actif" in texte(client.get(adresse(technicien_metz)))
    demande.refresh_from_db()
    assert demande.technicien == technicien_metz and not courriels(technicien_grimaud.email)


def test_a12_personne_d_autre(gestionnaire_metz, technicien_metz, gestionnaire_grimaud, agent_moselle, metz):
    """A-12: any gestionnaire of the structure, nobody else."""
    autre = creer_compte_actif("seconde.metz", Profil.GESTIONNAIRE, partenaire=metz)
    assert connecte(autre).get(adresse(technicien_metz)).status_code == 200
    for compte, attendu in ((gestionnaire_grimaud, 404), (agent_moselle, 404), (technicien_metz, 403)):
        assert connecte(compte).get(adresse(technicien_metz)).status_code == attendu


def test_m11_partagees_entre_deux_collegues(gestionnaire_metz, technicien_metz, collegue_metz, metz):
    """One act: each reference to whom knows it; each is told of his own, and of nobody else's."""
    autre = creer_compte_actif("tiers.metz", Profil.TECHNICIEN, partenaire=metz)
    une, deux, trois = (deposer(technicien_metz) for _ in range(3))
    client = connecte(gestionnaire_metz)
    incomplet = client.post(adresse(technicien_metz), {f"pour_{une.pk}": autre.pk})
    assert incomplet.status_code == 422
    choix = {"repreneur": collegue_metz.pk, f"pour_{deux.pk}": autre.pk}
    assert client.post(adresse(technicien_metz), choix).status_code == 302
    for demande, attendu in ((une, collegue_metz), (deux, autre), (trois, collegue_metz)):
        demande.refresh_from_db()
        assert demande.technicien == attendu
    (recu,) = courriels(autre.email)
    assert deux.reference in recu.corps and une.reference not in recu.corps


def test_m11_l_inactivation_mene_a_la_reprise(gestionnaire_metz, technicien_metz, collegue_metz):
    """Closed at once; then who takes what, and the home page says it until none is left."""
    demande = deposer(technicien_metz)
    client = connecte(gestionnaire_metz)
    fermeture = client.post(
        reverse("compte-inactiver", args=[technicien_metz.pk]), {"inactiver-cause": "depart"}
    )
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == "inactif" and fermeture.url == adresse(technicien_metz)
    accueil = texte(client.get("/"))
    assert "Demande sans suivi" in accueil and adresse(technicien_metz) in client.get("/").content.decode()
    assert demande.reference in texte(client.get(adresse(technicien_metz)))
    client.post(adresse(technicien_metz), {"repreneur": collegue_metz.pk})
    demande.refresh_from_db()
    assert demande.technicien == collegue_metz and "sans suivi" not in texte(client.get("/"))


def test_m11_le_remplacement_mene_a_la_reprise(gestionnaire_metz, technicien_metz, collegue_metz):
    """« Ce compte remplace » closes an account too: what it leaves is handed over at once; nothing left, nothing asked."""
    demande = deposer(technicien_metz)
    client = connecte(gestionnaire_metz)
    nouveau = client.post(reverse("compte-nouveau"), technicien(remplace=technicien_metz.pk), follow=True)
    assert nouveau.redirect_chain[-1][0] == adresse(technicien_metz)
    assert "Le compte est créé." in texte(nouveau) and demande.reference in texte(nouveau)
    autre = technicien(remplace=collegue_metz.pk, nom="Weber", prenom="Inès", email="ines.weber@metz.example")
    assert client.post(reverse("compte-nouveau"), autre).url == reverse("comptes")
