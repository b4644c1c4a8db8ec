"""A mail address is an identity: nobody alone takes an account by changing it (A-23). Each thief tries his way."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actions.acces import envoyer_lien
from accounts.actions.comptes import inactiver, modifier_compte, reactiver
from accounts.actions.confirmations import contresigner, refuser
from accounts.actions.facteurs import refaire_facteur
from accounts.actions.habilitations import accepter_demande, deposer_demande
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.sessions import OUVERTE
from accounts.regles import DUREE_ADRESSE_NEUVE, DUREE_CONTRESEING
from conformite.models.journal import LigneJournal
from socle import horloge
from socle.profils import Profil
from tests.accounts.aides import NEUF, activer, courriels, lien, personne, texte
from tests.accounts.authentificateur import enregistrer
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.accounts.test_deux_personnes import actes, decider
from tests.accounts.test_facteurs import carte
from tests.distribution import MOT_DE_PASSE, connecte, creer_compte_actif

VOULUE = "neuve@metz.example"
DEHORS = "moi@caisse.example"
CHEMIN = "adresse/lien"


def changer(cible: Compte, par: Compte, email: str = VOULUE, **autres):
    """Type a new address on the page of the account, nothing else."""
    champs = ("civilite", "nom", "prenom", "fonction", "telephone")
    actuels = {nom: getattr(cible, nom) for nom in champs}
    donnees = actuels | {
        "civilite": "madame",
        "fonction": "Accueil",
        "telephone": "0387000000",
        "email": email,
    }
    if cible.partenaire_id is None:
        donnees["caisses"] = [caisse.pk for caisse in cible.caisses.all()]
        donnees["poles"] = [pole.pk for pole in cible.poles.all()]
    return connecte(par).post(reverse("compte-modifier", args=[cible.pk]), donnees | autres)


def confirmer(chemin: str, mot_de_passe: str = MOT_DE_PASSE, code: str = "", client: Client | None = None):
    """Follow the link sent to the former address, and prove who one is."""
    with time_machine.travel(horloge.temps_reel(), tick=False):
        envoi = {"mot_de_passe": mot_de_passe, "code": code or code_present()}
        return (client or Client()).post(chemin, envoi)


def adresse(compte: Compte) -> str:
    return Compte.objects.get(pk=compte.pk).email


@pytest.fixture
def second(metz) -> Compte:
    """Another gestionnaire of the structure."""
    return creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)


@pytest.fixture
def demande(technicien_metz, gestionnaire_metz, second) -> Contreseing:
    """A new address for the technicien, typed by a gestionnaire."""
    assert changer(technicien_metz, gestionnaire_metz).status_code == 302
    return technicien_metz.contreseings.get()


# --- The owner


def test_a23_le_titulaire_confirme_depuis_l_ancienne_adresse(demande, technicien_metz):
    """A-23: nothing changes while it waits; password and factor asked; then nothing changes but the address."""
    ancienne, session = technicien_metz.email, connecte(technicien_metz)
    assert adresse(technicien_metz) == ancienne and courriels(VOULUE) == []
    chemin = lien(ancienne, CHEMIN)
    assert VOULUE in texte(Client().get(chemin))
    facteur = technicien_metz.appareiltotp_set.get().pk
    assert confirmer(chemin).url == "/connexion/?raison=adresse"
    technicien_metz.refresh_from_db()
    assert (technicien_metz.email, technicien_metz.statut) == (VOULUE, "actif")
    assert technicien_metz.check_password(MOT_DE_PASSE)
    assert technicien_metz.appareiltotp_set.get().pk == facteur
    assert session.get("/").status_code == 200
    for boite in (ancienne, VOULUE):
        assert courriels(boite)[-1].gabarit == "accounts/adresse_changee"
    assert actes(demande) == ["contreseing.demander", "contreseing.confirmer"]
    ligne = LigneJournal.objects.get(acte="compte.modifier", details__champs="email")
    assert ligne.compte == technicien_metz.pk
    assert Client().get(chemin).status_code == 410


def test_a23_qui_n_a_qu_une_cle_confirme_par_un_code_imprime(demande, technicien_metz):
    """A-23, A-25: a passkey alone: the page says what to type, and the printed code that one draws is it."""
    enregistrer(connecte(technicien_metz))
    technicien_metz.appareiltotp_set.update(application=False)
    chemin = lien(technicien_metz.email, CHEMIN)
    assert "code de secours imprimé" in texte(Client().get(chemin))
    assert confirmer(chemin).status_code == 200, "nobody holds the seed"
    assert confirmer(chemin, code=carte(technicien_metz)[0]).status_code == 302
    assert adresse(technicien_metz) == VOULUE and technicien_metz.cles_d_acces.exists()


def test_a23_la_boite_seule_ne_suffit_pas(demande, technicien_metz):
    """A-23: who reads the former box only, or has the password too, confirms nothing; each failure is counted."""
    chemin = lien(technicien_metz.email, CHEMIN)
    assert "Ce n’est pas votre mot de passe" in texte(confirmer(chemin, mot_de_passe="deviné"))
    refus = confirmer(chemin, code="000000")
    assert refus.status_code == 200 and "n’est pas celui que votre application affiche" in texte(refus)
    assert adresse(technicien_metz) != VOULUE
    lignes = LigneJournal.objects.filter(objet_type="accounts.compte", objet_id=str(technicien_metz.pk))
    assert {"connexion.refusee", "connexion.code_refuse"} <= set(lignes.values_list("acte", flat=True))


def test_a23_la_nouvelle_boite_ne_recoit_rien_avant(demande, technicien_metz):
    """A-23: a reset asked meanwhile goes to the former address; the new box opens nothing."""
    Client().post(reverse("mot-de-passe-oublie"), {"identifiant": technicien_metz.identifiant})
    assert courriels(technicien_metz.email)[-1].gabarit == "accounts/mot_de_passe"
    assert courriels(VOULUE) == []


def test_a23_un_lien_confirme_ce_que_sa_page_montrait(demande, technicien_metz, gestionnaire_metz):
    """A-23: an address asked in place of another, while the owner reads, is not confirmed by his click."""
    chemin = lien(technicien_metz.email, CHEMIN)
    refuser(demande, par=gestionnaire_metz, raison="Erreur.")
    assert confirmer(chemin).status_code == 410
    changer(technicien_metz, gestionnaire_metz, email="autre@metz.example")
    assert confirmer(chemin).status_code == 410
    assert lien(technicien_metz.email, CHEMIN) != chemin
    assert adresse(technicien_metz) == "technicien.metz@metz.example"


def test_a23_un_lien_expire(demande, technicien_metz):
    chemin = lien(technicien_metz.email, CHEMIN)
    with time_machine.travel(horloge.temps_reel() + DUREE_CONTRESEING + dt.timedelta(minutes=1)):
        assert Client().get(chemin).status_code == 410


# --- The former box is lost


def test_a23_la_seconde_personne_annule_mot_de_passe_et_facteur(demande, technicien_metz, second):
    """A-23: confirmed by another gestionnaire: everything is void, and set anew from the new address."""
    session = connecte(technicien_metz)
    page = texte(connecte(second).get(reverse("contreseing", args=[demande.pk])))
    assert VOULUE in page and "son mot de passe et son code sont annulés" in page
    assert decider(demande, second).status_code == 302
    technicien_metz.refresh_from_db()
    assert (technicien_metz.email, technicien_metz.statut) == (VOULUE, "en_attente")
    assert not technicien_metz.has_usable_password()
    assert not technicien_metz.appareiltotp_set.exists()
    assert session.get("/").url.startswith("/connexion/")
    assert saisir_mot_de_passe(Client(), technicien_metz.identifiant).status_code == 200
    assert courriels("technicien.metz@metz.example")[-1].gabarit == "accounts/adresse_changee"
    assert activer(Client(), lien(VOULUE)).status_code == 302
    technicien_metz.refresh_from_db()
    assert technicien_metz.check_password(NEUF)


def test_a23_sans_autre_gestionnaire_l_administrateur_de_la_caisse(
    technicien_metz, gestionnaire_metz, administrateur_moselle, administrateur_var, national
):
    """A-23: the only gestionnaire asked: the caisse's administrateur is the second, no other caisse's."""
    changer(technicien_metz, gestionnaire_metz)
    demande = technicien_metz.contreseings.get()
    assert list(demande.seconds()) == [administrateur_moselle]
    assert decider(demande, administrateur_var).status_code == 404
    assert decider(demande, national).status_code == 403
    assert decider(demande, administrateur_moselle).status_code == 302
    assert adresse(technicien_metz) == VOULUE


def test_a23_un_gestionnaire_demande_pour_lui_meme(
    gestionnaire_metz, administrateur_moselle, caisse_moselle, metz
):
    """A-09, A-23: asked by a demande d’habilitation, accepted by the caisse: it still waits; the caisse may confirm."""
    demande = deposer_demande(
        nature="modification", partenaire=metz, caisse=caisse_moselle, par=gestionnaire_metz, compte=gestionnaire_metz,
        email=VOULUE,
    )  # fmt: skip
    accepter_demande(demande, par=administrateur_moselle)
    contreseing = gestionnaire_metz.contreseings.get()
    assert contreseing.demande_par == gestionnaire_metz and adresse(gestionnaire_metz) != VOULUE
    assert decider(contreseing, gestionnaire_metz).status_code == 403
    assert confirmer(lien(gestionnaire_metz.email, CHEMIN)).status_code == 302
    assert adresse(gestionnaire_metz) == VOULUE


# --- One alone


def test_a23_le_gestionnaire_seul(demande, technicien_metz, gestionnaire_metz):
    """A-23, F4: who typed the address confirms nothing, resets nothing, replaces no factor of it."""
    assert decider(demande, gestionnaire_metz).status_code == 403
    assert adresse(technicien_metz) == "technicien.metz@metz.example"
    connecte(gestionnaire_metz).post(reverse("compte-refaire-facteur", args=[technicien_metz.pk]))
    assert courriels(technicien_metz.email)[-1].gabarit == "accounts/second_facteur"
    assert courriels(VOULUE) == []


def test_a23_sa_propre_boite_et_ses_sous_adresses(technicien_metz, gestionnaire_metz, second):
    """A-04, A-23: neither his address, nor a sub-address of his, nor a colleague's, whatever the structure allows."""
    for commune in (False, True):
        technicien_metz.partenaire.adresse_commune_permise = commune
        technicien_metz.partenaire.save()
        for sienne in ("gestionnaire.metz@metz.example", "gestionnaire.metz+t@metz.example"):
            assert changer(technicien_metz, gestionnaire_metz, email=sienne).status_code == 422
    assert not Contreseing.objects.exists()


def test_a23_fermer_rouvrir_puis_changer_l_adresse(technicien_metz, gestionnaire_metz, second):
    """A-23: an account reopened has been somebody's: its address waits for a second person, no link leaves for it."""
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    reactiver(technicien_metz, par=gestionnaire_metz)
    changer(technicien_metz, gestionnaire_metz)
    connecte(gestionnaire_metz).post(reverse("compte-relancer", args=[technicien_metz.pk]))
    assert adresse(technicien_metz) == "technicien.metz@metz.example" and courriels(VOULUE) == []
    contresigner(technicien_metz.contreseings.get(), par=second)
    changer(technicien_metz, gestionnaire_metz, email="encore@metz.example")
    assert courriels("encore@metz.example") == []


def test_a23_importer_la_personne_a_une_autre_adresse(technicien_metz, gestionnaire_metz):
    """A-23: a file changes nobody's address: it only creates."""
    entete = "civilite;nom;prenom;fonction;telephone;email"
    contenu = f"{entete}\nmadame;Metz;Technicien;Accueil;0387000000;{VOULUE}\n"
    connecte(gestionnaire_metz).post(
        reverse("comptes-importer"), {"contenu": contenu, "confirmer": "1", "certifier": "on"}
    )
    assert adresse(technicien_metz) == "technicien.metz@metz.example"
    assert not Contreseing.objects.exists()


@pytest.mark.parametrize("cible", ["agent_moselle", "superviseur_moselle", "dpo_moselle"])
def test_a23_l_administrateur_seul_ne_prend_pas_un_compte(request, cible, administrateur_moselle, national):
    """A-23, F4: the address of a caisse's account, then a reset, then a factor: he gets nothing, and it is told."""
    victime = request.getfixturevalue(cible)
    avant = victime.email
    assert changer(victime, administrateur_moselle, email=DEHORS).status_code == 302
    demande = victime.contreseings.get()
    assert decider(demande, administrateur_moselle).status_code == 403
    Client().post(reverse("mot-de-passe-oublie"), {"identifiant": victime.identifiant})
    connecte(administrateur_moselle).post(reverse("compte-refaire-facteur", args=[victime.pk]))
    assert adresse(victime) == avant and courriels(DEHORS) == []
    gabarits = [courriel.gabarit for courriel in courriels(avant)]
    assert {"accounts/adresse", "accounts/mot_de_passe", "accounts/second_facteur"} <= set(gabarits)
    assert actes(demande) == ["contreseing.demander"]
    assert decider(demande, national).status_code == 302
    assert courriels(DEHORS)[-1].gabarit == "accounts/activation"


def test_a23_le_national_seul_ne_prend_pas_un_administrateur(national, administrateur_moselle):
    """A-23: nobody else could confirm: it waits for the owner, and is never done alone."""
    changer(administrateur_moselle, national, email=DEHORS)
    demande = administrateur_moselle.contreseings.get()
    assert demande.statut == "attendu" and not demande.seconds().exists()
    assert decider(demande, national).status_code == 403
    assert courriels(DEHORS) == []
    assert confirmer(lien(administrateur_moselle.email, CHEMIN)).status_code == 302
    assert adresse(administrateur_moselle) == DEHORS


def test_a23_la_session_volee_ne_change_aucune_adresse(technicien_metz, gestionnaire_metz, second):
    """ASVS 7.5.1: the password is asked again; without it nothing waits."""
    client = connecte(gestionnaire_metz)
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    envoi = personne(nom="Metz", prenom="Technicien") | {"email": VOULUE}
    reponse = client.post(reverse("compte-modifier", args=[technicien_metz.pk]), envoi)
    assert "Cet acte demande votre mot de passe" in texte(reponse)
    assert not Contreseing.objects.exists()


# --- A lost factor after a change of address


def test_a23_sept_jours_deux_personnes_pour_un_facteur(
    demande, technicien_metz, gestionnaire_metz, second, administrateur_moselle
):
    """A-23: who made the change asks nothing; two others agree; after seven days one is enough."""
    confirmer(lien(technicien_metz.email, CHEMIN))
    technicien_metz.refresh_from_db()
    adresse_du_geste = reverse("compte-refaire-facteur", args=[technicien_metz.pk])
    refus = connecte(gestionnaire_metz).post(adresse_du_geste, follow=True)
    assert "Vous avez changé l’adresse de ce compte" in refus.content.decode()
    connecte(second).post(adresse_du_geste)
    assert "accounts/second_facteur" not in {c.gabarit for c in courriels(VOULUE)}
    facteur = technicien_metz.contreseings.get(nature="facteur")
    for exclu, statut in ((gestionnaire_metz, 403), (second, 403)):
        assert decider(facteur, exclu).status_code == statut
    assert decider(facteur, administrateur_moselle).status_code == 302
    assert courriels(VOULUE)[-1].gabarit == "accounts/second_facteur"


def test_a23_apres_sept_jours_une_personne_suffit(demande, technicien_metz, gestionnaire_metz):
    confirmer(lien(technicien_metz.email, CHEMIN))
    with time_machine.travel(horloge.temps_reel() + DUREE_ADRESSE_NEUVE + dt.timedelta(minutes=1)):
        technicien_metz.refresh_from_db()
        refaire_facteur(technicien_metz, par=gestionnaire_metz)
    assert courriels(VOULUE)[-1].gabarit == "accounts/second_facteur"


def test_a23_personne_d_autre_pour_le_facteur(technicien_metz, gestionnaire_metz, administrateur_moselle):
    """A-23: the two persons of the structure made the change: nobody is left, the seven days pass."""
    changer(technicien_metz, gestionnaire_metz)
    contresigner(technicien_metz.contreseings.get(), par=administrateur_moselle)
    activer(Client(), lien(VOULUE))
    technicien_metz.refresh_from_db()
    with pytest.raises(ValidationError, match="moins de sept jours"):
        refaire_facteur(technicien_metz, par=gestionnaire_metz)


# --- Those who work


def test_a23_vingt_cinq_adresses_en_une_matinee(metz, gestionnaire_metz):
    """A-23: a département changes its mail domain: each goes on working, confirms when he reads his mail, and works."""
    metz.domaines = ["metz.example", "moselle.example"]
    metz.membres = 4000
    metz.save()
    gens = [creer_compte_actif(f"agent{rang}.metz", Profil.TECHNICIEN, partenaire=metz) for rang in range(25)]
    for rang, compte in enumerate(gens):
        modifier_compte(compte, par=gestionnaire_metz, email=f"agent{rang}@moselle.example")
    for compte in gens[:2]:
        assert connecte(compte).get("/").status_code == 200
    for rang, compte in enumerate(gens):
        assert confirmer(lien(compte.email, CHEMIN)).status_code == 302
        assert adresse(compte) == f"agent{rang}@moselle.example"
    assert all(compte.appareiltotp_set.exists() for compte in gens)
    assert connecte(gens[0]).get("/").status_code == 200


def test_a23_un_compte_jamais_active_se_corrige(gestionnaire_metz, metz):
    """A-02, A-23: nobody was that account yet; a slip is corrected by who made it, and the first link dies."""
    creation = personne() | {"certifications": ["membre", "equipement", "adresse", "confidentialite"]}
    connecte(gestionnaire_metz).post(reverse("compte-nouveau"), creation)
    cree = Compte.objects.get(nom="Petit")
    ancien = lien(cree.email)
    changer(cree, gestionnaire_metz)
    assert adresse(cree) == VOULUE and not Contreseing.objects.exists()
    assert Client().get(ancien).status_code == 410
    cree.refresh_from_db()
    envoyer_lien(cree, LienPersonnel.Usage.ACTIVATION)
    assert activer(Client(), lien(VOULUE)).status_code == 302
