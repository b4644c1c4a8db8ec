"""Passkeys (A-07, A-25): second factor, whole sign-in, added, withdrawn, copied, of another site."""

import copy
import json
from typing import Any

import pytest
from django.test import Client

from accounts.actions.acces import envoyer_lien
from accounts.actions.comptes import inactiver
from accounts.actions.echeances import effacer_comptes
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.sessions import OUVERTE
from conformite.models.journal import LigneJournal
from tests.accounts.aides import courriels, lien, texte
from tests.accounts.authentificateur import AJOUTER, PRESENCE, Authentificateur, enregistrer
from tests.accounts.test_activation import nouveau  # noqa: F401 (fixture)
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.accounts.test_facteurs import carte
from tests.distribution import MOT_DE_PASSE, connecte

NOUVEAU = "Trois loutres et un piano"
CLE = "/connexion/cle/"


def ajouter(compte: Compte, nom: str = "Poste du bureau", **options: Any) -> Authentificateur:
    cle = Authentificateur(**options)
    enregistrer(connecte(compte), cle, nom)
    return cle


def apres_le_mot_de_passe(compte: Compte) -> tuple[Client, dict]:
    client = Client()
    assert saisir_mot_de_passe(client, compte.identifiant).url == CLE
    return client, client.get(CLE).context["preuve"]


def sans_mot_de_passe() -> tuple[Client, dict]:
    client = Client()
    return client, client.post(CLE).context["preuve"]


def test_une_cle_est_un_second_facteur(technicien_metz):
    """A-25: after the password the key is asked first; the code remains."""
    cle = ajouter(technicien_metz)
    client, demande = apres_le_mot_de_passe(technicien_metz)
    assert client.get("/demandes/").url == "/connexion/code/"
    assert client.post(CLE, {"preuve_de_cle": cle.prouver(demande)}).url == "/"
    assert client.get("/demandes/").status_code == 200
    client, _ = apres_le_mot_de_passe(technicien_metz)
    assert client.post("/connexion/code/", {"code": code_present()}).url == "/"


def test_une_cle_qui_verifie_son_porteur_est_toute_la_connexion(technicien_metz):
    """A-25: it counts for both; one that verifies nobody is a second factor only."""
    cle, simple = ajouter(technicien_metz), ajouter(technicien_metz, "Clé USB", drapeaux=PRESENCE)
    client, demande = sans_mot_de_passe()
    assert client.post(CLE, {"preuve_de_cle": cle.prouver(demande), "next": "/demandes/"}).url == "/demandes/"
    assert client.get("/demandes/").status_code == 200
    client, demande = sans_mot_de_passe()
    reponse = client.post(CLE, {"preuve_de_cle": simple.prouver(demande)})
    assert reponse.status_code == 200 and "n’a pas été reconnue" in texte(reponse)
    assert client.get("/").url.startswith("/connexion/")
    client, demande = apres_le_mot_de_passe(technicien_metz)
    assert client.post(CLE, {"preuve_de_cle": simple.prouver(demande)}).url == "/"


def _copiee(cle: Authentificateur, demande: dict) -> str:
    copie = copy.copy(cle)
    copie.compteur -= 1
    return copie.prouver(demande)


@pytest.mark.parametrize(
    "vol",
    [
        _copiee,
        lambda cle, demande: Authentificateur(pk=cle.pk, compteur=50).prouver(demande),
        lambda cle, demande: Authentificateur().prouver(demande),
        lambda cle, demande: copy.copy(cle).prouver(demande | {"challenge": "AAAA"}),
        lambda cle, demande: cle.prouver(demande, signature=b"0" * 70),
        lambda cle, demande: cle.prouver(demande, authenticatorData=b"\x00"),
        lambda cle, demande: cle.prouver(demande, clientDataJSON=b"[]"),
        lambda cle, demande: "{}",
        lambda cle, demande: '{"id": 3, "rawId": null}',
        lambda cle, demande: json.dumps({"id": "é", "rawId": "é", "type": "public-key", "response": {}}),
    ],
)
@pytest.mark.parametrize("porte", [apres_le_mot_de_passe, lambda compte: sans_mot_de_passe()])
def test_ce_qui_n_est_pas_la_cle_est_refuse(technicien_metz, vol, porte):
    """A-25: a copy (its count goes back), another key, another challenge, no JSON: one sentence, a line, no session."""
    cle = ajouter(technicien_metz)
    client, demande = apres_le_mot_de_passe(technicien_metz)
    client.post(CLE, {"preuve_de_cle": cle.prouver(demande)})
    client, demande = porte(technicien_metz)
    reponse = client.post(CLE, {"preuve_de_cle": vol(cle, demande)})
    assert reponse.status_code == 200 and "n’a pas été reconnue" in texte(reponse)
    assert LigneJournal.objects.filter(acte="connexion.cle_refusee").count() == 1
    assert client.get("/demandes/").status_code == 302


@pytest.mark.parametrize("saisie", ["", "[]", "pas du JSON", "\x00", "[" * 20_000, "9" * 30_000])
def test_ce_qui_n_est_pas_une_reponse_a_sa_phrase(technicien_metz, saisie):
    client, _ = sans_mot_de_passe()
    assert "clé d’accès" in texte(client.post(CLE, {"preuve_de_cle": saisie}))
    assert client.get("/").url.startswith("/connexion/")


def test_un_autre_site_n_obtient_rien(technicien_metz):
    """A-25: what a look-alike had signed does not open the portal."""
    cle = ajouter(technicien_metz)
    for ecart in (
        {"origine": "https://espace-partenaires.example.attaque.example"},
        {"hote": "attaque.example"},
    ):
        client, demande = apres_le_mot_de_passe(technicien_metz)
        for nom, valeur in ecart.items():
            setattr(cle, nom, valeur)
        assert client.post(CLE, {"preuve_de_cle": cle.prouver(demande)}).status_code == 200
        cle.origine, cle.hote = Authentificateur.origine, Authentificateur.hote


def test_une_reponse_ne_sert_qu_une_fois(technicien_metz):
    cle = ajouter(technicien_metz)
    client, demande = apres_le_mot_de_passe(technicien_metz)
    reponse = cle.prouver(demande)
    assert client.post(CLE, {"preuve_de_cle": reponse}).url == "/"
    autre = Client()
    saisir_mot_de_passe(autre, technicien_metz.identifiant)
    autre.get(CLE)
    assert autre.post(CLE, {"preuve_de_cle": reponse}).status_code == 200
    sans = Client()
    saisir_mot_de_passe(sans, technicien_metz.identifiant)
    assert "n’est plus valable" in texte(sans.post(CLE, {"preuve_de_cle": reponse}))


def test_la_cle_d_un_collegue_n_ouvre_pas_mon_compte(technicien_metz, gestionnaire_metz):
    sienne = ajouter(gestionnaire_metz)
    ajouter(technicien_metz)
    client, demande = apres_le_mot_de_passe(technicien_metz)
    assert client.post(CLE, {"preuve_de_cle": sienne.prouver(demande)}).status_code == 200


def test_ajouter_ferme_les_autres_sessions_et_le_dit(technicien_metz):
    """A-25: a changed factor closes the other sessions; its owner is told."""
    ailleurs = connecte(technicien_metz)
    ajouter(technicien_metz)
    assert ailleurs.get("/").status_code == 302
    assert "ajoutée" in courriels(technicien_metz.email)[-1].sujet


def test_ajouter_redemande_le_mot_de_passe(technicien_metz):
    client = connecte(technicien_metz)
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    assert "Cet acte demande votre mot de passe" in texte(client.get(AJOUTER))
    reponse = client.post(AJOUTER, {"nom": "Volée", "preuve_de_cle": "{}"})
    assert "Cet acte demande votre mot de passe" in texte(reponse)
    assert not technicien_metz.cles_d_acces.exists()


def test_retirer(technicien_metz):
    """A-25: a lost key is withdrawn by its owner, who still has the code."""
    cle = ajouter(technicien_metz)
    client = connecte(technicien_metz)
    adresse = f"/mon-compte/cles/{technicien_metz.cles_d_acces.get().pk}/retirer/"
    assert "Poste du bureau" in texte(client.get("/mon-compte/")) and "Poste du bureau" in texte(
        client.get(adresse)
    )
    assert client.post(adresse).url == "/mon-compte/"
    assert "retirée" in courriels(technicien_metz.email)[-1].sujet
    client, demande = sans_mot_de_passe()
    assert client.post(CLE, {"preuve_de_cle": cle.prouver(demande)}).status_code == 200
    assert saisir_mot_de_passe(Client(), technicien_metz.identifiant).url == "/connexion/code/"


def test_personne_ne_retire_la_cle_d_un_autre(technicien_metz, gestionnaire_metz):
    ajouter(technicien_metz)
    adresse = f"/mon-compte/cles/{technicien_metz.cles_d_acces.get().pk}/retirer/"
    assert connecte(gestionnaire_metz).post(adresse).status_code == 404
    assert technicien_metz.cles_d_acces.exists()


def test_refaire_le_facteur_oublie_les_cles(technicien_metz):
    """A-25: who lost the factor, or had it stolen, begins again; the new one may be a key, without any telephone."""
    ancienne = ajouter(technicien_metz)
    envoyer_lien(technicien_metz, LienPersonnel.Usage.SECOND_FACTEUR)
    adresse = lien(technicien_metz.email, "second-facteur")
    client = Client()
    client.post(adresse, {"mot_de_passe": MOT_DE_PASSE})
    nouvelle = Authentificateur()
    demande = client.get(adresse).context["creation"]
    assert client.post(adresse, {"preuve_de_cle": "{}"}).status_code == 200
    demande = client.get(adresse).context["creation"]
    assert (
        client.post(adresse, {"preuve_de_cle": nouvelle.creer(demande)}).url
        == "/connexion/?raison=second-facteur"
    )
    client, demande = sans_mot_de_passe()
    assert client.post(CLE, {"preuve_de_cle": ancienne.prouver(demande)}).status_code == 200
    client, demande = sans_mot_de_passe()
    assert client.post(CLE, {"preuve_de_cle": nouvelle.prouver(demande)}).url == "/"
    # The seed that was shown beside the key is worth nothing; the only factor stays.
    client, _ = apres_le_mot_de_passe(technicien_metz)
    assert client.post("/connexion/code/", {"code": code_present()}).status_code == 200
    codes = carte(technicien_metz)
    client, _ = apres_le_mot_de_passe(technicien_metz)
    assert client.post("/connexion/code/", {"code": codes[0]}).url == "/"
    assert client.get("/demandes/").status_code == 200
    seule = f"/mon-compte/cles/{technicien_metz.cles_d_acces.get().pk}/retirer/"
    assert connecte(technicien_metz).post(seule).status_code == 409
    assert technicien_metz.cles_d_acces.count() == 1


def test_un_compte_efface_n_a_plus_de_cle(technicien_metz):
    """A-14: keys go with the account."""
    ajouter(technicien_metz)
    inactiver(technicien_metz, par=technicien_metz, cause=Compte.Inactivation.DEPART)
    effacer_comptes(Compte.objects.filter(pk=technicien_metz.pk))
    assert not technicien_metz.cles_d_acces.exists()


def test_activer_sans_telephone(nouveau):  # noqa: F811 (fixture)
    """A-25: the first factor may be a key; nothing to install, no telephone of the service."""
    adresse = lien(nouveau.email)
    client = Client()
    client.post(adresse, {"mot_de_passe": NOUVEAU, "confirmation": NOUVEAU})
    cle = Authentificateur()
    page = client.get(f"{adresse}code/")
    assert (
        client.post(f"{adresse}code/", {"preuve_de_cle": cle.creer(page.context["creation"])}).url == "/cgu/"
    )
    assert nouveau.cles_d_acces.count() == 1
    client, demande = sans_mot_de_passe()
    assert client.post(CLE, {"preuve_de_cle": cle.prouver(demande)}).url == "/"


def test_une_cle_d_activation_refusee_n_active_rien(nouveau):  # noqa: F811 (fixture)
    adresse = lien(nouveau.email)
    client = Client()
    client.post(adresse, {"mot_de_passe": NOUVEAU, "confirmation": NOUVEAU})
    creation = client.get(f"{adresse}code/").context["creation"]
    for volee in (Authentificateur(hote="attaque.example").creer(creation), "{}"):
        reponse = client.post(f"{adresse}code/", {"preuve_de_cle": volee})
        assert reponse.status_code == 200 and "recommencez" in texte(reponse).lower()
        client.get(f"{adresse}code/")
    nouveau.refresh_from_db()
    assert nouveau.statut == Compte.Statut.EN_ATTENTE and not nouveau.cles_d_acces.exists()


def test_une_caisse_exige_la_cle_de_ses_comptes(agent_moselle, administrateur_moselle, technicien_metz):
    """A-25: at his next sign-in an agent makes a key, and reaches nothing before; then the code is not enough."""
    reglage = "/caisse/moselle/regler-acces/"
    assert connecte(agent_moselle).post(reglage, {"cle_exigee": "on"}).status_code == 403
    retenu = Client()
    saisir_mot_de_passe(retenu, agent_moselle.identifiant)
    retenu.post("/connexion/code/", {"code": code_present(-30), "se_souvenir": "on"})
    retenu.post("/deconnexion/")
    assert saisir_mot_de_passe(retenu, agent_moselle.identifiant).url == "/"
    retenu.post("/deconnexion/")
    administrateur = connecte(administrateur_moselle)
    page = administrateur.get(reglage)
    assert (
        administrateur.post(
            reglage, {"cle_exigee": "on", "vu": page.context["form"]["vu"].value()}
        ).status_code
        == 302
    )
    # A post that was remembered before is no key.
    assert saisir_mot_de_passe(retenu, agent_moselle.identifiant).url == "/connexion/code/"
    client = Client()
    saisir_mot_de_passe(client, agent_moselle.identifiant)
    assert client.post("/connexion/code/", {"code": code_present()}).status_code == 302
    assert client.get("/tri/").url == AJOUTER
    cle = Authentificateur()
    enregistrer(client, cle)
    assert client.get("/tri/").status_code == 200
    client, demande = apres_le_mot_de_passe(agent_moselle)
    assert client.post("/connexion/code/", {"code": code_present()}).url == CLE
    demande = client.get(CLE).context["preuve"]
    assert client.post(CLE, {"preuve_de_cle": cle.prouver(demande)}).url == "/"
    # The structure's people go on with their codes.
    client = Client()
    saisir_mot_de_passe(client, technicien_metz.identifiant)
    client.post("/connexion/code/", {"code": code_present()})
    assert client.get("/demandes/").status_code == 200
