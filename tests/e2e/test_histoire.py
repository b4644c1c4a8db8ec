"""The story of a signalement, from the deposit to the end, as two people live it in a browser (D-07, D-09, D-10, D-18, D-20).

Real web server, worker and mail server. The browser knows nothing but what is written on the screen: labels and
roles. With scripts and without. During the whole story: no request elsewhere, no refusal of the content policy, no
error in the console.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.personnes import REFERENCE, Personne, Theatre, courriels
from tests.pannes.scene import Scene

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

SERVICE = "Signaler une situation de difficultés d’accès aux droits et aux soins"
MOTIF = "Saisine Mission accompagnement santé"


# Without scripts first: that is how they sign in. Two people of one name: the portal asks about the same person twice.
@pytest.mark.parametrize(
    ("javascript", "naissance"),
    [(False, "27/03/1985"), (True, "14/07/1990")],
    ids=["sans scripts", "avec scripts"],
)
def test_histoire(theatre: Theatre, tmp_path: Path, javascript: bool, naissance: str):
    scene = theatre.scene
    technicien = theatre.entrer("technicien.metz", javascript=javascript)
    agent = theatre.entrer("agent.moselle", javascript=javascript)

    reference = deposer(technicien, naissance)
    recevoir_l_accuse(technicien, scene, reference, tmp_path)
    trier(agent, reference)
    demander_et_completer(agent, technicien, scene, reference)
    repondre_lire_et_clore(agent, technicien, scene, reference)

    attendus = [
        "Demande close",
        "Réponse donnée",
        "Complément apporté",
        "Complément demandé",
        "Prise en charge",
        "Demande déposée",
    ]
    for personne in (technicien, agent):
        personne.page.reload()
        assert personne.historique() == attendus
    for recu in scene.puits.recus:
        assert "Larivandi" not in recu.brut.decode() and "Larivandi" not in recu.texte


def deposer(technicien: Personne, naissance: str) -> str:
    """From the home page to « Votre demande est envoyée »; return the reference."""
    page = technicien.page
    technicien.menu("Nouvelle demande")
    technicien.cliquer("link", re.compile(f"^{SERVICE} CPAM"))
    technicien.cliquer("button", MOTIF)
    technicien.cocher("Madame")
    technicien.remplir(page, "Nom de naissance", "Larivandière")
    technicien.remplir(page, "Prénom", "Élodie")
    technicien.remplir(page, "Date de naissance", naissance)
    page.get_by_label("Département de résidence").select_option(label="57 – Moselle")
    technicien.cocher("Accès aux droits")
    technicien.cocher("Complexité des démarches")
    technicien.cocher("Par courrier, ou dossier déposé")
    technicien.cocher("Un rendez-vous avec un conseiller")
    technicien.cliquer("button", "Relire avant l’envoi")
    technicien.voit("Madame Élodie Larivandière")
    for attestation in ("La personne a été informée", "La personne accepte"):
        technicien.cocher(attestation)
    technicien.cliquer("button", "Envoyer la demande")
    technicien.voit("Votre demande est envoyée.")
    trouvee = REFERENCE.search(page.get_by_role("main").inner_text())
    assert trouvee
    return trouvee[0]


def recevoir_l_accuse(technicien: Personne, scene: Scene, reference: str, dossier: Path) -> None:
    """The accusé de réception on the screen, as PDF and by mail (D-07)."""
    technicien.voit("La caisse a reçu votre demande.")
    with technicien.page.expect_download() as telechargement:
        technicien.page.get_by_role("link", name="Accusé de réception").first.click()
    assert telechargement.value.suggested_filename == f"accuse-reception-{reference}.pdf"
    fichier = dossier / "accuse.pdf"
    telechargement.value.save_as(fichier)
    assert fichier.read_bytes().startswith(b"%PDF-")
    (recu,) = courriels(scene, "technicien.metz", "Accusé de réception", reference)
    assert f"{scene.portail.adresse}/demandes/{reference}/" in recu.texte


def trier(agent: Personne, reference: str) -> None:
    """The agent finds it in the basket of what waits, and takes it."""
    agent.menu("Demandes à traiter")
    agent.page.get_by_role("navigation", name="Corbeilles").get_by_role("link", name="À prendre").click()
    ligne = agent.page.get_by_role("row").filter(has_text=reference)
    expect(ligne).to_contain_text("Élodie Larivandière")
    agent.cliquer("link", reference, ligne)
    agent.voit("Un rendez-vous avec un conseiller")
    agent.cliquer("button", "Prendre en charge")
    agent.voit("Vous avez pris cette demande en charge.")


def demander_et_completer(agent: Personne, technicien: Personne, scene: Scene, reference: str) -> None:
    """A complement is asked, the delay stops; the structure answers."""
    acte = agent.deplier("Demander un complément")
    agent.remplir(acte, "Votre message", "Depuis quand les droits sont-ils fermés ?")
    agent.cliquer("button", "Demander le complément", acte)
    agent.voit("La demande de complément est envoyée.")
    courriels(scene, "technicien.metz", "La caisse attend un complément", reference)

    technicien.menu("Demandes de la structure")
    technicien.page.get_by_role("link", name="À vous de jouer").click()
    technicien.cliquer("link", reference)
    technicien.voit("La caisse attend un complément de votre part.")
    technicien.voit("Depuis quand les droits sont-ils fermés ?")
    technicien.remplir(technicien.page, "Votre message", "Depuis le mois de mai.")
    technicien.cliquer("button", "Envoyer le complément")
    technicien.voit("Votre complément est envoyé.")


def repondre_lire_et_clore(agent: Personne, technicien: Personne, scene: Scene, reference: str) -> None:
    """The answer with its coded outcome; its reading by the structure shows as « Lu »; the structure closes."""
    agent.page.reload()
    agent.voit("Depuis le mois de mai.")
    acte = agent.deplier("Répondre à la structure")
    acte.get_by_label("Issue de la demande").select_option(label="Droits ouverts ou renouvelés")
    agent.remplir(acte, "Votre message", "Les droits sont rouverts depuis lundi.")
    agent.cliquer("button", "Envoyer la réponse", acte)
    agent.voit("Votre réponse est envoyée.")
    reponse = agent.page.get_by_role("listitem").filter(has_text="Les droits sont rouverts depuis lundi.")
    expect(reponse).to_contain_text("Pas encore lu")

    technicien.page.reload()
    technicien.voit("Les droits sont rouverts depuis lundi.")
    technicien.voit("Droits ouverts ou renouvelés")
    agent.page.reload()
    expect(reponse).to_contain_text(re.compile(r"\bLu le\b"))
    technicien.cliquer("button", "La réponse convient, clore la demande")
    technicien.voit("La demande est close.")
