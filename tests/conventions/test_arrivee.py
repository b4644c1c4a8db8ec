"""The arrival of a structure on one page, and its bilan a year later (A-01, A-21, C-01, C-07, C-11, C-14)."""

import datetime as dt

import pytest

from accounts.models.compte import Compte
from conventions.models.conventions import Participation
from conventions.models.suites import Avenant
from socle import horloge
from socle.profils import Profil
from tests.conventions.fabrique import SIRET, signer
from tests.conventions.textes import texte_du_pdf
from tests.distribution import creer_compte_actif
from tests.signalements.fabrique import deposer

ARRIVEE = f"/partenaires/{SIRET}/arrivee/"


def geste(client):
    """Return the next gesture that the page shows, and its address."""
    suivante = client.get(ARRIVEE).context["suivante"]
    return (suivante.titre, suivante.url) if suivante else None


def test_the_arrival_in_one_thread(client, brouillon):
    """A-01, A-21, C-01, C-07: from the SIRET to the first sign-in, one page says whose turn it is and where."""
    page = f"/conventions/{brouillon.reference}/"
    assert geste(client) == ("Rédaction de la convention", page)
    client.post(f"{page}mettre-a-la-signature/")
    assert geste(client) == ("Signature de la convention", page)
    assert "Président, CCAS de Thionville" in client.get(ARRIVEE).content.decode()
    signer(client, brouillon)
    # The convention is in force; the portal opens with the convention d’utilisation only.
    assert geste(client) == ("Signature de la convention d’utilisation", page)
    signer(client, brouillon, "utilisation")
    demande = f"/habilitations/nouvelle/habilitation/?structure={SIRET}"
    assert geste(client) == ("Habilitation d’un gestionnaire", demande)
    assert client.get(demande).status_code == 200
    gestionnaire = creer_compte_actif(
        "gestionnaire.thionville", Profil.GESTIONNAIRE, partenaire=brouillon.partenaire
    )
    Compte.objects.filter(pk=gestionnaire.pk).update(derniere_connexion_le=None)
    assert geste(client) == ("Première connexion", f"/comptes/structure/{SIRET}/")
    Compte.objects.filter(pk=gestionnaire.pk).update(derniere_connexion_le=gestionnaire.active_le)
    assert geste(client) is None
    assert "L’arrivée est terminée" in client.get(ARRIVEE).content.decode()


def test_an_arrival_not_begun(client, metz, caisse_moselle):
    """A-21: a structure known by its SIRET, whose convention with this caisse has ended: the next one is to be drawn up."""
    Participation.objects.update(fin=caisse_moselle.jour, fin_cause="terme")
    metz.conventions.update(statut="terminee")
    suivante = client.get(f"/partenaires/{metz.siret}/arrivee/").context["suivante"]
    assert suivante.url == f"/conventions/nouvelle/?siret={metz.siret}"
    assert client.get(suivante.url).status_code == 200


def test_bilan_annuel(
    client, connecte, metz, technicien_metz, gestionnaire_metz, gestionnaire_grimaud, caisse_moselle
):
    """C-11, C-14: who makes it, the numbers, the difficulties, the comités; nobody is named; not for a draft, nor elsewhere."""
    convention = metz.conventions.get()
    demande = deposer(technicien_metz)
    base = f"/conventions/{convention.reference}/"
    jour = caisse_moselle.jour
    for nature, quand, texte in (
        ("difficulte", jour, "Réponses trop lentes en août."),
        ("comite", jour, "Réunion de mai."),
        ("comite", jour + dt.timedelta(days=20), "Réunion à venir."),
    ):
        donnees = {"nature": nature, "jour": quand.isoformat(), "texte": texte}
        assert client.post(f"{base}suivi/", donnees).status_code == 302
    tenu = convention.suivis.get(texte="Réunion de mai.")
    decisions = {"tenu": "oui", "presents": "Les référents", "texte": "Réunion de mai."}
    assert client.post(f"{base}suivi/{tenu.pk}/confirmer/", decisions).status_code == 302
    reponse = connecte(gestionnaire_metz).get(f"{base}bilans/1/bilan.pdf")
    assert reponse.status_code == 200
    bilan = texte_du_pdf(reponse.content)
    assert "Le bilan annuel est établi par la caisse" in bilan
    assert "Demandes reçues moins de 11 –" in bilan
    assert "Réponses trop lentes en août." in bilan
    assert "Réunion de mai." in bilan
    assert "Réunion à venir." not in bilan
    assert demande.reference not in bilan
    assert connecte(gestionnaire_grimaud).get(f"{base}bilans/1/bilan.pdf").status_code == 404


def test_the_bilan_tells_the_avenants_of_the_year(client, en_vigueur, caisse_moselle):
    """C-11: those in force since the year began; not older, nor signed for later."""
    en_vigueur.participations.update(debut=caisse_moselle.jour - dt.timedelta(days=365 + 330))
    for numero, depuis in ((1, 400), (2, 300), (3, 0), (4, -60)):
        jour = caisse_moselle.jour - dt.timedelta(days=depuis)
        Avenant.objects.create(
            convention=en_vigueur,
            numero=numero,
            objet="Délais",
            signe_le=jour,
            prend_effet_le=jour,
            cree_le=horloge.maintenant(),
        )
    bilan = texte_du_pdf(client.get(f"/conventions/{en_vigueur.reference}/bilans/2/bilan.pdf").content)
    assert [numero for numero in range(1, 5) if f"Avenant n° {numero}," in bilan] == [2, 3]


@pytest.mark.parametrize("personne", ["agent_moselle", "gestionnaire_metz", "dpo_moselle"])
def test_an_arrival_is_for_administrateurs(request, connecte, metz, personne):
    """A-21, C-01: nobody else looks for a structure by its SIRET, nor follows its arrival."""
    client = connecte(request.getfixturevalue(personne))
    assert client.get(f"/partenaires/{metz.siret}/arrivee/").status_code == 403
    assert client.get("/partenaires/", {"q": metz.siret}).status_code == 403


def test_a_siret_finds_its_structure_at_once(client, metz):
    """A-21: the exact SIRET leads to the record; anything else is a search."""
    reponse = client.get("/partenaires/", {"q": metz.siret})
    assert (reponse.status_code, reponse.url) == (302, f"/partenaires/{metz.siret}/")
    assert client.get("/partenaires/", {"q": metz.siret[:-1]}).status_code == 200
    assert metz.nom in client.get("/partenaires/", {"q": metz.nom[:4]}).content.decode()


def test_no_bilan_before_the_signature(client, brouillon):
    """C-14: a draft has no year to tell."""
    assert client.get(f"/conventions/{brouillon.reference}/bilans/1/bilan.pdf").status_code == 404
