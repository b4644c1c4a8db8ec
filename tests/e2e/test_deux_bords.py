"""A gestionnaire and the people of the caisse, each in a browser: what one writes the other reads (C-20, R-08).

Refused to a technicien of the structure, unknown to another structure.
"""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from socle import horloge
from tests.fichiers.echantillons import pdf

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

BASE = "/conventions/C24-METZ-0057/"
LETTRE = {"name": "lettre.pdf", "mimeType": "application/pdf", "buffer": pdf()}


def ecrire(
    page: Page, adresse: str, bouton: str, *, choix: str = "", fichier: str = "", **textes: str
) -> None:
    """Fill the form of an address by its labels, and send it."""
    page.goto(adresse)
    for label in filter(None, [choix]):
        page.get_by_label(label).check(force=True)
    for nom, valeur in textes.items():
        page.locator(f"main [name$='{nom}']").fill(valeur)
    if fichier:
        page.get_by_label(re.compile(f"^{fichier}")).set_input_files(LETTRE)
    page.get_by_role("button", name=bouton, exact=True).click()
    expect(page.locator(".fr-alert--success").first).to_be_visible()


def lit(page: Page, adresse: str, texte: str) -> None:
    """Read a text on a page."""
    page.goto(adresse)
    expect(page.locator("main").get_by_text(texte).first).to_be_visible()


def test_each_step_is_seen_by_the_other(demonstration, ouvrir):
    gestionnaire, administrateur = ouvrir("gestionnaire.metz"), ouvrir("administrateur.moselle")
    technicien, autre = ouvrir("technicien.metz"), ouvrir("gestionnaire.grimaud")
    jour = horloge.maintenant().date()

    gestionnaire.goto("/")
    gestionnaire.get_by_role("link", name="Conventions", exact=True).first.click()
    gestionnaire.get_by_role("link", name="C24-METZ-0057").click()
    gestionnaire.get_by_role("link", name="Tenir à jour la fiche de votre structure").click()
    gestionnaire.get_by_role("link", name="Modifier la fiche").click()
    gestionnaire.get_by_label(re.compile("^Sites")).fill("3 rue Taison, 57000 Metz")
    gestionnaire.get_by_role("button", name="Enregistrer").click()
    lit(administrateur, "/partenaires/90057001100016/", "3 rue Taison, 57000 Metz")

    referent = {"theme": "Prévention", "nom": "Paule Kieffer", "fonction": "Santé publique"}
    ecrire(gestionnaire, f"{BASE}referents/nouveau/", "Ajouter", **referent)
    lit(administrateur, BASE, "Paule Kieffer")

    hier = (jour - dt.timedelta(days=1)).isoformat()
    difficulte = {"jour": hier, "texte": "Les appels restent sans suite."}
    ecrire(gestionnaire, f"{BASE}suivi/", "Enregistrer", choix="Difficulté rencontrée", **difficulte)
    lit(administrateur, BASE, "Les appels restent sans suite.")
    reponse = {"jour": hier, "texte": "Une seconde ligne est ouverte."}
    ecrire(administrateur, f"{BASE}suivi/", "Enregistrer", choix="Difficulté rencontrée", **reponse)
    lit(gestionnaire, BASE, "Une seconde ligne est ouverte.")

    ecrire(gestionnaire, f"{BASE}bilans/1/part/", "Enregistrer", texte="Une année utile.")
    lit(administrateur, f"{BASE}bilans/1/", "Une année utile.")
    ecrire(administrateur, f"{BASE}bilans/1/part/", "Enregistrer", texte="Des délais tenus.")
    lit(gestionnaire, f"{BASE}bilans/1/", "Des délais tenus.")

    annonce = {"texte": "Le conseil a voté la fin.", "lettre_du": jour.isoformat()}
    ecrire(
        gestionnaire, f"{BASE}annonces/nouvelle/", "Envoyer",
        choix="Une lettre de dénonciation", fichier="Lettre, ou preuve", **annonce,
    )  # fmt: skip
    lit(administrateur, BASE, "Le conseil a voté la fin.")
    administrateur.get_by_role("link", name="Lire la lettre").click()
    expect(administrateur.get_by_text("lettre.pdf").first).to_be_visible()
    administrateur.goto(BASE)
    administrateur.get_by_role("link", name=re.compile("^Répondre")).click()
    administrateur.get_by_label("Suivie d’effet").check(force=True)
    administrateur.get_by_label(re.compile("^Réponse")).fill("Lettre reçue.")
    administrateur.get_by_role("button", name="Répondre").click()
    lit(gestionnaire, BASE, "Lettre reçue.")

    for adresse in ("referents/nouveau/", "suivi/", "bilans/1/part/", "annonces/nouvelle/"):
        assert technicien.goto(f"{BASE}{adresse}").status == 403
        assert autre.goto(f"{BASE}{adresse}").status == 404


def test_r08_each_side_writes_and_joins_what_it_does(demonstration, ouvrir):
    gestionnaire, dpo = ouvrir("gestionnaire.metz"), ouvrir("dpo.moselle")
    gestionnaire.goto("/violations/nouvelle/")
    gestionnaire.get_by_label(re.compile("^Des données ont pu être vues")).check(force=True)
    gestionnaire.get_by_label(re.compile("^Décrivez")).fill("Une liste laissée à l’accueil.")
    gestionnaire.locator("main form").get_by_role("button").last.click()
    expect(gestionnaire.get_by_role("heading", level=1)).to_contain_text("Violation V")
    violation = re.search(r"/conformite/violations/[^/]+/", gestionnaire.url)[0]
    lit(dpo, violation, "Une liste laissée à l’accueil.")
    dpo.get_by_text("Écrire ce que nous faisons").click()
    dpo.get_by_label(re.compile("^Ce que nous faisons")).fill("Les accès sont relus.")
    dpo.get_by_label(re.compile("^Documents utiles")).set_input_files(LETTRE)
    dpo.get_by_role("button", name="Enregistrer", exact=True).first.click()
    lit(gestionnaire, violation, "Les accès sont relus.")
    expect(gestionnaire.get_by_text("lettre.pdf").first).to_be_visible()

    for page in (ouvrir("technicien.metz"), ouvrir("gestionnaire.grimaud")):
        assert page.goto(violation).status == 404
