"""Ten people at work for ten seconds under each pressure of the database, then half an hour without a deadlock.

The figures are printed. `MINUTES=3` shortens the half-hour; a machine that does nothing else plays it in 35 minutes.
"""

import os
import re
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from psycopg import errors

from outils.services import PROPRIETAIRE
from outils.visiteur import Visiteur
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from socle.management.commands.migrer import PAUSE
from tests.pannes.scene import Scene

SECONDES, PATIENCE = 10.0, 6.0
MINUTES = float(os.environ.get("MINUTES") or 30)
# More than the threads of the web processes, and than the connections of their pools.
LECTEURS = 40
PERSONNES = 10


@dataclass
class Personne:
    """Someone at work: reads her demande and writes in it, again and again; what was answered to each text."""

    visiteur: Visiteur
    page: str
    reponses: Counter[int] = field(default_factory=Counter)
    pire: float = 0.0
    ecrits: dict[str, bool] = field(default_factory=dict)

    def travailler(self, jusqu_a: float) -> None:
        """Read and write in turn; a text is said received when the portal leads on."""
        while time.monotonic() < jusqu_a:
            lue = self._compter(self.visiteur.lire(self.page))
            if lue.status != 200:
                continue
            texte = f"Mot {uuid.uuid4().hex[:12]} pour la suite."
            caches = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', lue.texte))
            envoi = caches | {"ecrire-texte": texte}
            repondu = self._compter(self.visiteur.lire(f"{self.page}ecrire/", envoi, suivre=False))
            # Led elsewhere: the act is done.
            self.ecrits[texte] = repondu.status == 302

    def _compter(self, reponse):
        self.reponses[reponse.status] += 1
        self.pire = max(self.pire, reponse.duree)
        return reponse


@pytest.fixture(scope="module")
def gens(scene_du_module: Scene) -> list[Personne]:
    """Techniciens and agents of the demonstration, each on a demande that is under way."""
    scene_du_module.lancer("web", "worker", "beat")
    trouves: dict[str, str] = {}
    for une in Demande.objects.filter(statut="en_cours").select_related("technicien", "agent").order_by("pk"):
        trouves.setdefault(une.technicien.identifiant, f"/demandes/{une.reference}/")
        trouves.setdefault(une.agent.identifiant, f"/tri/{une.reference}/")
    personnes = []
    for rang, (identifiant, page) in enumerate(sorted(trouves.items()) * PERSONNES):
        visiteur = Visiteur(scene_du_module.portail.adresse)
        if rang < len(trouves):
            visiteur.se_connecter(identifiant)
        else:
            # A second window of the same person.
            for cookie in personnes[rang % len(trouves)].visiteur.cookies:
                visiteur.cookies.set_cookie(cookie)
        personnes.append(Personne(visiteur, page))
        if len(personnes) == PERSONNES:
            break
    return personnes


@contextmanager
def journal_verrouille(scene: Scene) -> Iterator[None]:
    with scene.postgres.connexion(scene.base) as ailleurs, ailleurs.transaction():
        ailleurs.execute("LOCK TABLE conformite_lignejournal IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def lignes_verrouillees(scene: Scene) -> Iterator[None]:
    with scene.postgres.connexion(scene.base) as ailleurs, ailleurs.transaction():
        ailleurs.execute("SELECT 1 FROM signalements_demande FOR UPDATE")
        yield


@contextmanager
def migration_empechee(scene: Scene) -> Iterator[None]:
    """A transaction left idle, and a migration that asks again and again behind it."""
    fin = threading.Event()

    def migrer() -> None:
        with scene.postgres.connexion(scene.base, PROPRIETAIRE) as lien:
            while not fin.is_set():
                with pytest.raises(errors.LockNotAvailable):
                    lien.execute("ALTER TABLE signalements_demande ADD COLUMN essai integer")
                fin.wait(PAUSE)

    with (
        scene.postgres.connexion(scene.base) as ailleurs,
        ThreadPoolExecutor(1) as fil,
        ailleurs.transaction(),
    ):
        ailleurs.execute("SELECT 1 FROM signalements_demande LIMIT 1")
        faite = fil.submit(migrer)
        yield
        fin.set()
        faite.result()


@contextmanager
def reserve_pleine(scene: Scene) -> Iterator[None]:
    """Readers who hold every thread and every connection, each behind the same lock."""
    lecteur = Visiteur(scene.portail.adresse)
    lecteur.se_connecter("superviseur.moselle")
    fin = time.monotonic() + SECONDES

    def lire() -> None:
        while time.monotonic() < fin:
            lecteur.lire("/tri/")

    with journal_verrouille(scene), ThreadPoolExecutor(LECTEURS) as lecteurs:
        for _ in range(LECTEURS):
            lecteurs.submit(lire)
        yield


@contextmanager
def rien(scene: Scene) -> Iterator[None]:
    yield


PRESSIONS: dict[str, Callable] = {
    "sans pression": rien,
    "journal verrouillé": journal_verrouille,
    "lignes verrouillées": lignes_verrouillees,
    "migration empêchée": migration_empechee,
    "réserve pleine": reserve_pleine,
}


@pytest.mark.parametrize("pression", PRESSIONS)
def test_ten_people_for_ten_seconds(scene_du_module: Scene, gens: list[Personne], pression: str, capsys):
    """No page beyond six seconds, liveness all along, what was confirmed is there once, what was refused is not."""
    scene, vies = scene_du_module, []
    for une in gens:
        une.reponses, une.pire, une.ecrits = Counter(), 0.0, {}
    with ThreadPoolExecutor(PERSONNES) as fils, PRESSIONS[pression](scene):
        fin = time.monotonic() + SECONDES
        travaux = [fils.submit(une.travailler, fin) for une in gens]
        while time.monotonic() < fin:
            debut = time.monotonic()
            with urllib.request.urlopen(f"{scene.portail.adresse}/sante/vivant", timeout=5) as reponse:
                assert reponse.status == 200
            vies.append(time.monotonic() - debut)
            time.sleep(0.2)
    for travail in travaux:
        travail.result()
    reponses = sum((une.reponses for une in gens), Counter())
    pire = max(une.pire for une in gens)
    with capsys.disabled():
        print(f"\n{pression} : pages {pire:.1f} s, vivant {max(vies):.2f} s, {dict(reponses)}")
    assert set(reponses) <= {200, 302, 503} and pire < PATIENCE and max(vies) < 2
    _verifier(gens)
    assert all(une.visiteur.lire(une.page).status == 200 for une in gens)


def test_half_an_hour_without_a_deadlock(scene_du_module: Scene, gens: list[Personne], capsys):
    """Ten people, every job of the beat table, the whole time: Postgres never had to kill one of two that waited."""
    scene = scene_du_module
    depart = scene.postgres.journal.stat().st_size
    for une in gens:
        une.reponses, une.ecrits = Counter(), {}
    fin = time.monotonic() + MINUTES * 60
    with ThreadPoolExecutor(PERSONNES) as fils:
        for travail in [fils.submit(une.travailler, fin) for une in gens]:
            travail.result()
    with scene.postgres.journal.open("rb") as journal:
        journal.seek(depart)
        dit = journal.read().decode(errors="replace")
    with capsys.disabled():
        print(f"\n{MINUTES:g} min : {dict(sum((une.reponses for une in gens), Counter()))}")
    assert "deadlock" not in dit
    _verifier(gens)


def _verifier(gens: list[Personne]) -> None:
    """Nothing lost, nothing done twice."""
    pages = {une.page.split("/")[2] for une in gens}
    messages = Message.objects.filter(demande__reference__in=pages).select_related("demande")
    lus = Counter(un.texte for un in messages)
    for une in gens:
        for texte, recu in une.ecrits.items():
            assert lus[texte] == int(recu), (texte, recu)
