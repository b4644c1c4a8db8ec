"""The house of the tests is hostile, and these tests prove that it is."""

import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError
from django.template import Context, engines
from django.utils import timezone

from outils.services import CHEMIN_MAX, Postgres, ServiceImpossible, dossier_court
from socle.models import CourrielSortant
from tests.maison.arbre import RACINE

COURRIEL = {"destinataire": "a@b.example", "gabarit": "x", "sujet": "x", "corps": "x"}


def creer_courriels(nombre: int) -> None:
    maintenant = timezone.now()
    for rang in range(nombre):
        CourrielSortant.objects.create(message_id=f"<{rang}@portail.example>", cree_le=maintenant, **COURRIEL)


def test_network_is_closed():
    with pytest.raises(OSError, match="ne sortent pas"):
        socket.create_connection(("192.0.2.1", 25), timeout=1)
    with pytest.raises(OSError, match="ne sortent pas"):
        socket.getaddrinfo("portail.example", 443)


def test_undefined_variable_of_a_template_is_an_error():
    gabarit = engines["django"].from_string("{{ inconnue }}").template
    with pytest.raises(pytest.fail.Exception, match="inconnue"):
        gabarit.render(Context({}))


@pytest.mark.django_db
def test_rows_without_order_come_shuffled():
    creer_courriels(30)
    lus = [tuple(CourrielSortant.objects.values_list("pk", flat=True)) for _ in range(4)]
    assert len(set(lus)) > 1
    assert (
        len({tuple(CourrielSortant.objects.order_by("pk").values_list("pk", flat=True)) for _ in range(4)})
        == 1
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE {journal} SET acte = 'x'",
        "DELETE FROM {journal}",
        "TRUNCATE {journal}",
        "DELETE FROM django_migrations",
        "CREATE TABLE a_moi (id int)",
        "ALTER TABLE {journal} DISABLE TRIGGER ALL",
        "DROP TABLE {journal}",
        "SET ROLE espace_proprietaire",
    ],
)
def test_application_role_cannot(ordre: str):
    journal = apps.get_model("conformite", "LigneJournal")._meta.db_table
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_user")
        assert curseur.fetchone() == ("espace_application",)
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
            curseur.execute(ordre.format(journal=journal))


@pytest.mark.parametrize("fois", [1, 2])
def test_real_commits_are_thrown_away(base_reelle: str, postgres: Postgres, fois: int):
    assert CourrielSortant.objects.count() == 0
    creer_courriels(3)
    vus: list[int] = []

    def voir() -> None:
        vus.append(CourrielSortant.objects.count())
        connections.close_all()

    fil = threading.Thread(target=voir)
    fil.start()
    fil.join()
    with postgres.connexion(base_reelle) as autre:
        assert autre.execute("SELECT count(*) FROM espace_partenaires_courrielsortant").fetchone() == (3,)
    assert vus == [3]


_crochets: list[str] = []


@pytest.fixture(scope="module")
def crochets_executes() -> Iterator[None]:
    """Look once the fixtures of the test, hence its transaction, are gone."""
    yield
    assert _crochets == ["laissé"]


@pytest.mark.django_db
def test_hooks_left_for_after_the_commit_run(crochets_executes: None):
    transaction.on_commit(lambda: _crochets.append("laissé"))
    assert _crochets == []


SERVICES_PUIS_MORT = """
import os, sys
from pathlib import Path
from tests.greffon_postgres import services_du_dossier
from outils.services import dossier_ephemere
services = services_du_dossier(dossier_ephemere())
for service in services:
    service.demarrer()
print(*(service.processus.pid for service in services), flush=True)
os.kill(os.getpid(), 9)
"""


def vivant(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_services_die_with_their_parent():
    env = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("ESSAI_")}
    fait = subprocess.run(
        [sys.executable, "-c", SERVICES_PUIS_MORT],
        cwd=RACINE,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert fait.returncode == -signal.SIGKILL, fait.stderr
    pids = [int(pid) for pid in fait.stdout.split()]
    limite = time.monotonic() + dt.timedelta(seconds=15).total_seconds()
    while any(vivant(pid) for pid in pids) and time.monotonic() < limite:
        time.sleep(0.1)
    assert [pid for pid in pids if vivant(pid)] == []


SANS_ESPACES_DE_NOMS = """
import sys
from pathlib import Path
from outils.services import Postgres, ServiceImpossible
racine = Path(sys.argv[1])
postgres = Postgres(racine / "etat" / "pg", racine / "s", rapide=True)
try:
    for _ in range(2):
        postgres.demarrer()
        print(Path(f"/proc/{postgres.processus.pid}").stat().st_uid, flush=True)
        postgres.arreter()
except ServiceImpossible as erreur:
    print(erreur)
"""


def test_root_without_user_namespaces_lends_the_server_to_an_ordinary_account(
    tmp_path_factory: pytest.TempPathFactory,
):
    """No unshare on the path: an account of the system runs it, or a sentence says why not; never a trace."""
    racine = Path(tempfile.mkdtemp(prefix="ep-"))
    racine.chmod(0o755)
    commande = [sys.executable, "-c", SANS_ESPACES_DE_NOMS, str(racine)]
    env = {"PATH": str(tmp_path_factory.mktemp("vide")), "PYTHONPATH": str(RACINE)}
    fait = subprocess.run(commande, env=env, capture_output=True, text=True, check=False)
    shutil.rmtree(racine, ignore_errors=True)
    assert fait.stderr == ""
    lignes = fait.stdout.splitlines()
    assert (len(lignes) == 2 and "0" not in lignes) or "compte ordinaire" in fait.stdout, fait.stdout


def test_long_paths_of_sockets_are_refused_and_avoided(tmp_path: Path):
    long = tmp_path / ("très " * 20) / "état"
    assert len(os.fsencode(dossier_court(long))) <= CHEMIN_MAX
    with pytest.raises(ServiceImpossible, match="trop long"):
        Postgres(tmp_path / "pg", long).demarrer()
