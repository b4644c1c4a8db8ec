"""Ten ways to take somebody's account, alone (F4, A-23 to A-25): each by the pages, as a browser does.

One line a way: who, what he does, what stops him, the line that it leaves, the mail that tells it and to whom.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.sessions import OUVERTE
from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from socle import horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.accounts.aides import NEUF, courriels, lien, personne, texte
from tests.accounts.test_adresses import changer
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.accounts.test_deux_personnes import decider
from tests.distribution import MOT_DE_PASSE, connecte, creer_compte_actif

# What the thief reads: a box of the victim's own domain that nobody had, and one outside.
SIENNE, DEHORS = "complice@caisse.example", "moi@ailleurs.example"
DU_VOLEUR = (SIENNE, DEHORS, "complice@metz.example", "neuve@metz.example")


@dataclass
class Scene:
    """Those of a caisse and of a structure. Nobody is anybody's accomplice."""

    agent: Compte
    superviseur: Compte
    dpo: Compte
    administrateur: Compte
    national: Compte
    technicien: Compte
    gestionnaire: Compte
    caisse: Caisse

    def poster(self, qui: Compte, vue: str, cible: Compte, **donnees):
        return connecte(qui).post(reverse(vue, args=[cible.pk]), donnees)

    def redemander_partout(self, victime: Compte) -> None:
        """Ask for a new password, as anybody may; the mail leaves for the victim."""
        Client().post(reverse("mot-de-passe-oublie"), {"identifiant": victime.identifiant})


@pytest.fixture
def scene(
    agent_moselle, superviseur_moselle, dpo_moselle, administrateur_moselle, national, technicien_metz,
    gestionnaire_metz, caisse_moselle,
) -> Scene:  # fmt: skip
    Caisse.objects.update(courriel="caisse@caisse.example")
    return Scene(
        agent_moselle, superviseur_moselle, dpo_moselle, administrateur_moselle, national, technicien_metz,
        gestionnaire_metz, caisse_moselle,
    )  # fmt: skip


# --- The ways


def l_adresse_d_un_agent(s: Scene):
    """An administrateur: the agent's address, then a reset, then a factor."""
    assert changer(s.agent, s.administrateur, email=DEHORS).status_code == 422
    changer(s.agent, s.administrateur, email=SIENNE)
    s.redemander_partout(s.agent)
    s.poster(s.administrateur, "compte-refaire-facteur", s.agent)
    return decider(s.agent.contreseings.get(), s.administrateur)


def un_agent_de_plus(s: Scene):
    """An administrateur: an agent who is nobody, whose mail he reads."""
    envoi = personne(domaine="caisse.example", profil="agent", caisses=[s.caisse.pk], email=SIENNE)
    connecte(s.administrateur).post(reverse("equipe-nouveau"), envoi)
    neuf = Compte.objects.get(email=SIENNE)
    s.poster(s.administrateur, "compte-relancer", neuf)
    return decider(neuf.contreseings.get(), s.administrateur)


def fermer_puis_rouvrir(s: Scene):
    """An administrateur: closes an agent, reopens him for himself; the link would leave for a new address."""
    s.poster(s.administrateur, "compte-inactiver", s.agent, **{"inactiver-cause": "depart"})
    s.poster(s.administrateur, "compte-reactiver", s.agent)
    s.agent.refresh_from_db()
    assert s.agent.statut == "inactif"
    assert changer(s.agent, s.administrateur, email=SIENNE).status_code == 409
    return decider(s.agent.contreseings.get(), s.administrateur)


def l_adresse_d_un_administrateur(s: Scene):
    """A national: the administrateur's address; nobody else could confirm it, and he may not."""
    changer(s.administrateur, s.national, email=SIENNE)
    s.redemander_partout(s.administrateur)
    s.poster(s.national, "compte-refaire-facteur", s.administrateur)
    return decider(s.administrateur.contreseings.get(), s.national)


def un_domaine_puis_un_administrateur(s: Scene):
    """A national: declares a mail domain of his for the caisse, then asks for an administrateur there."""
    adresse = reverse("national-caisse-domaines", args=[s.caisse.code])
    client = connecte(s.national)
    vu = client.get(adresse).context["form"]["vu"].value()
    assert client.post(adresse, {"domaines": "caisse.example\nailleurs.example", "vu": vu}).status_code == 302
    assert [un.gabarit for un in courriels("caisse@caisse.example")] == ["caisses/domaines"]
    envoi = personne(profil="administrateur", caisses=[s.caisse.pk], email=DEHORS)
    assert client.post(reverse("equipe-nouveau"), envoi).status_code == 302
    return decider(Contreseing.objects.get(), s.national)


def l_adresse_d_un_technicien(s: Scene):
    """A gestionnaire: a sub-address of his own box, then a box that he had opened in the structure's domain."""
    assert changer(s.technicien, s.gestionnaire, email="gestionnaire.metz+t@metz.example").status_code == 422
    changer(s.technicien, s.gestionnaire, email="complice@metz.example")
    return decider(s.technicien.contreseings.get(), s.gestionnaire)


def le_facteur_d_un_technicien(s: Scene):
    """A gestionnaire who knows the password: « the factor is lost »; the link leaves for its owner."""
    s.poster(s.gestionnaire, "compte-refaire-facteur", s.technicien)
    client = Client()
    saisir_mot_de_passe(client, s.technicien.identifiant)
    return client.get(reverse("demandes"))


def la_boite_fait_un_mot_de_passe(s: Scene):
    """Who reads the mail box: a new password, then the second factor, which no mail gives."""
    s.redemander_partout(s.agent)
    client = Client()
    client.post(lien(s.agent.email, "mot-de-passe/lien"), {"mot_de_passe": NEUF, "confirmation": NEUF})
    saisir_mot_de_passe(client, s.agent.identifiant, NEUF)
    client.post(reverse("connexion-code"), {"code": "000000"})
    for ailleurs in ("mon-compte", "codes-secours", "cle-ajouter", "mot-de-passe-changer"):
        assert client.get(reverse(ailleurs)).url == "/connexion/code/"
    return client.get(reverse("tri"))


def la_boite_confirme_une_adresse(s: Scene):
    """Who reads the former box, and knows the password: the link of a new address asks the factor too."""
    changer(s.technicien, s.gestionnaire, email="neuve@metz.example")
    chemin = lien(s.technicien.email, "adresse/lien")
    Client().post(chemin, {"mot_de_passe": "deviné", "code": "000000"})
    Client().post(chemin, {"mot_de_passe": MOT_DE_PASSE, "code": "000000"})
    return Client().get(reverse("demandes"))


def la_session_devine_le_mot_de_passe(s: Scene):
    """Who took a session a quarter of an hour ago: nothing sensitive answers; guessing the password ends it."""
    with time_machine.travel(horloge.temps_reel(), tick=False) as temps:
        client = connecte(s.agent)
        session = client.session
        session[OUVERTE] -= 15 * 60
        session.save()
        memes = {"mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}
        essais = {
            "cle-ajouter": {"identite-mot_de_passe": "faux", "nom": "Clé"},
            "codes-secours": {"mot_de_passe": "faux"},
            "mot-de-passe-changer": {"actuel": "faux"} | memes,
        }
        for vue, essai in essais.items():
            page = texte(client.post(reverse(vue), essai))
            assert "Ce n’est pas votre mot de passe" in page and "déjà utilisé" not in page, vue
        for rang in range(12):
            temps.shift(60 + rang * 30)
            reponse = client.post(reverse("mot-de-passe-changer"), {"actuel": f"essai {rang}"} | NOUVEAUX)
            if reponse.status_code == 429:
                break
        assert reponse.status_code == 429
        return client.get(reverse("tri"))


NOUVEAUX = {"mot_de_passe": NEUF, "confirmation": NEUF}


@dataclass(frozen=True)
class Prise:
    """One way: what is done; whose account it aims at; the answer that stops it; its line; its mail, and to whom."""

    faire: Callable[[Scene], object]
    victime: str
    arret: int | str
    ligne: str
    courriel: str
    prevenu: str


PRISES = [
    Prise(l_adresse_d_un_agent, "agent", 403, "contreseing.demander", "accounts/adresse", "agent"),
    Prise(un_agent_de_plus, "agent", 403, "contreseing.demander", "accounts/contreseing_avis", "dpo"),
    Prise(fermer_puis_rouvrir, "agent", 403, "contreseing.demander", "accounts/contreseing_avis", "superviseur"),
    Prise(
        l_adresse_d_un_administrateur, "administrateur", 403, "contreseing.demander", "accounts/adresse",
        "administrateur",
    ),
    Prise(
        un_domaine_puis_un_administrateur, "administrateur", 403, "caisse.domaines",
        "accounts/contreseing_demande", "administrateur",
    ),
    Prise(l_adresse_d_un_technicien, "technicien", 403, "contreseing.demander", "accounts/adresse", "technicien"),
    Prise(
        le_facteur_d_un_technicien, "technicien", "/connexion/code/", "compte.refaire_facteur",
        "accounts/second_facteur", "technicien",
    ),
    Prise(
        la_boite_fait_un_mot_de_passe, "agent", "/connexion/code/", "compte.mot_de_passe",
        "accounts/mot_de_passe_change", "agent",
    ),
    Prise(
        la_boite_confirme_une_adresse, "technicien", "/connexion/?next=/demandes/", "connexion.code_refuse",
        "accounts/adresse", "technicien",
    ),
    Prise(
        la_session_devine_le_mot_de_passe, "agent", "/connexion/?next=/tri/", "connexion.refusee",
        "accounts/essais", "agent",
    ),
]  # fmt: skip


@pytest.mark.parametrize("prise", PRISES, ids=lambda prise: prise.faire.__name__)
def test_personne_ne_prend_seul_le_compte_d_un_autre(scene, prise):
    """A-23 to A-25: none succeeds, each leaves a line and a mail; no box of the thief is ever sent what opens."""
    victime = getattr(scene, prise.victime)
    avant = (victime.email, [un.pk for un in victime.appareiltotp_set.all()])
    reponse = prise.faire(scene)
    assert (reponse.status_code if isinstance(prise.arret, int) else reponse.url) == prise.arret
    assert LigneJournal.objects.filter(acte=prise.ligne).exists()
    prevenu = getattr(scene, prise.prevenu)
    assert prise.courriel in {un.gabarit for un in courriels(prevenu.email)}
    victime.refresh_from_db()
    assert (victime.email, [un.pk for un in victime.appareiltotp_set.all()]) == avant
    assert not victime.cles_d_acces.exists()
    assert not CourrielSortant.objects.filter(destinataire__in=DU_VOLEUR).exists()
    assert not Compte.objects.filter(email__in=[SIENNE, DEHORS]).exclude(statut="a_confirmer").exists()


def test_une_session_prise_aussitot_n_ajoute_pas_de_cle(technicien_metz):
    """A-25: a session that has just begun has no password either: a passkey would open the account for ever."""
    client = connecte(technicien_metz)
    page = client.post(reverse("cle-ajouter"), {"nom": "Volée", "preuve_de_cle": "{}"})
    assert "Cet acte demande votre mot de passe" in texte(page)
    assert "creation" not in page.context


def test_vingt_cinq_changent_de_domaine_en_une_matinee(metz, gestionnaire_metz, administrateur_moselle):
    """A-23: the caisse declares the domain, the gestionnaire types the addresses, each confirms his own and works."""
    metz.membres = 4000
    metz.save()
    gens = [creer_compte_actif(f"agent{rang}.metz", Profil.TECHNICIEN, partenaire=metz) for rang in range(25)]
    fiche = reverse("partenaire-modifier", args=[metz.siret])
    caisse, gestionnaire = connecte(administrateur_moselle), connecte(gestionnaire_metz)
    formulaire = caisse.get(fiche).context["form"]
    envoi = {champ.html_name: champ.value() or "" for champ in formulaire} | {
        "domaines": "metz.example\nmoselle.example",
        "courriel": "contact@metz.example",
    }
    assert caisse.post(fiche, envoi | {"adresse_commune_permise": ""}).status_code == 302
    for rang, compte in enumerate(gens):
        adresse = reverse("compte-modifier", args=[compte.pk])
        page = gestionnaire.get(adresse).context["form"]
        saisi = {champ.html_name: champ.value() or "" for champ in page}
        saisi |= {"email": f"agent{rang}@moselle.example", "civilite": "madame", "fonction": "Accueil"}
        assert gestionnaire.post(adresse, saisi | {"telephone": "0387000000"}).status_code == 302
    with time_machine.travel(horloge.temps_reel(), tick=False) as temps:
        for rang, compte in enumerate(gens):
            preuve = {"mot_de_passe": MOT_DE_PASSE, "code": code_present()}
            assert Client().post(lien(compte.email, "adresse/lien"), preuve).status_code == 302
            temps.shift(60)
            client = Client()
            saisir_mot_de_passe(client, compte.identifiant)
            assert client.post(reverse("connexion-code"), {"code": code_present()}).url == "/"
            assert client.get(reverse("demande-nouvelle")).status_code == 200
            temps.shift(60)
            compte.refresh_from_db()
            assert compte.email == f"agent{rang}@moselle.example"
    assert not LigneJournal.objects.filter(acte__startswith="volume.").exists()
