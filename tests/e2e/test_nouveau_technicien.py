"""A new technicien goes from the mail to a first demande, following only the link and visible labels (A-02, A-05 to A-08).

Real web server, worker and mail server, on a wide screen and on a telephone.
"""

import base64
import re

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import expect

from accounts.models.compte import Compte
from signalements.models.demandes import Demande
from tests.e2e.personnes import Personne, Theatre
from tests.e2e.test_histoire import MOTIF, SERVICE
from tests.pannes.scene import attendre

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

MOT_DE_PASSE = "Trois loutres et un piano"


def creer_depuis_la_page(gestionnaire: Personne, prenom: str, adresse: str) -> None:
    """The gestionnaire sees the seats, fills the form, certifies each point."""
    page = gestionnaire.page
    page.get_by_role("main").get_by_role("link", name="Comptes des techniciens").click()
    gestionnaire.cliquer("link", "Créer un compte de technicien")
    expect(page.get_by_text(re.compile(r"\d+ sur \d+\s+techniciens"))).to_be_visible()
    gestionnaire.cocher("Madame")
    for label, valeur in {
        "Nom": "Petit",
        "Prénom": prenom,
        "Fonction": "Conseillère",
        "Téléphone": "03 87 00 00 00",
        "Adresse électronique professionnelle": adresse,
    }.items():
        page.get_by_role("textbox", name=re.compile(f"^{label}( |$)")).fill(valeur)
    for point in (
        "La personne est salariée",
        "Elle travaille sur",
        "Son adresse électronique est",
        "Elle est tenue",
    ):
        gestionnaire.cocher(point)
    gestionnaire.cliquer("button", "Créer le compte")
    gestionnaire.voit("Le compte est créé.")


def activer(nouvelle: Personne, prenom: str, lien: str) -> None:
    """Password, application, conditions: three steps, each said."""
    page = nouvelle.page
    page.goto(lien)
    nouvelle.voit(f"{prenom.lower()}.petit")
    nouvelle.remplir(page, "Nouveau mot de passe", "court")
    expect(page.get_by_text(re.compile(r"\d points? à revoir"))).to_be_visible()
    nouvelle.remplir(page, "Nouveau mot de passe", MOT_DE_PASSE)
    expect(page.get_by_text("Ce mot de passe convient.")).to_be_visible()
    nouvelle.remplir(page, "Le même mot de passe", MOT_DE_PASSE)
    nouvelle.cliquer("button", "Continuer")
    expect(page.get_by_role("img", name="Code QR")).to_be_visible()
    cle = page.get_by_text(re.compile(r"^[A-Z2-7]{4}( [A-Z2-7]{4}){7}$")).inner_text().replace(" ", "")
    nouvelle.remplir(page, "Code à usage unique", f"{TOTP(base64.b32decode(cle)).token():06d}")
    nouvelle.cliquer("button", "Activer mon compte")
    nouvelle.cocher("J’ai lu les conditions")
    nouvelle.cliquer("button", "Accepter et continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Bonjour {prenom}")


def deposer(nouvelle: Personne) -> None:
    """The first demande, from the home page."""
    page = nouvelle.page
    page.get_by_role("main").get_by_role("link", name="Nouvelle demande").click()
    nouvelle.cliquer("link", re.compile(f"^{SERVICE} CPAM"))
    nouvelle.cliquer("button", MOTIF)
    nouvelle.cocher("Monsieur")
    nouvelle.remplir(page, "Nom de naissance", "Orvandel")
    nouvelle.remplir(page, "Prénom", "Basile")
    nouvelle.remplir(page, "Date de naissance", "27/03/1985")
    page.get_by_label("Département de résidence").select_option(label="57 – Moselle")
    nouvelle.cocher("Accès aux droits")
    nouvelle.cocher("Complexité des démarches")
    nouvelle.cocher("Par courrier, ou dossier déposé")
    nouvelle.cocher("Un rendez-vous avec un conseiller")
    nouvelle.cliquer("button", "Relire avant l’envoi")
    for attestation in ("La personne a été informée", "La personne accepte"):
        nouvelle.cocher(attestation)
    nouvelle.cliquer("button", "Envoyer la demande")
    nouvelle.voit("Votre demande est envoyée.")


@pytest.mark.parametrize(("largeur", "prenom"), [(1280, "Alix"), (360, "Camille")], ids=["1280", "360"])
def test_du_courriel_a_la_premiere_demande(theatre: Theatre, largeur: int, prenom: str):
    """A-02, A-05, A-06, A-07, A-08: nothing typed in the address bar but the link of the mail."""
    gestionnaire, nouvelle = theatre.entrer("gestionnaire.metz"), theatre.entrer(largeur=largeur)
    structure = Compte.objects.get(identifiant="gestionnaire.metz").partenaire
    adresse = f"{prenom.lower()}.petit@{structure.domaines[0]}"

    creer_depuis_la_page(gestionnaire, prenom, adresse)
    (recu,) = attendre(lambda: theatre.scene.puits.pour(adresse), "le courriel d’activation")
    lien = re.search(r"http://\S+/activation/\S+", recu.texte)[0]
    activer(nouvelle, prenom, lien)
    deposer(nouvelle)

    cree = Compte.objects.get(identifiant=f"{prenom.lower()}.petit")
    assert Demande.objects.filter(technicien=cree, partenaire=structure).count() == 1
    assert nouvelle.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
