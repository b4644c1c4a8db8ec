"""A journal that is locked, a migration behind an idle transaction: the site says so, lives, and nobody waits for ever."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from psycopg import errors

from outils.services import PROPRIETAIRE
from outils.visiteur import Visiteur
from signalements.models.demandes import Demande
from tests.pannes.scene import Scene

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

PATIENCE = 6.0
# More than the threads of the web processes.
LECTEURS = 40


def mesurer(agir) -> tuple[int, float]:
    debut = time.monotonic()
    return agir(), time.monotonic() - debut


def vivant(scene: Scene) -> int:
    with urllib.request.urlopen(f"{scene.portail.adresse}/sante/vivant", timeout=5) as reponse:
        return reponse.status


@pytest.fixture
def page(scene_du_module: Scene):
    """Return what asks a demande's page as its technicien: the status."""
    scene = scene_du_module
    scene.lancer("web")
    visiteur = Visiteur(scene.portail.adresse)
    visiteur.se_connecter("technicien.metz")
    demande = Demande.objects.filter(technicien__identifiant="technicien.metz", statut="deposee").first()
    adresse = f"/demandes/{demande.reference}/"
    assert visiteur.lire(adresse).status == 200
    return lambda: visiteur.lire(adresse).status


def test_le_journal_verrouille_n_arrete_pas_le_site(scene_du_module: Scene, page, capsys):
    """K5: readers who all wait on the journal are answered, liveness all along."""
    scene = scene_du_module
    with scene.postgres.connexion(scene.base) as ailleurs, ThreadPoolExecutor(LECTEURS) as lecteurs:
        with ailleurs.transaction():
            ailleurs.execute("LOCK TABLE conformite_lignejournal IN ACCESS EXCLUSIVE MODE")
            lectures = [lecteurs.submit(mesurer, page) for _ in range(LECTEURS)]
            vies = []
            while wait(lectures, timeout=0.1).not_done:
                vies.append(mesurer(lambda: vivant(scene)))
        reponses = [lecture.result() for lecture in lectures]
    assert {statut for statut, _ in reponses} == {503} and {statut for statut, _ in vies} == {200}
    assert max(duree for _, duree in reponses) < PATIENCE
    assert max(duree for _, duree in vies) < 2
    assert page() == 200
    with capsys.disabled():
        print(f"pages {max(d for _, d in reponses):.1f} s, vivant {max(d for _, d in vies):.2f} s")


def test_une_migration_derriere_une_transaction_oubliee_renonce(scene_du_module: Scene, page):
    """K5: ALTER TABLE waits two seconds, and the pages behind it no more than that."""
    scene = scene_du_module
    with (
        scene.postgres.connexion(scene.base) as ailleurs,
        scene.postgres.connexion(scene.base, PROPRIETAIRE) as migration,
        ThreadPoolExecutor(2) as fils,
        ailleurs.transaction(),
    ):
        ailleurs.execute("SELECT 1 FROM signalements_demande LIMIT 1")

        def migrer() -> bool:
            try:
                migration.execute("ALTER TABLE signalements_demande ADD COLUMN essai integer")
            except errors.LockNotAvailable:
                return True
            return False

        renonce = fils.submit(mesurer, migrer)
        lue = fils.submit(mesurer, page)
        assert renonce.result()[0] and renonce.result()[1] < PATIENCE
        assert lue.result()[0] == 200 and lue.result()[1] < PATIENCE
