"""From the mail to the first page: personal links, password, second factor (A-04, A-05, A-06, A-07)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actions.acces import definir_mot_de_passe, envoyer_lien
from accounts.actions.activation import activer_compte
from accounts.actions.comptes import creer_compte, modifier_compte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.regles import CERTIFICATIONS, DUREE_ACTIVATION
from socle import horloge
from socle.profils import Profil
from tests.accounts.aides import NEUF, activer, code_de, courriels, lien, rien_ne_change, texte
from tests.distribution import GRAINE, MOT_DE_PASSE, connecte

ADRESSE = "alix.petit@metz.example"


@pytest.fixture
def nouveau(metz, gestionnaire_metz) -> Compte:
    return creer_compte(
        profil=Profil.TECHNICIEN,
        nom="Petit",
        prenom="Alix",
        email=ADRESSE,
        partenaire=metz,
        certifications=CERTIFICATIONS,
        par=gestionnaire_metz,
    )


def test_a05_du_courriel_a_l_accueil(nouveau):
    """A-05: the mail announces the creation; password, code, conditions; then the home page."""
    assert "alix.petit" in courriels(ADRESSE)[0].corps
    chemin = lien(ADRESSE)
    client = Client()
    page = texte(client.get(chemin))
    assert "Votre identifiant est alix.petit" in page and "au moins 14 caractères" in page
    reponse = activer(client, chemin)
    assert reponse.url == "/cgu/"
    assert client.post("/cgu/", {"accepter": "on"}).status_code == 302
    assert client.get("/").status_code == 200
    nouveau.refresh_from_db()
    assert nouveau.statut == Compte.Statut.ACTIF and nouveau.active_le


def test_a05_un_get_ne_consomme_rien(nouveau):
    """A-05: mail scanners open the link; only a POST uses it, once."""
    chemin = lien(ADRESSE)
    for _ in range(3):
        assert Client().get(chemin).status_code == 200
        assert Client().head(chemin).status_code == 200
    assert activer(Client(), chemin).url == "/cgu/"
    for reponse in (Client().get(chemin), Client().post(chemin, {}), Client().get(f"{chemin}code/")):
        assert reponse.status_code == 410
        assert "Ce lien n’est plus valable" in texte(reponse)


def test_a05_le_lien_est_renvoye_puis_expire(nouveau):
    """A-05: asked again, the same leaves; past half of its life a fresh one; each dies on its day, or with the other."""
    ancien, depart = lien(ADRESSE), horloge.maintenant()
    envoyer_lien(nouveau, LienPersonnel.Usage.ACTIVATION)
    assert lien(ADRESSE) == ancien and Client().get(ancien).status_code == 200
    with time_machine.travel(depart + DUREE_ACTIVATION / 2 + dt.timedelta(minutes=1)):
        envoyer_lien(nouveau, LienPersonnel.Usage.ACTIVATION)
        recent = lien(ADRESSE)
        assert recent != ancien
        assert Client().get(recent).status_code == Client().get(ancien).status_code == 200
    with time_machine.travel(depart + DUREE_ACTIVATION + dt.timedelta(seconds=1)):
        assert Client().get(ancien).status_code == 410
        assert activer(Client(), recent).url == "/cgu/"
        assert Client().get(recent).status_code == 410


def test_un_lien_meurt_avec_l_adresse(nouveau, gestionnaire_metz):
    """What was sent to the former address opens nothing; the new one receives another link."""
    ancien = lien(ADRESSE)
    modifier_compte(nouveau, par=gestionnaire_metz, email="alix@metz.example")
    assert Client().get(ancien).status_code == 410
    nouveau.refresh_from_db()
    envoyer_lien(nouveau, LienPersonnel.Usage.ACTIVATION)
    assert Client().get(ancien).status_code == 410
    assert Client().get(lien("alix@metz.example")).status_code == 200


def test_a05_renvoyer_le_lien(nouveau, gestionnaire_metz, technicien_metz):
    """A-05: the link again for who still waits, asked by who created the account; none for an active one."""
    client = connecte(gestionnaire_metz)
    assert "Renvoyer le lien" in texte(client.get(f"/comptes/{nouveau.pk}/"))
    assert client.post(f"/comptes/{nouveau.pk}/relancer/").status_code == 302
    assert [c.gabarit for c in courriels(ADRESSE)] == ["accounts/activation"] * 2
    assert "Renvoyer le lien" not in texte(client.get(f"/comptes/{technicien_metz.pk}/"))
    with rien_ne_change():
        assert client.post(f"/comptes/{technicien_metz.pk}/relancer/").status_code == 409
        assert connecte(technicien_metz).post(f"/comptes/{nouveau.pk}/relancer/").status_code in (403, 404)


def test_a06_le_mot_de_passe_est_juge_pendant_la_saisie(nouveau):
    """A-06: while it is typed, what is missing is said, and nothing is kept."""
    chemin = lien(ADRESSE)
    reponse = Client().post(f"{chemin}?juge=1", {"mot_de_passe": "court"})
    assert reponse.json()["manques"], "too short"
    assert Client().post(f"{chemin}?juge=1", {"mot_de_passe": NEUF}).json() == {"manques": []}
    nouveau.refresh_from_db()
    assert not nouveau.has_usable_password()


def test_un_lien_ne_sert_pas_a_un_autre_usage(nouveau):
    jeton = lien(ADRESSE).split("/")[2]
    assert Client().get(reverse("mot-de-passe-nouveau", args=[jeton])).status_code == 410
    assert Client().get(reverse("second-facteur-nouveau", args=[jeton])).status_code == 410


def test_un_code_faux_n_active_pas(nouveau):
    chemin = lien(ADRESSE)
    client = Client()
    client.post(chemin, {"mot_de_passe": NEUF, "confirmation": NEUF})
    reponse = client.post(f"{chemin}code/", {"code": "000000"})
    assert "Ce code n’est pas celui" in texte(reponse)
    nouveau.refresh_from_db()
    assert nouveau.statut == Compte.Statut.EN_ATTENTE


@pytest.mark.parametrize(
    ("mot_de_passe", "phrase"),
    [
        ("court", "trop court"),
        ("x" * 129, "au plus 128"),
        ("motdepassemotdepasse", "facile à deviner"),
        ("aaaaaaaaaaaaaaaaaaaa", "facile à deviner"),
        ("Alix Petit Metz Métropole", "trop proche"),
        ("alix.petit cpam ameli", "trop proche"),
    ],
)
def test_a06_mots_de_passe_refuses(nouveau, mot_de_passe, phrase):
    """A-06: refused when short, common, guessable, or close to the person's data; nothing changes."""
    reponse = Client().post(lien(ADRESSE), {"mot_de_passe": mot_de_passe, "confirmation": mot_de_passe})
    assert phrase in texte(reponse)
    nouveau.refresh_from_db()
    assert not nouveau.has_usable_password()


def test_les_deux_saisies_doivent_etre_egales(nouveau):
    reponse = Client().post(lien(ADRESSE), {"mot_de_passe": NEUF, "confirmation": NEUF + "!"})
    assert "ne sont pas identiques" in texte(reponse)


@pytest.mark.parametrize(
    "mot_de_passe",
    ["Éléphant ça nage où déjà ?", "  espaces aux deux bouts  ", "x" * 20 + " 木漏れ日 çà et là"],
)
def test_tout_caractere_est_permis_et_rien_n_est_tronque(nouveau, mot_de_passe):
    assert activer(Client(), lien(ADRESSE), mot_de_passe).status_code == 302
    nouveau.refresh_from_db()
    assert nouveau.check_password(mot_de_passe)
    assert not nouveau.check_password(mot_de_passe[:-1])


def test_mot_de_passe_oublie(technicien_metz):
    """The link sets a new password, closes the sessions, and does not skip the second factor."""
    ouverte = connecte(technicien_metz)
    client = Client()
    reponse = client.post(reverse("mot-de-passe-oublie"), {"identifiant": "technicien.metz"}, follow=True)
    assert "Si cet identifiant est celui d’un compte actif" in texte(reponse)
    chemin = lien(technicien_metz.email, "mot-de-passe/lien")
    reponse = client.post(chemin, {"mot_de_passe": NEUF, "confirmation": NEUF})
    assert reponse.url == "/connexion/?raison=mot-de-passe"
    assert ouverte.get("/").url.startswith("/connexion/")
    reponse = client.post("/connexion/", {"identifiant": "technicien.metz", "mot_de_passe": NEUF})
    assert reponse.url == "/connexion/code/"
    assert client.get("/").url == "/connexion/code/"
    assert Client().get(chemin).status_code == 410


def test_meme_reponse_pour_un_oubli_inconnu(technicien_metz, nouveau):
    pages = {
        texte(Client().post(reverse("mot-de-passe-oublie"), {"identifiant": identifiant}, follow=True))
        for identifiant in ("technicien.metz", "inconnu.total", nouveau.identifiant)
    }
    assert len(pages) == 1
    assert [c.gabarit for c in courriels(technicien_metz.email)] == ["accounts/mot_de_passe"]
    assert all(c.gabarit != "accounts/mot_de_passe" for c in courriels(ADRESSE))


def test_a04_identifiants_oublies(metz, technicien_metz):
    """A-04: the identifiants tied to an address are sent to it; the answer is the same for any address."""
    jumeau = Compte.objects.get(pk=technicien_metz.pk)
    jumeau.pk, jumeau.identifiant, jumeau.profil = None, "autre.compte", Profil.GESTIONNAIRE
    jumeau.save()
    pages = {
        texte(Client().post(reverse("identifiant-oublie"), {"email": adresse}, follow=True))
        for adresse in (technicien_metz.email.upper(), "inconnu@ailleurs.example")
    }
    assert len(pages) == 1
    corps = courriels(technicien_metz.email)[-1].corps
    assert "technicien.metz (Technicien)" in corps and "autre.compte (Gestionnaire)" in corps
    assert not courriels("inconnu@ailleurs.example")


def test_a06_pas_parmi_les_cinq_derniers(technicien_metz):
    """A-06: not the present password, nor one of the last five; the sixth may come back."""
    suite = [f"Loutre numéro {mot} du quai" for mot in ("verte", "bleue", "grise", "dorée", "mauve")]
    for mot_de_passe in suite:
        definir_mot_de_passe(technicien_metz, mot_de_passe)
        technicien_metz.refresh_from_db()
    client = connecte(technicien_metz)
    url = reverse("mot-de-passe-changer")
    for ancien in suite:
        reponse = client.post(url, {"actuel": suite[-1], "mot_de_passe": ancien, "confirmation": ancien})
        assert "Vous avez déjà utilisé ce mot de passe" in texte(reponse)
    reponse = client.post(
        url, {"actuel": suite[-1], "mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}
    )
    assert reponse.url == "/connexion/?raison=mot-de-passe"


def test_changer_demande_le_mot_de_passe_actuel(technicien_metz):
    client = connecte(technicien_metz)
    reponse = client.post(
        reverse("mot-de-passe-changer"), {"actuel": "faux", "mot_de_passe": NEUF, "confirmation": NEUF}
    )
    assert "Ce n’est pas votre mot de passe actuel" in texte(reponse)
    technicien_metz.refresh_from_db()
    assert technicien_metz.check_password(MOT_DE_PASSE)


@pytest.mark.parametrize(("acteur", "jours"), [("technicien_metz", 365), ("agent_moselle", 180)])
def test_a06_age_du_mot_de_passe_par_profil(request, acteur, jours):
    """A-06: 365 days for partners, 180 for caisses; then nothing else is reachable before the change."""
    compte = request.getfixturevalue(acteur)
    for age, attendu in ((jours - 1, 200), (jours, 302)):
        Compte.objects.filter(pk=compte.pk).update(
            mot_de_passe_change_le=horloge.maintenant() - dt.timedelta(days=age)
        )
        reponse = connecte(compte).get("/")
        assert reponse.status_code == attendu
    assert reponse.url == "/mot-de-passe/changer/"


def test_facteur_perdu_avec_une_seconde_personne(technicien_metz, gestionnaire_metz):
    """A-25: a gestionnaire sends the link, the password is asked, the former seed dies, sessions end, the owner is told."""
    ouverte = connecte(technicien_metz)
    avant = technicien_metz.appareiltotp_set.get()
    reponse = connecte(gestionnaire_metz).post(reverse("compte-refaire-facteur", args=[technicien_metz.pk]))
    assert reponse.status_code == 302
    assert courriels(technicien_metz.email)[-1].gabarit == "accounts/second_facteur"
    chemin = lien(technicien_metz.email, "second-facteur")
    client = Client()
    assert "Ce n’est pas votre mot de passe" in texte(
        client.post(chemin, {"mot_de_passe": "faux mot de passe"})
    )
    assert technicien_metz.appareiltotp_set.get().graine == GRAINE
    page = client.post(chemin, {"mot_de_passe": MOT_DE_PASSE}, follow=True)
    assert Client().get(chemin).status_code == 410
    assert "réglez l’heure" in texte(client.post(chemin, {"code": "000000"}))
    assert client.post(chemin, {"code": code_de(page)}).status_code == 302
    apres = technicien_metz.appareiltotp_set.get()
    assert apres.pk != avant.pk and apres.graine != GRAINE
    assert ouverte.get("/").url.startswith("/connexion/")
    assert courriels(technicien_metz.email)[-1].gabarit == "accounts/second_facteur_change"
    assert Client().get(chemin).status_code == 410


def test_un_compte_actif_ne_s_active_pas_deux_fois(technicien_metz):
    with pytest.raises(ValidationError):
        activer_compte(technicien_metz, mot_de_passe=NEUF, graine_totp=None)
