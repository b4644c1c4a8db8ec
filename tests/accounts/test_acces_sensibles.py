"""The password again before sensitive acts, the end of one session, blocks that spare a whole caisse (ASVS 6.3, 7.4, 7.5)."""

import time
from collections.abc import Callable

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.actions.acces import definir_mot_de_passe, envoyer_lien
from accounts.actions.comptes import demander_adresse
from accounts.essais import COOKIE_LIEU
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from accounts.models.sessions import SessionPortail, empreinte
from conformite.models.journal import LigneJournal
from socle import horloge
from socle.profils import Profil
from tests.accounts.aides import NEUF, courriels, lien, personne, texte
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.distribution import MOT_DE_PASSE, connecte, creer_compte_actif

# The cast is made at the present time: so is the story.
MATIN = time.time()
PLUS_TARD = MATIN + 11 * 60


def confirmer(client, adresse, mot_de_passe=MOT_DE_PASSE, **gardes):
    return client.post(adresse, {"identite-mot_de_passe": mot_de_passe, **gardes})


@pytest.fixture
def demande(db, gestionnaire_metz, caisse_moselle, administrateur_moselle) -> DemandeHabilitation:
    with time_machine.travel(MATIN, tick=False):
        connecte(gestionnaire_metz).post(
            "/habilitations/nouvelle/habilitation/", {"caisse": caisse_moselle.pk, **personne()}
        )
    return DemandeHabilitation.objects.get()


def test_une_habilitation_redemande_le_mot_de_passe(demande, administrateur_moselle):
    """A-01: after ten minutes the decision waits for the password; the comment typed is kept, and sent with it."""
    adresse = reverse("habilitation-decider", args=[demande.pk])
    saisie = {"decision": "refuser", "commentaire": "Fonction à préciser."}
    with time_machine.travel(MATIN, tick=False) as temps:
        client = connecte(administrateur_moselle)
        temps.move_to(PLUS_TARD)
        page = client.post(adresse, saisie)
        assert "Confirmer votre identité" in texte(page)
        assert 'value="Fonction à préciser."' in page.content.decode()
        faux = confirmer(client, adresse, "un autre mot de passe", **saisie)
        assert faux.status_code == 422 and "Ce n’est pas votre mot de passe" in texte(faux)
        demande.refresh_from_db()
        assert demande.statut == "deposee"
        assert confirmer(client, adresse, **saisie).url == "/habilitations/"
        demande.refresh_from_db()
        assert (demande.statut, demande.commentaire) == ("refusee", "Fonction à préciser.")
        assert LigneJournal.objects.filter(acte="connexion.confirmer").count() == 1


def test_un_export_redemande_le_mot_de_passe(administrateur_moselle, technicien_metz, gestionnaire_metz):
    """The download comes after the confirmation, by the same address; ten minutes later it is asked again."""
    with time_machine.travel(MATIN, tick=False) as temps:
        client = connecte(administrateur_moselle)
        connecte(gestionnaire_metz).post(
            "/securite/signaler/", {"nature": "perte", "faits": "Téléphone perdu."}
        )
        adresse = reverse("securite-pdf", args=[gestionnaire_metz.signalements_securite.get().pk])
        assert client.get(adresse).headers["Content-Type"] == "application/pdf"
        temps.move_to(PLUS_TARD)
        assert "Confirmer votre identité" in texte(client.get(adresse))
        assert confirmer(client, adresse, **{"identite-lecture": "1"}).url == adresse
        assert client.get(adresse).headers["Content-Type"] == "application/pdf"


def test_un_acte_de_securite_redemande_le_mot_de_passe(administrateur_moselle, technicien_metz, metz):
    """A-15, A-16: neither the exclusion nor the closing goes without it."""
    with time_machine.travel(MATIN, tick=False) as temps:
        client = connecte(administrateur_moselle)
        temps.move_to(PLUS_TARD)
        for nom, champs in (
            ("compte-exclure", {"exclure-raison": "Usage détourné."}),
            ("compte-inactiver", {"inactiver-cause": "fraude"}),
        ):
            page = client.post(reverse(nom, args=[technicien_metz.pk]), champs)
            assert "Confirmer votre identité" in texte(page)
        technicien_metz.refresh_from_db()
        assert technicien_metz.statut == "actif" and not technicien_metz.exclusions.exists()


def test_fermer_une_seule_session(technicien_metz, collegue_metz):
    """One session closed from another, never a colleague's, nor by its key."""
    ici, ailleurs, restee = (connecte(technicien_metz) for _ in range(3))
    autre = connecte(collegue_metz)
    page = ici.get("/mon-compte/").content.decode()
    cle = ailleurs.session.session_key
    assert cle not in page
    ici.post(reverse("session-fermer", args=[empreinte(cle)]))
    assert ailleurs.get("/").status_code == 302
    assert restee.get("/").status_code == ici.get("/").status_code == 200
    ici.post(reverse("session-fermer", args=[SessionPortail.objects.get(compte=collegue_metz).pk]))
    assert autre.get("/").status_code == 200


# --- One place compares passwords (F7)


def _par_lien(usage: str, chemin: str) -> Callable[[Compte], tuple[Client, str, str]]:
    def porte(compte: Compte) -> tuple[Client, str, str]:
        if usage == LienPersonnel.Usage.ADRESSE:
            demander_adresse(compte, "neuve@metz.example", par=compte)
        envoyer_lien(compte, usage)
        return Client(), lien(compte.email, chemin), "mot_de_passe"

    return porte


def _par_une_page(adresse: str, champ: str) -> Callable[[Compte], tuple[Client, str, str]]:
    return lambda compte: (connecte(compte), adresse, champ)


@pytest.mark.parametrize(
    "porte",
    [
        _par_une_page("/mot-de-passe/changer/", "actuel"),
        _par_une_page("/mon-compte/codes-de-secours/", "mot_de_passe"),
        _par_une_page("/mon-compte/cles/ajouter/", "identite-mot_de_passe"),
        _par_une_page("/conventions/C0001/caisses/moselle/code/", "mot_de_passe"),
        _par_lien(LienPersonnel.Usage.SECOND_FACTEUR, "second-facteur"),
        _par_lien(LienPersonnel.Usage.ADRESSE, "adresse/lien"),
    ],
    ids=["changer", "codes", "redemande", "code-confidentiel", "facteur", "adresse"],
)
def test_chaque_page_qui_compare_un_mot_de_passe_ralentit(gestionnaire_metz, porte):
    """F7: counted, slowed and written down as at the sign-in; the tenth failure ends the session that guesses."""
    with time_machine.travel(MATIN, tick=False) as temps:
        client, adresse, champ = porte(gestionnaire_metz)
        for rang in range(6):
            temps.shift(1)
            reponse = client.post(adresse, {champ: f"essai {rang}", "code": "000000"})
        assert "réessayez dans" in texte(client.post(adresse, {champ: MOT_DE_PASSE, "code": "000000"}))
        lignes = LigneJournal.objects.filter(acte="connexion.refusee", objet_id=str(gestionnaire_metz.pk))
        assert lignes.count() >= 5
        for rang in range(12):
            temps.shift(70)
            reponse = client.post(adresse, {champ: f"encore {rang}", "code": "000000"})
            if reponse.status_code != 200 and reponse.status_code != 422:
                break
        assert reponse.status_code == 429
        assert client.get("/mon-compte/").status_code == 302
    assert "accounts/essais" in {un.gabarit for un in courriels(gestionnaire_metz.email)}


def test_un_mot_de_passe_hache_a_nouveau_garde_la_session(technicien_metz, settings):
    """The cost of the hash is raised: who types his password again goes on."""
    client = connecte(technicien_metz)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    adresse = reverse("cle-ajouter")
    assert confirmer(client, adresse, **{"identite-lecture": "1"}).url == adresse
    technicien_metz.refresh_from_db()
    assert "m=102400" in technicien_metz.password
    assert client.get(adresse).status_code == 200


def test_qui_ferme_sa_propre_session_n_a_pas_d_erreur(technicien_metz, collegue_metz):
    """A form that took more than a minute: the password is changed, the account closed, and the page says so."""
    signalement = {"nature": "perte", "faits": "Téléphone perdu."}
    changement = {"actuel": MOT_DE_PASSE, "mot_de_passe": NEUF, "confirmation": NEUF}
    with time_machine.travel(MATIN, tick=False) as temps:
        clients = connecte(technicien_metz), connecte(collegue_metz)
        temps.shift(90)
        assert clients[0].post("/mot-de-passe/changer/", changement).url == "/connexion/?raison=mot-de-passe"
        assert clients[1].post("/securite/signaler/", signalement).url == "/securite/signaler/?fait=1"


# --- Blocks


def echouer(identifiant: str, adresse: str, fois: int = 10) -> None:
    depart = time.time()
    for i in range(fois):
        with time_machine.travel(depart + 70 * i, tick=False):
            saisir_mot_de_passe(Client(REMOTE_ADDR=adresse), identifiant, "mauvais")


def test_une_caisse_derriere_un_routeur_n_est_pas_bloquee(technicien_metz, collegue_metz):
    """Ten failures block one identifiant at one address: the neighbour of the same address signs in."""
    echouer("technicien.metz", "192.0.2.7")
    with time_machine.travel(time.time() + 701, tick=False):
        bloque = saisir_mot_de_passe(Client(REMOTE_ADDR="192.0.2.7"), "technicien.metz")
        assert bloque.status_code == 429 and "Trop d’essais de connexion" in texte(bloque)
        voisin = saisir_mot_de_passe(Client(REMOTE_ADDR="192.0.2.7"), "collegue.metz")
        assert voisin.url == "/connexion/code/"


def connu(compte, adresse: str = "192.0.2.7") -> Client:
    """Return the browser of a post where this account signed in, signed out since."""
    client = Client(REMOTE_ADDR=adresse)
    saisir_mot_de_passe(client, compte.identifiant)
    assert client.post("/connexion/code/", {"code": code_present()}).url == "/"
    client.post("/deconnexion/")
    return client


def test_le_titulaire_entre_de_son_poste_pendant_l_attaque(technicien_metz):
    """Nine failures by a stranger, at the same address and elsewhere: the owner's post waits nothing; he is told once."""
    with time_machine.travel(MATIN, tick=False) as temps:
        poste = connu(technicien_metz)
        for rang in range(24):
            temps.shift(70)
            for adresse in ("192.0.2.7", "198.51.100.9"):
                saisir_mot_de_passe(Client(REMOTE_ADDR=adresse), "technicien.metz", "mauvais")
            if rang == 8:
                assert "réessayez dans" in texte(
                    saisir_mot_de_passe(Client(REMOTE_ADDR="192.0.2.7"), "technicien.metz")
                )
                assert saisir_mot_de_passe(poste, "technicien.metz").url == "/connexion/code/"
                poste.post("/deconnexion/")
        assert saisir_mot_de_passe(poste, "technicien.metz").url == "/connexion/code/"
        ailleurs = saisir_mot_de_passe(Client(REMOTE_ADDR="203.0.113.4"), "technicien.metz")
        assert ailleurs.url == "/connexion/code/", "another network has its own count"
    assert [c.gabarit for c in courriels(technicien_metz.email)] == ["accounts/essais"]


def test_le_poste_connu_a_son_propre_compte(technicien_metz):
    """The count of a known post grows too: a stolen cookie is no way round."""
    with time_machine.travel(MATIN, tick=False):
        poste = connu(technicien_metz)
        for _ in range(6):
            saisir_mot_de_passe(poste, "technicien.metz", "mauvais")
        assert "réessayez dans" in texte(saisir_mot_de_passe(poste, "technicien.metz"))
        poste.cookies[COOKIE_LIEU] = "forge"
        assert saisir_mot_de_passe(poste, "technicien.metz").url == "/connexion/code/"


def test_changer_d_adresse_n_evite_pas_la_limite(technicien_metz, monkeypatch):
    """Guesses of many networks are bounded together; the owner's way in is his post, or the link of his mail box."""
    monkeypatch.setattr("accounts.essais.ECHECS_PARTOUT", 6)
    with time_machine.travel(MATIN, tick=False):
        poste = connu(technicien_metz)
        for rang in range(6):
            saisir_mot_de_passe(Client(REMOTE_ADDR=f"198.51.100.{rang}"), "technicien.metz", "mauvais")
        client = Client(REMOTE_ADDR="203.0.113.4")
        assert "depuis plusieurs réseaux" in texte(saisir_mot_de_passe(client, "technicien.metz"))
        assert saisir_mot_de_passe(poste, "technicien.metz").url == "/connexion/code/"
        client.post(reverse("mot-de-passe-oublie"), {"identifiant": "technicien.metz"})
        client.post(
            lien(technicien_metz.email, "mot-de-passe/lien"), {"mot_de_passe": NEUF, "confirmation": NEUF}
        )
        for rang in range(6):
            saisir_mot_de_passe(Client(REMOTE_ADDR=f"198.51.100.{rang}"), "technicien.metz", "mauvais")
        assert saisir_mot_de_passe(client, "technicien.metz", NEUF).url == "/connexion/code/"


def test_un_reseau_ipv6_est_un_seul_lieu(technicien_metz):
    """Whoever has a /64 changes address at will: it counts as one."""
    with time_machine.travel(MATIN, tick=False):
        for rang in range(6):
            saisir_mot_de_passe(Client(REMOTE_ADDR=f"2001:db8:1:2::{rang}"), "technicien.metz", "mauvais")
        page = saisir_mot_de_passe(Client(REMOTE_ADDR="2001:db8:1:2:ffff::9"), "technicien.metz")
        assert "réessayez dans" in texte(page)


def test_quarante_postes_derriere_une_adresse(metz, technicien_metz, national):
    """One post makes 500 failures; the thirty-nine others of the same address sign in, though never seen there."""
    collegues = [
        creer_compte_actif(f"poste{rang}.metz", Profil.TECHNICIEN, partenaire=metz) for rang in range(39)
    ]
    with time_machine.travel(MATIN, tick=False):
        for rang in range(500):
            identifiant = "technicien.metz" if rang % 5 == 0 else f"inconnu{rang}"
            saisir_mot_de_passe(Client(REMOTE_ADDR="192.0.2.7"), identifiant, "mauvais")
        for collegue in collegues:
            client = Client(REMOTE_ADDR="192.0.2.7")
            assert saisir_mot_de_passe(client, collegue.identifiant).url == "/connexion/code/"
        # The national one is told once, and nobody who was not tried.
        assert [un.gabarit for un in courriels(national.email)] == ["accounts/vague"]
        # Where a flood comes from, the second try of an identifiant waits already.
        client = Client(REMOTE_ADDR="192.0.2.7")
        saisir_mot_de_passe(client, collegues[0].identifiant, "mauvais")
        assert "réessayez dans" in texte(saisir_mot_de_passe(client, collegues[0].identifiant))


def test_un_nouveau_mot_de_passe_leve_le_blocage(technicien_metz):
    """As the page of the block says: the link of the mail, a new password, and the sign-in works at once."""
    echouer("technicien.metz", "192.0.2.7")
    with time_machine.travel(time.time() + 701, tick=False):
        client = Client(REMOTE_ADDR="192.0.2.7")
        assert saisir_mot_de_passe(client, "technicien.metz").status_code == 429
        client.post(reverse("mot-de-passe-oublie"), {"identifiant": "technicien.metz"})
        chemin = lien(technicien_metz.email, "mot-de-passe/lien")
        assert client.post(chemin, {"mot_de_passe": NEUF, "confirmation": NEUF}).status_code == 302
        assert saisir_mot_de_passe(client, "technicien.metz", NEUF).url == "/connexion/code/"


def test_l_en_tete_du_client_ne_trompe_pas(technicien_metz, settings):
    """Without proxy of ours the header is nothing; behind one, only the address that it saw counts."""
    for rang in range(12):
        with time_machine.travel(time.time() + 70 * rang, tick=False):
            reponse = Client(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=f"203.0.113.{rang}").post(
                reverse("connexion"), {"identifiant": "technicien.metz", "mot_de_passe": "mauvais"}
            )
    assert reponse.status_code == 429


def test_le_lien_ne_fait_pas_deviner_les_mots_de_passe(technicien_metz):
    """F7: present and former ones are told when nothing else is wrong, written down each time; ten kill the link."""
    client = Client()
    client.post(reverse("mot-de-passe-oublie"), {"identifiant": "technicien.metz"})
    chemin = lien(technicien_metz.email, "mot-de-passe/lien")

    def choisir(confirmation: str) -> HttpResponse:
        return client.post(chemin, {"mot_de_passe": MOT_DE_PASSE, "confirmation": confirmation})

    assert "déjà utilisé" not in texte(choisir("un autre que le premier"))
    for rang in range(10):
        assert "déjà utilisé ce mot de passe" in texte(choisir(MOT_DE_PASSE)), rang
    refus = LigneJournal.objects.filter(acte="connexion.refusee", objet_id=str(technicien_metz.pk))
    assert refus.count() == 10
    assert "Demandez un nouveau lien" in texte(choisir(MOT_DE_PASSE))
    assert client.get(chemin).status_code == 410


# --- Rules of the password, while typing


def test_a06_juge_pendant_la_frappe(technicien_metz):
    """A-06: the page asks which rules are broken; nothing is set, and nobody else's page answers."""
    client = connecte(technicien_metz)

    def juger(saisi):
        return client.post("/mot-de-passe/changer/?juge=1", {"mot_de_passe": saisi}).json()["manques"]

    assert juger("court") == ["longueur", "proche"]
    assert juger("aaaaaaaaaaaaaaaa") == ["devinable"]
    assert juger("technicien metz cpam") == ["proche"]
    assert juger(MOT_DE_PASSE) == [], "who types in somebody's session learns nothing of former ones (F7)"
    assert juger(NEUF) == []
    technicien_metz.refresh_from_db()
    assert technicien_metz.check_password(MOT_DE_PASSE)
    definir_mot_de_passe(technicien_metz, NEUF)
    assert technicien_metz.mot_de_passe_change_le <= horloge.maintenant()
    assert Client().post("/mot-de-passe/changer/?juge=1", {"mot_de_passe": "x"}).status_code == 302
