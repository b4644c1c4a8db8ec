"""Security acts: fraud, loss, theft (A-15); exclusion and suspension (A-16)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.comptes import inactiver
from accounts.models.habilitations import SignalementSecurite
from conformite.models.journal import LigneJournal
from socle.profils import Profil
from tests.accounts.aides import courriels, rien_ne_change, texte
from tests.conventions.aides import erreurs
from tests.distribution import connecte, creer_compte_actif, creer_convention

FAITS = {"nature": "vol", "faits": "Ordinateur volé dans le train hier soir."}


def test_a15_depuis_la_page_de_connexion(technicien_metz, gestionnaire_metz, administrateur_moselle):
    """A-15: told without signing in; both parties receive a dated proof; they decide."""
    assert "Signaler une fraude, une perte ou un vol" in texte(Client().get("/connexion/"))
    champs = FAITS | {"identifiant": "technicien.metz", "coordonnees": "Alix, 03 87 00 00 00"}
    reponse = Client().post("/securite/signaler/", champs, follow=True)
    assert "Votre signalement est enregistré" in texte(reponse)
    signalement = SignalementSecurite.objects.get()
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == "actif"
    for destinataire in (gestionnaire_metz.email, administrateur_moselle.email):
        assert f"/securite/{signalement.pk}/" in courriels(destinataire)[-1].corps
    client = connecte(gestionnaire_metz)
    assert "Signalements de sécurité" in texte(client.get("/"))
    page = texte(client.get(f"/securite/{signalement.pk}/"))
    assert "Ordinateur volé" in page and "Pas encore" in page
    client.post(f"/securite/{signalement.pk}/traiter/", {"suite": "inactiver"})
    technicien_metz.refresh_from_db()
    assert (technicien_metz.statut, technicien_metz.inactivation) == ("inactif", "fraude")


def test_a15_meme_reponse_pour_un_identifiant_inconnu(technicien_metz):
    """A-15: the page does not tell which identifiants exist; the journal does."""
    pages = set()
    for identifiant in ("technicien.metz", "inconnu.total"):
        champs = FAITS | {"identifiant": identifiant, "coordonnees": "Moi"}
        pages.add(texte(Client().post("/securite/signaler/", champs, follow=True)))
    assert len(pages) == 1
    assert SignalementSecurite.objects.count() == 2
    lignes = LigneJournal.objects.filter(acte="securite.signaler").order_by("pk")
    assert [ligne.details["connu"] for ligne in lignes] == [True, False]


def test_a15_son_propre_compte_aussitot(technicien_metz):
    """A-15: from inside, one's own account is closed at once, everywhere."""
    ici, ailleurs = connecte(technicien_metz), connecte(technicien_metz)
    assert "Votre propre compte sera fermé aussitôt" in texte(ici.get("/securite/signaler/"))
    ici.post("/securite/signaler/", FAITS)
    for client in (ici, ailleurs):
        assert client.get("/").url.startswith("/connexion/")
    technicien_metz.refresh_from_db()
    assert technicien_metz.inactivation == "fraude"


def test_a15_les_autres_caisses_sont_prevenues(
    technicien_metz, gestionnaire_metz, metz, caisse_var, administrateur_moselle, administrateur_var
):
    """A-15: inactivated at once by the caisse; the other party and the partner's other caisses are told."""
    creer_convention(metz, caisse_var)
    url = reverse("compte-inactiver", args=[technicien_metz.pk])
    connecte(administrateur_moselle).post(url, {"inactiver-cause": "fraude"})
    for destinataire in (gestionnaire_metz.email, administrateur_var.email):
        assert "inactivé aussitôt" in courriels(destinataire)[-1].corps


def test_a15_qui_lit_la_preuve(
    technicien_metz, gestionnaire_grimaud, administrateur_var, agent_moselle, gestionnaire_metz
):
    """A-15: the dated proof, page and PDF, for both parties; each copy taken is journaled."""
    connecte(technicien_metz).post("/securite/signaler/", FAITS)
    page = f"/securite/{SignalementSecurite.objects.get().pk}/"
    for url in (page, page + "preuve.pdf"):
        assert connecte(gestionnaire_metz).get(url).status_code == 200
        assert connecte(gestionnaire_grimaud).get(url).status_code == 404
        assert connecte(administrateur_var).get(url).status_code == 404
        assert connecte(agent_moselle).get(url).status_code == 403
    assert connecte(gestionnaire_metz).get(page + "preuve.pdf").content.startswith(b"%PDF")
    assert LigneJournal.objects.filter(acte="securite.exporter").count() == 2


def test_a15_qui_repond_au_signalement(gestionnaire_metz, metz, administrateur_moselle, technicien_metz):
    """A-15: who may close the account answers, no other; a report on an account closed meanwhile is still filed."""
    collegue = creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    for identifiant in ("gestionnaire.metz", "technicien.metz"):
        Client().post("/securite/signaler/", FAITS | {"identifiant": identifiant, "coordonnees": "Moi"})
    sur_lui, sur_un_autre = SignalementSecurite.objects.order_by("pk")
    for acteur in (collegue, gestionnaire_metz):
        client = connecte(acteur)
        with rien_ne_change():
            assert "Classer sans suite" not in texte(client.get(f"/securite/{sur_lui.pk}/"))
            refus = client.post(f"/securite/{sur_lui.pk}/traiter/", {"suite": "inactiver"})
            assert refus.status_code == 403
    inactiver(technicien_metz, par=administrateur_moselle, cause="fraude")
    client = connecte(gestionnaire_metz)
    page = texte(client.get(f"/securite/{sur_un_autre.pk}/"))
    assert "Classer sans suite" in page and "Inactiver le compte" not in page
    client.post(f"/securite/{sur_un_autre.pk}/traiter/", {"suite": "classer"})
    sur_un_autre.refresh_from_db()
    assert sur_un_autre.traite_par == gestionnaire_metz
    assert "Classer sans suite" not in texte(client.get(f"/securite/{sur_un_autre.pk}/"))


def exclure(acteur, cible, caisse, raison="Consultations sans rapport avec ses missions."):
    return connecte(acteur).post(
        reverse("compte-exclure", args=[cible.pk]), {"exclure-caisse": caisse.pk, "exclure-raison": raison}
    )


def test_a16_exclusion_d_une_seule_caisse(
    technicien_metz,
    gestionnaire_metz,
    metz,
    caisse_moselle,
    caisse_var,
    administrateur_moselle,
    administrateur_var,
):
    """A-16: only the access to that caisse is closed; the others are told and decide; with none left, inactivated."""
    creer_convention(metz, caisse_var)
    with rien_ne_change():
        refus = exclure(administrateur_moselle, technicien_metz, caisse_moselle, "")
        assert erreurs(refus) == {"exclure-raison": "Ce champ est obligatoire."}
    assert exclure(administrateur_moselle, technicien_metz, caisse_moselle).status_code == 302
    ouvertes = technicien_metz.participations_ouvertes().values_list("caisse__code", flat=True)
    assert list(ouvertes) == ["var"]
    assert connecte(technicien_metz).get("/").status_code == 200
    for destinataire in (gestionnaire_metz.email, administrateur_var.email):
        assert "Consultations sans rapport" in courriels(destinataire)[-1].corps
    exclure(administrateur_var, technicien_metz, caisse_var)
    technicien_metz.refresh_from_db()
    assert (technicien_metz.statut, technicien_metz.inactivation) == ("inactif", "exclusion")
    assert technicien_metz.suppression_le is not None


def test_a16_l_exclu_lit_qu_il_l_est(
    technicien_metz, metz, caisse_moselle, caisse_var, administrateur_moselle
):
    """A-16, A-13: excluded by one caisse, the other one's convention ended: he reads that he is excluded."""
    autre = creer_convention(metz, caisse_var).participations.get()
    exclure(administrateur_moselle, technicien_metz, caisse_moselle)
    hier = autre.caisse.jour - dt.timedelta(days=1)
    type(autre).objects.filter(pk=autre.pk).update(fin=hier, fin_cause="denonciation")
    assert connecte(technicien_metz).get("/").url.endswith("raison=compte-exclu")


def test_a16_une_caisse_n_exclut_que_de_chez_elle(technicien_metz, metz, caisse_var, administrateur_moselle):
    creer_convention(metz, caisse_var)
    with rien_ne_change():
        refus = exclure(administrateur_moselle, technicien_metz, caisse_var)
        assert erreurs(refus) == {"exclure-caisse": "Choisissez une caisse de la liste."}


@pytest.mark.parametrize(
    "acteur", ["gestionnaire_metz", "agent_moselle", "superviseur_moselle", "dpo_moselle"]
)
def test_a16_seul_l_administrateur_exclut(request, technicien_metz, caisse_moselle, acteur):
    reponse = exclure(request.getfixturevalue(acteur), technicien_metz, caisse_moselle)
    assert reponse.status_code in (403, 404)
    assert not technicien_metz.exclusions.exists()


def test_a16_lever(
    technicien_metz, metz, caisse_moselle, caisse_var, administrateur_moselle, administrateur_var
):
    creer_convention(metz, caisse_var)
    exclure(administrateur_moselle, technicien_metz, caisse_moselle)
    url = reverse("compte-lever-exclusion", args=[technicien_metz.pk, technicien_metz.exclusions.get().pk])
    assert connecte(administrateur_var).post(url).status_code == 404
    assert connecte(administrateur_moselle).post(url).status_code == 302
    assert technicien_metz.participations_ouvertes().count() == 2
