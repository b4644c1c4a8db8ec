"""A file exchanged by two people in their browsers: the password first, then the file, read, proved (E-02, E-09, E-10).

Real web server, worker and mail server: the password is read where its reader reads it, in the mail box.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.personnes import Personne, Plaintes
from tests.echanges.fabrique import MOT_DE_PASSE, csv
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

FLUX = "Nouveaux bénéficiaires de la majoration pour tierce personne"
CONVENTION = "C22-MDPH-0068"
BOITE = "petra@hautrhin.example"


def mot_de_passe(scene: Scene, reference: str) -> str:
    """Wait for the mail of the password; return what it gives."""

    def recu() -> list[str]:
        siens = [un for un in scene.puits.pour(BOITE) if reference in un.sujet]
        return [trouve[0] for un in siens if (trouve := MOT_DE_PASSE.search(un.texte))]

    [secret] = attendre(recu, f"le mot de passe de {reference}")
    return secret


@pytest.mark.parametrize("largeur", [1280, 360], ids=["bureau", "téléphone"])
def test_un_fichier_d_un_bord_a_l_autre(browser: Browser, scene: Scene, tmp_path: Path, largeur: int):
    scene.lancer("web", "worker")
    plaintes = Plaintes(scene.portail.adresse)
    agent, technicien = (Personne(browser, scene, plaintes) for _ in range(2))
    agent.se_connecter("agent.hautrhin")
    technicien.se_connecter("technicien.mdph68")
    for personne in (agent, technicien):
        personne.page.set_viewport_size({"width": largeur, "height": 900})

    agent.menu("Échanges")
    agent.cliquer("link", CONVENTION)
    agent.page.get_by_role("link", name=re.compile(f"^Déposer.*{FLUX}")).click()
    agent.cliquer("button", "Envoyer le mot de passe")
    reference = re.search(r"E\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}", agent.page.url)[0]
    secret = mot_de_passe(scene, reference)
    agent.page.reload()
    faux = tmp_path / "faux.csv"
    ligne = {"decision": "01/09/2026", "ouverture": "01/09/2026", "premier_versement": "05/11/2026"}
    faux.write_bytes(csv("mtp-nouveaux", ligne | {"montant_mensuel": "-12"}))
    juste = tmp_path / "liste.csv"
    juste.write_bytes(csv("mtp-nouveaux", ligne | {"montant_mensuel": "1266,59"}))
    agent.page.get_by_label("Fichier").set_input_files(faux)
    agent.cliquer("button", "Envoyer le fichier")
    agent.voit("Ce montant est négatif")
    agent.refus.clear()
    agent.page.get_by_label("Fichier").set_input_files(juste)
    agent.cliquer("button", "Envoyer le fichier")
    agent.voit("1 ligne prise")
    agent.cliquer("button", "Confirmer et annoncer")
    agent.voit("Dépôt confirmé et annoncé")

    technicien.menu("Échanges")
    technicien.cliquer("link", CONVENTION)
    technicien.page.get_by_role("link", name=reference).first.click()
    technicien.cliquer("link", "Lire le fichier")
    technicien.remplir(technicien.page, "Mot de passe du dépôt", secret)
    with technicien.page.expect_download() as recu:
        technicien.cliquer("button", "Recevoir le fichier")
    assert recu.value.suggested_filename.startswith(reference)
    assert Path(recu.value.path()).read_bytes().startswith(b"PK")

    agent.page.reload()
    expect(agent.page.get_by_role("rowheader", name="Fichier remis")).to_be_visible()
    assert agent.refus == [] and plaintes.lues == []
    with agent.page.expect_download() as preuve:
        agent.cliquer("link", "Preuve (PDF)")
    assert Path(preuve.value.path()).read_bytes().startswith(b"%PDF")
    assert plaintes.lues == []
    assert not any("Larivandi" in un.texte for un in scene.puits.recus)
