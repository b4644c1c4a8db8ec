"""What one person alone prepared does not make two of him (A-24): each by the pages, as a browser does."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation
from accounts.regles import DUREE_AVIS_SEUL
from socle import horloge
from socle.profils import Profil
from tests.accounts.aides import NEUF, activer, courriels, lien, personne, texte
from tests.accounts.test_deux_personnes import decider, saisie
from tests.distribution import MOT_DE_PASSE, connecte, creer_compte_actif, creer_convention

EQUIPE = reverse("equipe-nouveau")


@pytest.fixture
def caisse(metz, caisse_moselle):
    """A caisse that a convention binds: its demandes may be read."""
    return caisse_moselle


def declarer(client, caisse, domaines):
    adresse = reverse("national-caisse-domaines", args=[caisse.code])
    vu = client.get(adresse).context["form"]["vu"].value()
    return client.post(adresse, {"domaines": domaines, "vu": vu})


def fermer(client, compte, cause="fraude"):
    return client.post(reverse("compte-inactiver", args=[compte.pk]), {"inactiver-cause": cause})


def le_compte(identifiant: str) -> Compte:
    """Follow its activation; return it, active."""
    compte = Compte.objects.get(identifiant=identifiant)
    client = Client()
    activer(client, lien(compte.email), NEUF)
    client.post("/cgu/", {"accepter": "on"})
    compte.refresh_from_db()
    assert compte.is_active
    return compte


def ouvrir_zoe(client, caisse, domaine="caisse.example"):
    envoi = personne("Zarka", "Zoé", domaine, profil=Profil.ADMINISTRATEUR, caisses=[caisse.pk])
    return client.post(EQUIPE, envoi | {"email": f"zoe.zarka@{domaine}"})


def test_a24_un_national_ne_se_rend_pas_seul(national, administrateur_moselle, agent_moselle, caisse):
    """A-24: he closes who could confirm: what he asks there waits thirty days, whatever he reopens meanwhile."""
    client = connecte(national)
    with time_machine.travel(horloge.temps_reel(), tick=False) as temps:
        fermer(client, administrateur_moselle)
        refus = ouvrir_zoe(client, caisse)
        assert refus.status_code == 422 and "aucune autre ne peut le confirmer" in texte(refus)
        client.post(reverse("compte-reactiver", args=[administrateur_moselle.pk]))
        administrateur_moselle.refresh_from_db()
        assert administrateur_moselle.statut == "en_attente", "he may undo it: the link goes to its owner"
        assert ouvrir_zoe(client, caisse).status_code == 422
        assert not Compte.objects.filter(nom="Zarka").exists()
        fermer(client, administrateur_moselle)
        temps.shift(DUREE_AVIS_SEUL + dt.timedelta(hours=1))
        client = connecte(national)
        assert ouvrir_zoe(client, caisse).status_code == 302
    assert Contreseing.objects.get(compte__nom="Zarka").statut == "seul"


def test_a24_un_national_ne_retire_pas_le_seul_administrateur(national, caisse, caisse_var):
    """A-24: taken out of his caisse is no better than closed."""
    seul = creer_compte_actif("seul.moselle", Profil.ADMINISTRATEUR, caisses=(caisse, caisse_var))
    envoi = personne("Moselle", "Seul", email=seul.email, caisses=[caisse_var.pk])
    adresse = reverse("compte-modifier", args=[seul.pk])
    refus = connecte(national).post(adresse, envoi)
    assert refus.status_code == 422 and "seul administrateur" in texte(refus)
    assert caisse in seul.caisses.all()


def test_a24_un_domaine_declare_seul_n_ouvre_pas_un_compte_seul(national, agent_moselle, caisse):
    """A-24: the domain that one national declares serves no account that he opens alone, for thirty days."""
    client = connecte(national)
    assert declarer(client, caisse, "caisse.example\nailleurs.example").status_code == 302
    for domaine in ("ailleurs.example", "sous.ailleurs.example"):
        assert ouvrir_zoe(client, caisse, domaine).status_code == 422
    assert not Compte.objects.filter(nom="Zarka").exists()
    declarer(client, caisse, "ailleurs.example")
    assert ouvrir_zoe(client, caisse, "ailleurs.example").status_code == 422
    declarer(client, caisse, "caisse.example")
    assert ouvrir_zoe(client, caisse).status_code == 422, "withdrawn and declared again by the same"


def test_a24_qui_ouvre_seul_n_est_pas_le_second_de_son_compte(national, agent_moselle, caisse):
    """A-24, F4: the national opens an administrateur alone: neither confirms what the other asks, nor does a third of theirs."""
    client = connecte(national)
    assert ouvrir_zoe(client, caisse).status_code == 302
    zoe = le_compte("zoe.zarka")
    refus = connecte(zoe).post(EQUIPE, saisie(caisse))
    assert refus.status_code == 422 and "aucune autre ne peut le confirmer" in texte(refus)
    client.post(EQUIPE, personne("Second", "Nat", "cnam.example", profil=Profil.NATIONAL))
    double = le_compte("nat.second")
    assert connecte(zoe).post(EQUIPE, saisie(caisse)).status_code == 422
    tiers = personne("Tiers", "Nat", "cnam.example", profil=Profil.NATIONAL)
    assert connecte(double).post(EQUIPE, tiers).status_code == 422, "who was opened alone opens nobody alone"
    autre = creer_compte_actif("autre.national", Profil.NATIONAL)
    assert connecte(zoe).post(EQUIPE, saisie(caisse)).status_code == 302
    demande = Contreseing.objects.get(statut="attendu")
    assert list(demande.seconds()) == [autre]
    assert decider(demande, national).status_code == 403
    assert decider(demande, double, **{"identite-mot_de_passe": NEUF}).status_code == 403


def test_a24_une_caisse_qui_commence(national, caisse_moselle):
    """A-24: before its first convention there is nothing to read: one national and its first administrateur open it."""
    assert ouvrir_zoe(connecte(national), caisse_moselle).status_code == 302
    zoe = le_compte("zoe.zarka")
    assert connecte(zoe).post(EQUIPE, saisie(caisse_moselle)).status_code == 302
    assert decider(Contreseing.objects.get(statut="attendu"), national).status_code == 302


# --- A structure, by the hand of one of its caisses


def habiliter(client, structure, caisse, **champs):
    adresse = reverse("habilitation-nouvelle", args=["habilitation"]) + f"?structure={structure.siret}"
    depot = client.post(adresse, personne("Zulma", "Garance") | {"caisse": caisse.pk} | champs)
    assert depot.status_code == 302
    cle = DemandeHabilitation.objects.latest("pk").pk
    envoi = {"decision": "accepter", "commentaire": ""}
    return client.post(reverse("habilitation-decider", args=[cle]), envoi, follow=True)


def tenir(client, structure, **champs):
    adresse = reverse("partenaire-modifier", args=[structure.siret])
    formulaire = client.get(adresse).context["form"]
    envoi = {champ.html_name: champ.value() or "" for champ in formulaire} | {"adresse_commune_permise": ""}
    return client.post(adresse, envoi | champs)


def test_a01_un_administrateur_seul_n_habilite_personne(
    administrateur_moselle,
    gestionnaire_metz,
    superviseur_moselle,
    dpo_moselle,
    national,
    metz,
    caisse_moselle,
):
    """A-01, A-24, F4: filed and decided by one, in the structure's name: its gestionnaire confirms; all who watch are told."""
    client = connecte(administrateur_moselle)
    tenir(client, metz, courriel="contact@metz.example")
    change = tenir(client, metz, domaines="faux.example\nmetz.example", courriel="boite@faux.example")
    assert change.status_code == 302
    for prevenu in ("contact@metz.example", "boite@faux.example", gestionnaire_metz.email):
        assert courriels(prevenu)[-1].gabarit == "conventions/partenaire_modifie", prevenu
    assert "boite@faux.example" in courriels("contact@metz.example")[-1].corps
    fait = habiliter(
        client, metz, caisse_moselle, email="garance@faux.example", releve_de=gestionnaire_metz.pk
    )
    assert "quand une seconde personne aura confirmé" in fait.content.decode()
    complice = Compte.objects.get(nom="Zulma")
    assert complice.statut == "a_confirmer" and courriels(complice.email) == []
    demande = complice.contreseings.get()
    assert list(demande.seconds()) == [gestionnaire_metz]
    assert courriels(gestionnaire_metz.email)[-1].gabarit == "accounts/contreseing_demande"
    for veilleur in (superviseur_moselle, dpo_moselle):
        assert courriels(veilleur.email)[-1].gabarit == "accounts/contreseing_avis"
        page = connecte(veilleur).get(reverse("contreseing", args=[demande.pk]))
        assert page.status_code == 200
    assert decider(demande, administrateur_moselle).status_code == 403
    assert decider(demande, national).status_code == 403
    assert decider(demande, gestionnaire_metz).status_code == 302
    complice.refresh_from_db()
    assert complice.statut == "en_attente" and complice.releve_de == gestionnaire_metz
    adresse = reverse("compte-modifier", args=[complice.pk])
    client.post(adresse, personne("Zulma", "Garance", email="moi@faux.example"))
    assert courriels("moi@faux.example") == [], "two opened it: nobody alone says where its link goes"


def test_a01_sans_place_le_second_ne_l_ouvre_pas(
    administrateur_moselle, gestionnaire_metz, metz, caisse_moselle
):
    """A-01, Q-04: the seat is judged when the second person confirms."""
    habiliter(connecte(administrateur_moselle), metz, caisse_moselle)
    metz.membres = 5
    metz.save()
    creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    refus = decider(Contreseing.objects.get(), gestionnaire_metz)
    assert refus.status_code == 422 and "places de gestionnaires" in texte(refus)


def test_a01_un_collegue_decide_ce_qui_est_depose(administrateur_moselle, metz, caisse_moselle):
    """A-01: two of the caisse, one files and the other decides: nobody else is asked."""
    autre = creer_compte_actif("autre.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,))
    adresse = reverse("habilitation-nouvelle", args=["habilitation"]) + f"?structure={metz.siret}"
    connecte(administrateur_moselle).post(adresse, personne() | {"caisse": caisse_moselle.pk})
    cle = DemandeHabilitation.objects.get().pk
    connecte(autre).post(reverse("habilitation-decider", args=[cle]), {"decision": "accepter"})
    assert metz.comptes.get().statut == "en_attente" and not Contreseing.objects.exists()


def test_a21_l_autre_caisse_apprend_ce_qui_est_fait_d_un_compte_commun(
    administrateur_moselle, administrateur_var, gestionnaire_metz, metz, caisse_moselle, caisse_var
):
    """A-21, F3: one caisse changes, closes, reopens, sends a link: the other one is told each time, and the structure."""
    creer_convention(metz, caisse_var)
    collegue = creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    client = connecte(administrateur_moselle)
    envoi = personne("Metz", "Gestionnaire", email=gestionnaire_metz.email)

    def dits():
        return [un.corps for un in courriels(administrateur_var.email) if un.gabarit == "accounts/geste"]

    client.post(reverse("compte-modifier", args=[gestionnaire_metz.pk]), envoi)
    client.post(reverse("compte-refaire-facteur", args=[gestionnaire_metz.pk]))
    habiliter(client, metz, caisse_moselle)
    decider(Contreseing.objects.get(), collegue)
    client.post(reverse("compte-relancer", args=[Compte.objects.get(nom="Zulma").pk]))
    suite = ("Compte modifié", "Second facteur à refaire", "Compte créé", "Lien d’activation")
    assert len(dits()) == len(suite)
    for dit, acte in zip(dits(), suite, strict=True):
        assert acte.lower() in dit.lower() and "CPAM de Moselle" in dit
    assert "accounts/geste" in {un.gabarit for un in courriels(collegue.email)}
    assert not [un for un in courriels(administrateur_moselle.email) if un.gabarit == "accounts/geste"]


def test_a25_des_codes_tires_se_disent(technicien_metz):
    """A-25: ten printed codes are a second factor: the owner is told, and the other sessions end."""
    ici, ailleurs = connecte(technicien_metz), connecte(technicien_metz)
    tirage = ici.post(reverse("codes-secours"), {"mot_de_passe": MOT_DE_PASSE})
    assert len(tirage.context["codes"]) == 10
    assert courriels(technicien_metz.email)[-1].gabarit == "accounts/codes_tires"
    assert ailleurs.get("/").status_code == 302 and ici.get("/").status_code == 200
