"""One person, several demandes: shown to the structure and to the caisse, never across structures (D-09, R-04)."""

import html
import re
import uuid

from signalements.models.demandes import Demande
from tests import distribution
from tests.signalements.fabrique import ASSURE, commencer, deposer


def test_demarche_deja_en_cours_signalee_avant_l_envoi(technicien_metz, collegue_metz):
    """Same person, same motif, same structure: shown on the recap, in whatever spelling; another motif is not."""
    deja = deposer(technicien_metz)
    autre_motif = deposer(technicien_metz, "suivi-demande")
    homonyme = deposer(technicien_metz, assure=ASSURE | {"naissance": "1972-11-05"})
    nouvelle = commencer(collegue_metz, assure=ASSURE | {"nom": "LARIVANDIERE", "prenom": "elodie"})
    client = distribution.connecte(collegue_metz)
    page = client.get(f"/demandes/{nouvelle.reference}/recapitulatif/").content.decode()
    assert "Démarche déjà en cours" in page and deja.reference in page
    assert autre_motif.reference not in page and homonyme.reference not in page


def test_un_jumeau_est_nomme_pour_qu_on_decide(technicien_metz, collegue_metz):
    """D-26: another first name, same day: the structure is told that it resembles, with the name and the birth date."""
    deja = deposer(technicien_metz, assure=ASSURE | {"prenom": "Aurore"})
    jumelle = commencer(collegue_metz, assure=ASSURE | {"prenom": "Blandine"})
    client, qui = distribution.connecte(collegue_metz), "Aurore Larivandière, "
    page = client.get(f"/demandes/{jumelle.reference}/recapitulatif/").content.decode()
    assert deja.reference in page and qui in page and "ou une autre qui lui ressemble" in page
    envoyee = deposer(collegue_metz, assure=ASSURE | {"prenom": "Blandine"})
    page = client.get(f"/demandes/{envoyee.reference}/").content.decode()
    assert deja.reference in page and qui in page and "quelqu’un qui lui ressemble" in page


def test_un_seul_nom_a_sa_phrase(technicien_metz):
    """One who bears a single name: the sentence says what to write."""
    demande = commencer(technicien_metz)
    saisie = {"nom": "Dupontel", "prenom": "", "verifier": "on"}
    page = distribution.connecte(technicien_metz).post(f"/demandes/{demande.reference}/brouillon/", saisie)
    assert (
        page.status_code == 422
        and "Si elle porte un seul nom, écrivez «\u00a0SNP\u00a0»" in page.content.decode()
    )


def test_un_autre_motif_ne_laisse_pas_de_brouillon_vide(connecte, technicien_metz, collegue_metz):
    """D-02: changing one's mind keeps the person, drops the draft where nothing was typed, and none that holds words."""
    client = connecte(technicien_metz)

    def autrement(brouillon: Demande, client=client) -> Demande:
        page = client.get(f"/demandes/{brouillon.reference}/brouillon/")
        lien = re.search(r'<a href="([^"]*)">Choisir un autre motif</a>', page.content.decode()).group(1)
        saisie = dict(client.get(lien).context["form"].initial) | {"motif": "saisine-mas"}
        reponse = client.post(lien, saisie)
        assert client.post(lien, saisie).url == reponse.url
        return Demande.objects.get(reference=reponse.url.split("/")[2])

    garni = commencer(technicien_metz, "suivi-demande")
    vide = autrement(garni)
    assert vide.contenu == {"assure": ASSURE} and Demande.objects.filter(pk=garni.pk).exists()
    autre = autrement(vide)
    assert autre.contenu == {"assure": ASSURE} and not Demande.objects.filter(pk=vide.pk).exists()
    # A colleague who knows the reference takes nothing and deletes nothing.
    adresse = "/demandes/nouvelle/moselle/difficulte/"
    saisie = {"jeton": str(uuid.uuid4()), "motif": "saisine-mas", "pour": autre.reference}
    reponse = connecte(collegue_metz).post(adresse, saisie)
    assert Demande.objects.get(reference=reponse.url.split("/")[2]).contenu == {}
    assert Demande.objects.filter(pk=autre.pk).exists()


def test_rien_n_est_dit_d_une_autre_structure(
    technicien_metz, technicien_grimaud, caisse_moselle, agent_moselle
):
    """No oracle: the other structure's demande shows only to the caisse, to neither of the two."""
    distribution.creer_convention(technicien_grimaud.partenaire, caisse_moselle)
    chez_metz = deposer(technicien_metz)
    chez_grimaud = deposer(technicien_grimaud, caisse=caisse_moselle)
    page = (
        distribution.connecte(technicien_grimaud).get(f"/demandes/{chez_grimaud.reference}/").content.decode()
    )
    assert chez_metz.reference not in page and "Pas d’autre demande" in page
    page = distribution.connecte(agent_moselle).get(f"/tri/{chez_metz.reference}/").content.decode()
    assert "Même personne" in page and chez_grimaud.reference in page


def test_m3_toutes_les_demandes_d_une_personne_en_une_page(technicien_metz, collegue_metz):
    """M3: from one of them, a press lists them all, whoever follows them; her name stands in no address."""
    siennes = {deposer(technicien_metz).reference, deposer(collegue_metz, "renoncement").reference}
    autre = deposer(technicien_metz, assure=ASSURE | {"nom": "Orvandel", "prenom": "Basile"}).reference
    client = distribution.connecte(technicien_metz)
    page = client.get(f"/demandes/{sorted(siennes)[0]}/").content.decode()
    mots = re.search(r'<input type="hidden" name="mots" value="([^"]*)">', page)[1]
    reponse = client.post("/demandes/", {"mots": html.unescape(mots)})
    liste = reponse.content.decode()
    assert all(reference in liste for reference in siennes) and autre not in liste
    assert reponse.status_code == 200 and "?" not in reponse.wsgi_request.get_full_path()


def test_nouvelle_demande_pour_la_meme_personne_sans_rien_retaper(technicien_metz):
    deja = deposer(technicien_metz)
    client = distribution.connecte(technicien_metz)
    page = client.get(f"/demandes/nouvelle/?pour={deja.reference}").content.decode()
    adresse = re.search(r'href="(/demandes/nouvelle/moselle/difficulte/[^"]*)"', page).group(1)
    assert f'value="{deja.reference}"' in client.get(adresse).content.decode()
    saisie = {"jeton": str(uuid.uuid4()), "motif": "suivi-demande", "pour": deja.reference}
    reponse = client.post(adresse, saisie)
    assert 'value="Larivandière"' in client.get(reponse.url).content.decode()


def test_la_reference_d_une_autre_structure_ne_donne_rien(technicien_metz, technicien_grimaud):
    """A forged reference gives an empty draft, nothing of the other structure's person."""
    ailleurs = deposer(technicien_grimaud)
    client = distribution.connecte(technicien_metz)
    saisie = {"jeton": str(uuid.uuid4()), "motif": "suivi-demande", "pour": ailleurs.reference}
    reponse = client.post("/demandes/nouvelle/moselle/difficulte/", saisie)
    assert "Larivandi" not in client.get(reponse.url).content.decode()
    assert Demande.objects.get(jeton=saisie["jeton"]).contenu == {}


def test_une_recherche_montre_ce_qui_ressemble(technicien_metz, technicien_grimaud, agent_moselle):
    """D-26: a slip in the name, a former name: what resembles is shown and said so, in the perimeter only."""
    demande = deposer(technicien_metz)
    exacte, pas_elle = "Larivandière Élodie", "Orvandel Basile"
    for compte, page in ((technicien_metz, "/demandes/"), (agent_moselle, "/tri/")):
        client = distribution.connecte(compte)
        for mots in ("Larivandierre Elodie", "Élodye Larivandière", "Petit épouse Larivandière Élodie"):
            lue = client.post(page, {"mots": mots}).content.decode()
            assert demande.reference in lue and "lui ressemblent" in lue, mots
        assert "lui ressemblent" not in client.post(page, {"mots": exacte}).content.decode()
        lue = client.post(page, {"mots": pas_elle}).content.decode()
        assert demande.reference not in lue and "Aucune demande trouvée" in lue
    ailleurs = distribution.connecte(technicien_grimaud).post("/demandes/", {"mots": "Larivandierre Elodie"})
    assert demande.reference not in ailleurs.content.decode()
