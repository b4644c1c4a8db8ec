"""The migrated database, kept in `var/essais/` between runs: ten seconds less at each start of pytest.

What is kept is the data folder of a server that was stopped properly, under the fingerprint of all that it follows
from: another fingerprint makes another one, and throws the former away. Referentials and keys are not in it: they
follow the code and the day, and take a quarter of a second (tests/conftest.py).
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outils.portail import RACINE
from outils.processus import mourir_avec_le_parent
from outils.services import Postgres, binaires_postgres

GARDE = RACINE / "var/essais"
MIGRER = (sys.executable, "manage.py", "migrer", "--silencieux")
# Migrations and the rights given after them; how a server is made; versions of Django, of its apps and of PostgreSQL.
SOURCES = ("*/migrations/*.py", "*/management/commands/migrer.py", "outils/services.py", "uv.lock")


def empreinte(racine: Path = RACINE) -> str:
    """Return what a migrated database depends on, as a name."""
    resume = hashlib.blake2s(bytes(binaires_postgres()), digest_size=8)
    for motif in SOURCES:
        for fichier in sorted(racine.glob(motif)):
            contenu = fichier.read_bytes()
            resume.update(f"\n{fichier.relative_to(racine)} {len(contenu)}\n".encode() + contenu)
    return resume.hexdigest()


def poser(postgres: Postgres, garde: Path = GARDE) -> None:
    """Give this server, which is stopped, a data folder whose main database is migrated."""
    with _seul(garde):
        gardee = garde / empreinte()
        if gardee.exists():
            shutil.copytree(gardee, postgres.donnees)
        else:
            _migrer(postgres)
            _garder(postgres.donnees, gardee)


@contextmanager
def _seul(garde: Path) -> Iterator[None]:
    """One run at a time: the second one waits, and finds what the first one made."""
    garde.mkdir(parents=True, exist_ok=True)
    with (garde / "verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        yield


def _migrer(postgres: Postgres) -> None:
    """Migrate on a server that stops with its last checkpoint, unlike the fast ones."""
    with Postgres(postgres.donnees, postgres.socket):
        fait = subprocess.run(
            MIGRER,
            cwd=RACINE,
            capture_output=True,
            text=True,
            preexec_fn=mourir_avec_le_parent(signal.SIGTERM),
        )
    if fait.returncode:
        shutil.rmtree(postgres.donnees)
        raise RuntimeError(f"manage.py migrer :\n{fait.stdout}{fait.stderr}")


def _garder(donnees: Path, gardee: Path) -> None:
    for ancienne in gardee.parent.iterdir():
        if ancienne.is_dir():
            shutil.rmtree(ancienne)
    provisoire = gardee.with_suffix(".en-cours")
    shutil.copytree(donnees, provisoire)
    # A power cut leaves the whole of it, or nothing.
    os.sync()
    provisoire.rename(gardee)
