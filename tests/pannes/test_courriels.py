"""Mails through faults: none lost, none twice but in the one window that the design names (D-07)."""

import re
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from socle import horloge
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]


@pytest.fixture
def scene(scene_vide_du_module: Scene) -> Iterator[Scene]:
    """Return the scene of the file: each test finds no mail but its own; the worker that ends one begins the next."""
    yield scene_vide_du_module
    scene_vide_du_module.puits.recus.clear()


DESTINATAIRE = "epreuve@portail.example"
NOMBRE = 200


def ecrire(destinataire: str = DESTINATAIRE) -> CourrielSortant:
    return deposer_courriel(
        destinataire, "signalements/message_recu", {"reference": "D26-0000-0000", "chemin": "/"}
    )


def est_parti(courriel: CourrielSortant) -> bool:
    return CourrielSortant.objects.filter(pk=courriel.pk, envoye_le__isnull=False).exists()


@pytest.mark.parametrize("point", ["donnees", "reponse"])
def test_ouvrier_tue_avant_la_reponse_du_serveur(scene: Scene, point: str):
    """SIGKILL before SMTP's answer: the lease ends, the sweeper finds the mail, it arrives exactly once."""
    scene.lancer("worker", "beat")
    retenue = scene.puits.retenir(point, DESTINATAIRE)
    courriel = ecrire()
    scene.reveiller()
    retenue.attendre()
    scene.portail.tuer("worker")
    retenue.lacher(accepter=False)
    assert scene.puits.pour(DESTINATAIRE) == [] and not est_parti(courriel)

    scene.lancer("worker")
    attendre(lambda: est_parti(courriel), "le courriel repris par le balayage")
    assert [recu.message_id for recu in scene.puits.pour(DESTINATAIRE)] == [courriel.message_id]


def test_ouvrier_tue_entre_250_et_notre_validation(scene: Scene):
    """The one window: SMTP said 250 and the machine dies before our commit. One double, same Message-ID."""
    scene.lancer("worker", "beat")
    retenue = scene.puits.retenir("reponse", DESTINATAIRE)
    courriel = ecrire()
    scene.reveiller()
    retenue.attendre()
    table = CourrielSortant._meta.db_table
    with psycopg.connect(host=str(scene.postgres.socket), user="postgres", dbname=scene.base) as verrou:
        # The mark of our commit waits behind this lock, so that the kill falls exactly there.
        verrou.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR UPDATE", [courriel.pk])  # noqa: S608 (Django’s own name)
        retenue.lacher(accepter=True)
        attente = attendre(lambda: _bloques(scene), "la marque derrière le verrou")
        scene.portail.tuer("worker")
        # The machine is gone: so is its connection, which alone would have let the server finish the mark.
        for pid in attente:
            verrou.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert [recu.message_id for recu in scene.puits.pour(DESTINATAIRE)] == [courriel.message_id]
    assert not est_parti(courriel)

    scene.lancer("worker")
    attendre(lambda: est_parti(courriel), "le courriel repris par le balayage")
    assert [recu.message_id for recu in scene.puits.pour(DESTINATAIRE)] == [courriel.message_id] * 2


def _bloques(scene: Scene) -> list[int]:
    with scene.postgres.connexion() as admin:
        lignes = admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
            " AND query LIKE '%%UPDATE %%'",
            [scene.base],
        ).fetchall()
    return [pid for (pid,) in lignes]


def test_deux_ouvriers_une_file_de_deux_cents(scene: Scene, tmp_path):
    """Two machines with nothing in common but Postgres and the broker: every mail arrives, none twice."""
    for nom in list(scene.portail.processus):
        scene.portail.tuer(nom)
    attendus = [f"destinataire{rang}@portail.example" for rang in range(NOMBRE)]
    maintenant = horloge.maintenant()
    CourrielSortant.objects.bulk_create(
        CourrielSortant(
            message_id=CourrielSortant.nouveau_message_id(),
            destinataire=adresse,
            gabarit="signalements/message_recu",
            sujet="Un message vous attend",
            corps="Bonjour",
            cree_le=maintenant,
        )
        for adresse in attendus
    )
    dossiers = {nom: tmp_path / nom for nom in ("ouvrier-1", "ouvrier-2")}
    for nom, dossier in dossiers.items():
        scene.lancer_ouvrier(nom, dossier, COURRIEL_BAIL_SECONDES="120")
    attendre(lambda: all("ready." in scene.journal(nom) for nom in dossiers), "les deux ouvriers prêts")
    scene.reveiller(8)
    attendre(lambda: not CourrielSortant.objects.filter(envoye_le=None).exists(), "la file vide", 240)
    # The jobs of the quarter of an hour may have written mails of their own.
    recus = [recu for recu in list(scene.puits.recus) if recu.destinataire in attendus]
    assert Counter(recu.destinataire for recu in recus) == Counter(attendus)
    assert len({recu.message_id for recu in recus}) == NOMBRE
    assert not CourrielSortant.objects.filter(destinataire__in=attendus).exclude(essais=1).exists()
    # Each of them took its part.
    attendre(
        lambda: all(re.search(r"'envoyes': [1-9]", scene.journal(nom)) for nom in dossiers), "deux parts"
    )
    restes = [chemin for dossier in dossiers.values() for chemin in dossier.rglob("*") if chemin.is_file()]
    assert restes == []
