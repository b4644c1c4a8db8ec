"""Who sees which demande: the structure, the caisse, nobody else (R-04, D-09)."""

import json

import pytest
from django.db import connection

from conformite.models.journal import LigneJournal
from conventions.models.conventions import Participation
from droits.extraction import _une_demande
from signalements.actions import instruction
from signalements.workflow import Statut
from socle.profils import Profil
from tests import distribution
from tests.signalements.fabrique import commencer, demande_en, deposer


def test_un_collegue_voit_les_demandes_de_la_structure(technicien_metz, collegue_metz):
    """D-09: the history is the partner's."""
    demande = deposer(technicien_metz)
    client = distribution.connecte(collegue_metz)
    assert "Larivandière" in client.get(f"/demandes/{demande.reference}/").content.decode()
    assert demande.reference in client.get("/demandes/?qui=structure").content.decode()


def test_un_brouillon_n_est_vu_que_de_son_auteur(technicien_metz, collegue_metz):
    demande = commencer(technicien_metz)
    adresse = f"/demandes/{demande.reference}/brouillon/"
    assert distribution.connecte(technicien_metz).get(adresse).status_code == 200
    assert distribution.connecte(collegue_metz).get(adresse).status_code == 404


def test_une_autre_structure_et_une_autre_caisse_ne_trouvent_rien(
    technicien_metz, technicien_grimaud, agent_moselle, agent_var
):
    demande = deposer(technicien_metz)
    for compte, prefixe in ((technicien_grimaud, "demandes"), (agent_var, "tri")):
        client = distribution.connecte(compte)
        reponse = client.get(f"/{prefixe}/{demande.reference}/")
        assert reponse.status_code == 404 and "Larivandière" not in reponse.content.decode()
        assert demande.reference not in client.get(f"/{prefixe}/").content.decode()
        page = client.post(f"/{prefixe}/", {"mots": "Larivandière"}).content.decode()
        assert demande.reference not in page
        ligne = LigneJournal.objects.filter(acte="acces.refuse", compte=compte.pk).get()
        assert ligne.citees == [demande.reference]
    assert distribution.connecte(agent_moselle).get(f"/tri/{demande.reference}/").status_code == 200


@pytest.mark.parametrize("saisie", ["DUPONT-Marie-12031980", "269057512345678", "BERNARD.Lucie.VIH"])
def test_r04_rien_de_ce_qui_est_tape_dans_une_adresse_n_est_garde(technicien_metz, saisie):
    assert distribution.connecte(technicien_metz).get(f"/demandes/{saisie}/").status_code == 404
    ligne = LigneJournal.objects.filter(acte="acces.refuse", compte=technicien_metz.pk).get()
    assert saisie not in str(vars(ligne))


@pytest.mark.parametrize("nom", ["gestionnaire_metz", "administrateur_moselle", "national", "dpo_moselle"])
def test_gestionnaire_administrateur_et_dpo_ne_lisent_aucune_demande(request, technicien_metz, nom):
    demande = deposer(technicien_metz)
    client = distribution.connecte(request.getfixturevalue(nom))
    assert client.get(f"/demandes/{demande.reference}/").status_code in (403, 404)
    assert client.get(f"/tri/{demande.reference}/").status_code in (403, 404)
    assert client.get("/demandes/").status_code == 403
    assert client.get("/tri/").status_code == 403


def test_l_acces_cesse_avec_la_convention_sans_attendre_la_tache(technicien_metz):
    """A-13: access is computed at each request; it stops at the end even if no job has run."""
    demande = deposer(technicien_metz)
    client = distribution.connecte(technicien_metz)
    assert client.get(f"/demandes/{demande.reference}/").status_code == 200
    jour = demande.caisse.jour
    Participation.objects.filter(pk=demande.participation_id).update(fin=jour, fin_cause="denonciation")
    reponse = client.get(f"/demandes/{demande.reference}/")
    assert reponse.status_code in (302, 404)


def test_note_interne_jamais_montree_au_partenaire(technicien_metz, agent_moselle):
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    instruction.noter(demande, texte="Vérifier avec le service voisin.", par=agent_moselle)
    assert (
        "service voisin"
        in distribution.connecte(agent_moselle).get(f"/tri/{demande.reference}/").content.decode()
    )
    page = distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/").content.decode()
    assert "service voisin" not in page and "Note interne" not in page


def test_note_de_la_structure_jamais_montree_a_la_caisse(
    technicien_metz, collegue_metz, agent_moselle, superviseur_moselle, gestionnaire_metz
):
    """D-28: colleagues of the structure read it, also once the demande is over; the caisse neither reads it nor gives it to anybody."""
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    adresse = f"/demandes/{demande.reference}/"
    client = distribution.connecte(technicien_metz)
    client.post(f"{adresse}noter/", {"noter-texte": "La voisine garde les enfants le mardi."})
    client.post(f"{adresse}cloturer/")
    page = distribution.connecte(collegue_metz).get(adresse).content.decode()
    assert "garde les enfants" in page and "Note interne" in page and "Pas encore lu" not in page
    for compte in (agent_moselle, superviseur_moselle):
        page = distribution.connecte(compte).get(f"/tri/{demande.reference}/").content.decode()
        assert "garde les enfants" not in page and "Note interne" not in page
    assert "garde les enfants" not in json.dumps(_une_demande(demande), default=str)
    assert distribution.connecte(gestionnaire_metz).post(f"{adresse}noter/").status_code in (403, 404)
    assert not demande.messages.filter(nature="note_structure", lu_le__isnull=False).exists()


@pytest.mark.parametrize("cote", ["caisse", "structure"])
def test_une_note_rendue_publique_par_sql_ne_s_ouvre_plus(technicien_metz, agent_moselle, cote):
    """D-10: who may read a message is authenticated with it: its nature, its caisse."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    auteur, lecteur = (
        (agent_moselle, technicien_metz) if cote == "caisse" else (technicien_metz, agent_moselle)
    )
    instruction.noter(demande, texte="Vérifier avec le service voisin.", par=auteur)
    demande.messages.filter(nature__startswith="note").update(nature="message")
    client = distribution.connecte(lecteur)
    client.raise_request_exception = False
    reponse = client.get(f"/{'demandes' if cote == 'caisse' else 'tri'}/{demande.reference}/")
    assert reponse.status_code == 500 and "service voisin" not in reponse.content.decode()


def test_chaque_lecture_est_journalisee(technicien_metz, agent_moselle):
    """R-04: one line per page, with the references shown."""
    demande = deposer(technicien_metz)
    client = distribution.connecte(agent_moselle)
    client.get(f"/tri/{demande.reference}/")
    client.get("/tri/")
    client.post("/tri/", {"mots": "Larivandière"})
    lecture = LigneJournal.objects.get(acte="demande.lire", compte=agent_moselle.pk)
    assert lecture.reference == demande.reference
    listes = LigneJournal.objects.filter(acte="demande.lire_tri", compte=agent_moselle.pk)
    assert [ligne.citees for ligne in listes] == [[demande.reference]] * 2
    assert "Larivandi" not in str([ligne.details for ligne in LigneJournal.objects.all()])


def test_recherche_par_nom_prenom_naissance_reference(technicien_metz):
    """D-09: accents, order, prefix, date and a dictated reference find the demande; a stranger's name does not."""
    demande = deposer(technicien_metz)
    client = distribution.connecte(technicien_metz)
    trouvent = ["larivandiere", "LARIVANDIÈRE Élodie", "elodie lariv", "lariv 27/03/1985", demande.reference]
    trouvent.append(demande.reference.lower().replace("-", " "))
    for mots in trouvent:
        assert demande.reference in client.post("/demandes/", {"mots": mots}).content.decode(), mots
    for mots in ["Martinel", "elodie martinel", "28/03/1985", "D26-0000-0000"]:
        assert demande.reference not in client.post("/demandes/", {"mots": mots}).content.decode(), mots


def test_les_filtres_de_l_historique(technicien_metz, agent_moselle):
    """D-09: one filter at a time, said on the page; an unknown one shows those under way; a search says that it is one."""
    enfin = {
        "en_cours": demande_en(Statut.EN_COURS, technicien_metz, agent_moselle),
        "en_attente": demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle),
        "cloturee": demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle),
        "brouillon": commencer(technicien_metz),
    }
    client = distribution.connecte(technicien_metz)
    for filtre, montres in (
        ("ouvertes", {"en_cours", "en_attente"}),
        ("a-vous", {"en_attente"}),
        ("brouillons", {"brouillon"}),
        ("toutes", set(enfin)),
        ("inconnu", {"en_cours", "en_attente"}),
    ):
        reponse = client.get("/demandes/", {"filtre": filtre})
        trouvees = {ligne["demande"].reference for ligne in reponse.context["lignes"]}
        assert trouvees == {enfin[nom].reference for nom in montres}, filtre
        actifs = [adresse for adresse, *_, actif in reponse.context["onglets"] if actif]
        assert actifs == [f"/demandes/?filtre={filtre if filtre != 'inconnu' else 'ouvertes'}"]
    personne = client.post("/demandes/", {"mots": "Martinel"}).text
    assert "Aucune demande trouvée" in personne
    for demande in enfin.values():
        demande.delete()
    assert "Aucune demande ici" in client.get("/demandes/", {"filtre": "a-vous"}).text


def test_le_journal_ne_relie_pas_les_demandes_d_une_personne(technicien_metz, agent_moselle, caisse_moselle):
    """R-04, D-21: two structures, one person; what a copy of the base says of who read does not join them. It is found all the same."""
    autre = distribution.creer_partenaire("21570463000017", "CCAS d’à côté", 30)
    distribution.creer_convention(autre, caisse_moselle)
    ailleurs = distribution.creer_compte_actif("technicien.autre", Profil.TECHNICIEN, partenaire=autre)
    ici, la = deposer(technicien_metz), deposer(ailleurs)
    entree = distribution.connecte(agent_moselle)
    entree.get(f"/tri/{ici.reference}/")
    entree.post("/tri/", {"mots": "Larivandière Élodie"})
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT reference, partenaire, citees::text FROM conformite_lignejournal WHERE acte LIKE 'demande.lire%'"
        )
        lignes = curseur.fetchall()
    memes = [ligne for ligne in lignes if not ligne[0]]
    assert len(memes) == 2 and not [ligne for ligne in memes if ligne[1]]
    assert not [ligne for ligne in lignes if ici.reference in ligne[2] or la.reference in ligne[2]]
    actes = LigneJournal.objects.citant(la.reference).values_list("acte", "citees")
    assert ("demande.lire_memes", [la.reference]) in actes and "demande.lire_tri" in dict(actes)
