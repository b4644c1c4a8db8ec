"""Five scenarios heard through Orca, in Firefox and in Chromium: what must be said is said (RGAA, reference environment)."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from demonstration.distribution import MOT_DE_PASSE
from outils.portail import RACINE
from outils.visiteur import code_unique
from signalements.models.demandes import Demande
from tests.epreuves.lecteur import Lecteur, lecteur, manquants


@pytest.fixture(scope="module", params=["firefox", "chromium"])
def moi(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lecteur]:
    """Somebody who hears; loud where the reader cannot be had."""
    if absents := manquants():
        pytest.fail(f"Le lecteur d’écran ne peut pas être essayé ici. apt install {' '.join(absents)}")
    with lecteur(request.param, tmp_path_factory.mktemp(request.param)) as personne:
        yield personne


@pytest.fixture(autouse=True)
def recit(moi: Lecteur, request: pytest.FixtureRequest, settings, demonstration: None) -> Iterator[None]:
    """Keep what was said in var/lecteur/, as text."""
    settings.ROOT_URLCONF = "tests.epreuves.lecteur"
    moi.nouvelles()
    moi.histoire.clear()
    yield
    dossier = RACINE / "var/lecteur"
    dossier.mkdir(parents=True, exist_ok=True)
    nom = request.node.name.removeprefix("test_").partition("[")[0]
    (dossier / f"{nom}-{moi.navigateur}.txt").write_text("\n".join(moi.histoire) + "\n")


def test_1_se_connecter(moi: Lecteur, portail: str):
    """Nothing is said invalid before a word is typed; the refusal, the code and the home page are heard."""
    page = moi.aller(f"{portail}/essai/sortir/", "Finished loading Connexion")
    assert "Connexion – Espace Partenaires" in page
    assert "Tous les champs sont obligatoires." in page
    assert "invalid" not in page
    assert "required" in moi.jusqu_a("Identifiant entry")
    moi.ecrire("technicien.metz")
    moi.jusqu_a("Mot de passe password text")
    moi.ecrire("Pas-le-bon-mot-1")
    refus = moi.envoyer("Erreur : Connexion", "Identifiant ou mot de passe incorrect.")
    assert "Des points sont à corriger" in refus
    assert "Rien n’est perdu" not in refus
    moi.jusqu_a("Mot de passe password text")
    moi.ecrire(MOT_DE_PASSE)
    moi.envoyer("Code")
    moi.jusqu_a("entry")
    moi.ecrire(code_unique())
    accueil = moi.envoyer("Finished loading Accueil", "Bonjour", "Compléments à apporter")
    assert "invalid" not in accueil


def test_2_deposer(moi: Lecteur, portail: str):
    """A whole deposit: groups, compulsory fields, steps, and at the end the confirmation with its reference."""
    moi.aller(f"{portail}/essai/entrer/technicien.metz/", "Finished loading Accueil")
    moi.aller(f"{portail}/demandes/nouvelle/", "Finished loading Étape 1 sur 4")
    moi.jusqu_a("Signaler une situation de difficultés d’accès aux droits et aux soins CPAM")
    moi.envoyer("Finished loading")
    moi.jusqu_a("Saisine Mission accompagnement santé")
    page = moi.envoyer("Finished loading")
    assert "invalid" not in page
    assert "invalid" not in moi.cocher("Madame")
    for champ, valeur in (
        ("Nom de naissance", "Durand"),
        ("Prénom", "Alice"),
        ("Date de naissance", "27/03/1985"),
    ):
        assert "required" in moi.jusqu_a(champ)
        moi.ecrire(valeur)
    moi.jusqu_a("Département de résidence")
    moi.ecrire("57")
    moi.cocher("Accès aux droits")
    moi.cocher("Complexité des démarches")
    moi.cocher("Par courrier, ou dossier déposé")
    moi.cocher("Un rendez-vous avec un conseiller")
    moi.jusqu_a("Relire avant l’envoi push button", limite=20)
    moi.envoyer("Finished loading", "Durand")
    moi.cocher("La personne a été informée")
    moi.cocher("La personne accepte")
    moi.jusqu_a("Envoyer la demande push button")
    moi.envoyer("Votre demande est envoyée")


def test_3_repondre_a_la_caisse(moi: Lecteur, portail: str):
    """The question of the caisse, then one’s answer, then that it is sent."""
    demande = Demande.objects.filter(statut="en_attente", partenaire__nom__contains="Metz").order_by("pk")[0]
    moi.aller(f"{portail}/essai/entrer/technicien.metz/", "Finished loading Accueil")
    page = moi.aller(f"{portail}/demandes/{demande.reference}/", f"Demande {demande.reference}")
    assert "La caisse attend un complément de votre part." in page
    moi.jusqu_a("Votre message")
    moi.ecrire("Depuis mai.")
    moi.jusqu_a("Envoyer le complément push button")
    moi.envoyer("Votre complément est envoyé.")


def test_4_traiter(moi: Lecteur, portail: str):
    """Take a demande and answer it; another agent who has it open is said once, whatever the polls."""
    demande = Demande.objects.filter(statut="deposee", caisse__code="moselle").order_by("pk")[0]
    moi.aller(f"{portail}/essai/entrer/agent.moselle/", "Finished loading Accueil")
    moi.aller(f"{portail}/tri/{demande.reference}/", f"Demande {demande.reference}")
    moi.jusqu_a("Prendre en charge push button")
    moi.envoyer("prise en charge")
    moi.jusqu_a("Issue de la demande")
    moi.ecrire("Droits")
    moi.jusqu_a("Votre message")
    moi.ecrire("Les droits sont ouverts.")
    moi.jusqu_a("Envoyer la réponse push button")
    moi.envoyer("Votre réponse est envoyée.")


@override_settings(SESSION_INACTIVITE=60)
def test_5_la_session_se_termine(moi: Lecteur, portail: str):
    """The warning with its button, the time that is left, then the end, and where one can go from there."""
    moi.aller(f"{portail}/essai/entrer/technicien.metz/", "Finished loading Accueil")
    moi.aller(f"{portail}/demandes/")
    moi.attendre("Votre session va bientôt se terminer", "Rester connecté push button")
    moi.attendre("Votre session est terminée. Votre saisie est toujours là.")
    moi.jusqu_a("Revenir à ma saisie", limite=4)
