"""The accounts of a structure, run by its gestionnaire and its caisse (A-02 to A-04, A-09, A-12, A-19 to A-22)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.actions.comptes import inactiver
from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests import distribution
from tests.accounts.aides import courriels, personne, rien_ne_change, technicien, texte
from tests.conventions.aides import erreurs
from tests.distribution import connecte, creer_compte_actif

NOUVEAU = "/comptes/nouveau/"


def techniciens(partenaire):
    return partenaire.comptes.filter(profil=Profil.TECHNICIEN)


# --- Creation


def test_a02_le_gestionnaire_cree_un_technicien(gestionnaire_metz, metz):
    """A-02: created by a gestionnaire of the structure, who is the one it is attached to; journaled."""
    reponse = connecte(gestionnaire_metz).post(NOUVEAU, technicien())
    assert reponse.url == "/comptes/"
    cree = techniciens(metz).get()
    assert (cree.identifiant, cree.statut, cree.rattache_a) == ("alix.petit", "en_attente", gestionnaire_metz)
    courriel = courriels(cree.email)[0]
    assert courriel.gabarit == "accounts/activation"
    # What tells it from a fraud: for which structure, and by whom.
    assert f"par {gestionnaire_metz.nom_complet}, pour {metz.nom}." in courriel.corps
    ligne = LigneJournal.objects.get(acte="compte.creer", objet_id=str(cree.pk))
    assert (ligne.compte, ligne.partenaire) == (gestionnaire_metz.pk, metz.pk)


def test_m15_qui_n_a_pas_de_compte_sait_a_qui_le_demander(client, db):
    """Before any sign-in: the gestionnaire of the structure, else the caisse, and what the portal does."""
    page = texte(client.get("/connexion/"))
    assert "Pas de compte ?" in page.replace("\xa0", " ") and "Le gestionnaire de votre structure" in page
    assert "Adressez-vous à la caisse de votre département" in page


@pytest.mark.parametrize(
    "acteur",
    [
        "technicien_metz",
        "agent_moselle",
        "superviseur_moselle",
        "administrateur_moselle",
        "dpo_moselle",
        "national",
    ],
)
def test_a02_personne_d_autre(request, acteur, metz):
    """A-02: nobody else creates a technicien."""
    client = connecte(request.getfixturevalue(acteur))
    avant = techniciens(metz).count()
    assert client.get(NOUVEAU).status_code == 403
    assert client.post(NOUVEAU, technicien()).status_code == 403
    assert techniciens(metz).count() == avant


def test_a02_le_retard_se_voit_et_ne_bloque_rien(caisse_moselle):
    """A-02 [82]: within 5 working days of the mail that announces the gestionnaire's account; lateness is shown."""
    departement = distribution.creer_partenaire("90082001600014", "Département", 300, domaines=["cd.example"])
    distribution.creer_convention(
        departement, caisse_moselle, debut=dt.date(2026, 1, 5), delai_habilitation_techniciens_jours=5
    )
    with time_machine.travel("2026-04-02T10:00:00Z", tick=False) as temps:
        gestionnaire = creer_compte_actif("gestionnaire.cd", Profil.GESTIONNAIRE, partenaire=departement)
        page = texte(connecte(gestionnaire).get("/comptes/"))
        # T-04: Good Friday and Easter Monday are holidays in Moselle.
        assert "Les techniciens sont à créer" in page and "13 avril 2026" in page
        temps.move_to("2026-04-14T10:00:00Z")
        client = connecte(gestionnaire)
        assert "Le délai prévu par la convention est passé" in texte(client.get("/comptes/"))
        assert client.post(NOUVEAU, technicien(email="alix.petit@cd.example")).status_code == 302
        assert "délai prévu" not in texte(client.get("/comptes/"))


@pytest.mark.parametrize(
    ("email", "phrase"),
    [
        ("alix.petit@gmail.com", "messageries gratuites"),
        ("alix.petit@laposte.net", "messageries gratuites"),
        ("alix.petit@ailleurs.example", "n’est pas rattachée à votre structure"),
        ("alix.petit@fauxmetz.example", "n’est pas rattachée à votre structure"),
        ("alix.petit@metz.example.ailleurs.example", "n’est pas rattachée à votre structure"),
        ("alix", "adresse"),
    ],
)
def test_a03_adresse_refusee(gestionnaire_metz, metz, email, phrase):
    """A-03: professional address attached to the structure; free-mail refused."""
    reponse = connecte(gestionnaire_metz).post(NOUVEAU, technicien(email=email))
    assert reponse.status_code == 422 and phrase in texte(reponse)
    assert not techniciens(metz).exists()


def test_a03_sous_domaine_accepte(gestionnaire_metz, metz):
    assert (
        connecte(gestionnaire_metz).post(NOUVEAU, technicien(email="a@social.metz.example")).status_code
        == 302
    )


@pytest.mark.parametrize("manquante", ["membre", "equipement", "adresse", "confidentialite"])
def test_a03_r07_chaque_certification(gestionnaire_metz, metz, manquante):
    """A-03, R-07: each point is certified, and kept with the account."""
    client = connecte(gestionnaire_metz)
    donnees = technicien()
    toutes = donnees["certifications"]
    donnees["certifications"] = [c for c in toutes if c != manquante]
    assert "Certifiez chacun des points" in texte(client.post(NOUVEAU, donnees))
    assert not techniciens(metz).exists()
    client.post(NOUVEAU, technicien())
    assert techniciens(metz).get().certifications == sorted(toutes)


def test_a04_deux_comptes_pour_une_personne(gestionnaire_metz, metz):
    """A-04: a gestionnaire and a technicien account, two identifiants, same e-mail; not two techniciens."""
    client = connecte(gestionnaire_metz)
    soi = technicien(
        nom=gestionnaire_metz.nom, prenom=gestionnaire_metz.prenom, email=gestionnaire_metz.email
    )
    assert client.post(NOUVEAU, soi).status_code == 302
    second = techniciens(metz).get()
    assert second.email == gestionnaire_metz.email and second.identifiant != gestionnaire_metz.identifiant
    assert "a déjà un compte de technicien" in texte(client.post(NOUVEAU, soi))


def test_a04_adresse_d_une_autre_personne(gestionnaire_metz, metz, technicien_metz):
    """A-04: the same e-mail for two different persons is refused, unless the caisse allows it."""
    client = connecte(gestionnaire_metz)
    donnees = technicien(email=technicien_metz.email)
    assert "celle d’une autre personne" in texte(client.post(NOUVEAU, donnees))
    metz.adresse_commune_permise = True
    metz.save()
    assert client.post(NOUVEAU, donnees).status_code == 302


@pytest.mark.parametrize(
    ("nom", "prenom", "identifiant"),
    [
        ("O'Brien", "Siobhán", "siobhan.obrien"),
        ("D’Angelo", "Éric", "eric.dangelo"),
        ("Le Goff-N’Guyen", "Maï-Lan", "mai-lan.le-goff-nguyen"),
        ("E", "A", "a.e"),
        ("Null", "None", "none.null"),
        ("محمد", "علي", "ly.mhmd"),
        ("Œuvrard", "Zoé", "zoe.oeuvrard"),
    ],
)
def test_noms_de_toutes_sortes(gestionnaire_metz, metz, nom, prenom, identifiant):
    reponse = connecte(gestionnaire_metz).post(
        NOUVEAU, technicien(nom=nom, prenom=prenom, email="personne@metz.example")
    )
    assert reponse.status_code == 302
    cree = techniciens(metz).get()
    assert (cree.nom, cree.prenom, cree.identifiant) == (nom, prenom, identifiant)


@pytest.mark.parametrize("champ", ["nom", "prenom", "fonction", "telephone", "email"])
@pytest.mark.parametrize("valeur", ["a\x00b", "a\u202eb", "x" * 10_000, "2 85 03 57 463 121 23"])
def test_saisies_hostiles(gestionnaire_metz, metz, champ, valeur):
    """Control characters, direction overrides, lengths, NIR: a sentence beside the field, never a 5xx."""
    reponse = connecte(gestionnaire_metz).post(NOUVEAU, technicien(**{champ: valeur}))
    assert erreurs(reponse)[champ]
    assert not techniciens(metz).exists()


@pytest.mark.parametrize("champ", ["nom", "prenom", "fonction"])
@pytest.mark.parametrize(
    ("colle", "garde"),
    [
        ("a\u200bb", "ab"),
        ("ligne\r\nBcc: x@y.example", "ligne Bcc: x@y.example"),
        ("\ufeffE\u0301lan\u00a0", "Élan"),
    ],
)
def test_ce_que_les_logiciels_collent(gestionnaire_metz, metz, champ, colle, garde):
    """Marks that mean nothing go, a line stays one line: nothing to type again, and no header to inject."""
    saisie = technicien(email="personne@metz.example") | {champ: colle}
    reponse = connecte(gestionnaire_metz).post(NOUVEAU, saisie)
    assert reponse.status_code == 302
    assert getattr(techniciens(metz).get(), champ) == garde


def test_identifiants_uniques(gestionnaire_metz, metz):
    client = connecte(gestionnaire_metz)
    for rang in range(3):
        client.post(
            NOUVEAU, technicien(email=f"alix{rang}@metz.example", nom=["Petit", "PETIT", "Pétit"][rang])
        )
    assert sorted(techniciens(metz).values_list("identifiant", flat=True)) == [
        "alix.petit",
        "alix.petit2",
        "alix.petit3",
    ]


# --- Perimeter


def test_la_page_du_gestionnaire(gestionnaire_metz, technicien_metz, technicien_grimaud):
    page = texte(connecte(gestionnaire_metz).get("/comptes/"))
    assert technicien_metz.nom_complet in page and technicien_grimaud.nom_complet not in page


def test_la_liste_coute_le_meme_nombre_de_requetes(gestionnaire_metz, metz, django_assert_max_num_queries):
    for rang in range(40):
        Compte.objects.create(
            identifiant=f"t.{rang}",
            profil=Profil.TECHNICIEN,
            nom=f"N{rang}",
            prenom="P",
            email=f"t{rang}@metz.example",
            partenaire=metz,
            cree_le=horloge.maintenant(),
            rattache_a=gestionnaire_metz,
        )
    client = connecte(gestionnaire_metz)
    with django_assert_max_num_queries(16):
        assert client.get("/comptes/").status_code == 200


# --- Changes


def test_a09_gestionnaire_modifie_par_la_caisse_seulement(gestionnaire_metz, metz, administrateur_moselle):
    """A-09, A-23: another gestionnaire may not; the caisse may; the new address waits for its owner."""
    collegue = creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    url = reverse("compte-modifier", args=[gestionnaire_metz.pk])
    donnees = personne(
        nom="Metz", prenom="Gestionnaire", telephone="+33387000000", email="nouvelle@metz.example"
    )
    assert connecte(collegue).post(url, donnees).status_code == 403
    gestionnaire_metz.refresh_from_db()
    assert gestionnaire_metz.email == "gestionnaire.metz@metz.example"
    assert connecte(administrateur_moselle).post(url, donnees).status_code == 302
    gestionnaire_metz.refresh_from_db()
    assert gestionnaire_metz.telephone == "+33387000000"
    assert gestionnaire_metz.email == "gestionnaire.metz@metz.example"
    assert courriels("gestionnaire.metz@metz.example")[-1].gabarit == "accounts/adresse"


def test_a12_tout_gestionnaire_inactive(gestionnaire_metz, metz):
    """A-12: any gestionnaire of the structure, whoever created the account; its sessions end."""
    createur = creer_compte_actif("createur.metz", Profil.GESTIONNAIRE, partenaire=metz)
    cible = creer_compte_actif("cible.metz", Profil.TECHNICIEN, partenaire=metz, cree_par=createur)
    session = connecte(cible)
    url = reverse("compte-inactiver", args=[cible.pk])
    client = connecte(gestionnaire_metz)
    for saisie, phrase in (
        ({"inactiver-cause": "inconnu"}, "Choisissez un motif de la liste."),
        ({}, "Choisissez un motif."),
    ):
        with rien_ne_change():
            assert erreurs(client.post(url, saisie)) == {"inactiver-cause": phrase}
    assert session.get("/").status_code == 200
    assert connecte(gestionnaire_metz).post(url, {"inactiver-cause": "depart"}).status_code == 302
    cible.refresh_from_db()
    assert (cible.statut, cible.inactive_par, cible.inactive_cote) == (
        "inactif",
        gestionnaire_metz,
        "partenaire",
    )
    assert session.get("/").url.startswith("/connexion/")


def test_un_gestionnaire_n_inactive_ni_ses_collegues_ni_lui(gestionnaire_metz, metz):
    collegue = creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    client = connecte(gestionnaire_metz)
    for cible in (collegue, gestionnaire_metz):
        url = reverse("compte-inactiver", args=[cible.pk])
        assert client.post(url, {"inactiver-cause": "depart"}).status_code == 403
        cible.refresh_from_db()
        assert cible.statut == "actif"


def test_la_caisse_ne_ferme_un_technicien_que_pour_securite(
    administrateur_moselle, technicien_metz, gestionnaire_metz
):
    """A-12, A-15, A-10: with a gestionnaire in place, the caisse closes a technicien for security only."""
    client = connecte(administrateur_moselle)
    url = reverse("compte-inactiver", args=[technicien_metz.pk])
    with rien_ne_change():
        refus = client.post(url, {"inactiver-cause": "depart"})
        assert erreurs(refus) == {"inactiver-cause": "Choisissez un motif de la liste."}
    inactiver(gestionnaire_metz, par=MACHINE, cause="fraude")
    assert client.post(url, {"inactiver-cause": "depart"}).status_code == 302


# --- Reopening


@pytest.mark.parametrize(
    ("ferme_par", "rouvre", "permis"),
    [
        ("gestionnaire_metz", "gestionnaire_metz", True),
        ("gestionnaire_metz", "administrateur_moselle", False),
        ("administrateur_moselle", "administrateur_moselle", True),
        ("administrateur_moselle", "gestionnaire_metz", False),
    ],
)
def test_a19_seul_le_cote_qui_a_decide_rouvre(
    request, technicien_metz, gestionnaire_metz, ferme_par, rouvre, permis
):
    """A-19: a gestionnaire what a gestionnaire did, the caisse what the caisse did."""
    inactiver(technicien_metz, par=request.getfixturevalue(ferme_par), cause="fraude")
    client = connecte(request.getfixturevalue(rouvre))
    reponse = client.post(reverse("compte-reactiver", args=[technicien_metz.pk]))
    technicien_metz.refresh_from_db()
    assert reponse.status_code == (302 if permis else 403)
    assert technicien_metz.statut == ("en_attente" if permis else "inactif")
    if permis:
        assert courriels(technicien_metz.email)[-1].gabarit == "accounts/activation"
        assert not technicien_metz.has_usable_password()
        assert client.post(reverse("compte-reactiver", args=[technicien_metz.pk])).status_code == 409


def test_a19_un_gestionnaire_ne_rouvre_pas_un_autre_gestionnaire(gestionnaire_metz, metz):
    """A-19: closed by its own side, but he does not run that account (A-09)."""
    collegue = creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    inactiver(collegue, par=collegue, cause="fraude")
    client, url = connecte(gestionnaire_metz), reverse("compte-reactiver", args=[collegue.pk])
    with rien_ne_change():
        assert "Réactiver" not in texte(client.get(reverse("compte", args=[collegue.pk])))
        assert client.post(url).status_code == 403


def test_a22_derniere_connexion_montree(gestionnaire_metz, technicien_metz):
    """A-22: the last sign-in stands in the list."""
    Compte.objects.filter(pk=technicien_metz.pk).update(
        derniere_connexion_le=dt.datetime(2026, 2, 3, tzinfo=dt.UTC)
    )
    assert "03/02/2026" in texte(connecte(gestionnaire_metz).get("/comptes/"))


# --- Caisse-side accounts


def agent(caisse, **autres):
    return personne(domaine="caisse.example", **{"profil": "agent", "caisses": [caisse.pk]} | autres)


def test_a20_l_administrateur_cree_son_equipe(administrateur_moselle, national, caisse_moselle):
    """A-20: in one or several caisses and pôles of his own."""
    client = connecte(administrateur_moselle)
    pole = caisse_moselle.poles.order_by("pk").first()
    assert client.post("/caisse/agents/nouveau/", agent(caisse_moselle, poles=[pole.pk])).status_code == 302
    cree = Compte.objects.get(identifiant="alix.petit")
    assert (cree.profil, list(cree.caisses.all()), list(cree.poles.all())) == (
        "agent",
        [caisse_moselle],
        [pole],
    )
    assert cree.nom_complet in texte(client.get("/caisse/agents/"))


def test_a20_pas_d_administrateur_ni_d_autre_caisse(administrateur_moselle, caisse_moselle, caisse_var):
    """A-20: administrateurs are the national one's; another caisse is out of reach."""
    client = connecte(administrateur_moselle)
    for champ, donnees in (
        ("profil", agent(caisse_moselle, profil="administrateur")),
        ("profil", agent(caisse_moselle, profil="national")),
        ("profil", agent(caisse_moselle, profil="technicien")),
        ("caisses", agent(caisse_var)),
        ("poles", agent(caisse_moselle, poles=[caisse_var.poles.order_by("pk").first().pk])),
        ("caisses", agent(caisse_moselle, caisses=[])),
    ):
        reponse = client.post("/caisse/agents/nouveau/", donnees)
        assert erreurs(reponse)[champ]
    assert not Compte.objects.filter(prenom="Alix").exists()


def test_a20_le_national_cree_les_administrateurs(national, caisse_moselle):
    client = connecte(national)
    donnees = agent(caisse_moselle, profil="administrateur")
    assert client.post("/caisse/agents/nouveau/", donnees).status_code == 302
    assert Compte.objects.get(prenom="Alix").profil == "administrateur"
    refus = client.post("/caisse/agents/nouveau/", agent(caisse_moselle))
    assert erreurs(refus)["profil"]


@pytest.mark.parametrize(
    "acteur", ["technicien_metz", "gestionnaire_metz", "agent_moselle", "superviseur_moselle", "dpo_moselle"]
)
def test_a20_personne_d_autre(request, acteur, caisse_moselle):
    client = connecte(request.getfixturevalue(acteur))
    assert client.get("/caisse/agents/").status_code == 403
    assert client.post("/caisse/agents/nouveau/", agent(caisse_moselle)).status_code == 403


def test_l_administrateur_ne_touche_pas_aux_administrateurs(administrateur_moselle, caisse_moselle):
    collegue = creer_compte_actif("autre.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,))
    url = reverse("compte-inactiver", args=[collegue.pk])
    assert connecte(administrateur_moselle).post(url, {"inactiver-cause": "depart"}).status_code == 403


def test_mon_compte(technicien_metz, agent_moselle):
    """One's own page: data, sessions; the others can be closed."""
    client, autre = connecte(technicien_metz), connecte(technicien_metz)
    page = texte(client.get("/mon-compte/"))
    assert "technicien.metz" in page and "tous les 365 jours" in page and "(celle-ci)" in page
    assert client.post("/mon-compte/sessions/fermer/").status_code == 302
    assert autre.get("/").url.startswith("/connexion/") and client.get("/").status_code == 200
    assert "tous les 180 jours" in texte(connecte(agent_moselle).get("/mon-compte/"))
