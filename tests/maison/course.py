"""Drive `make run` as a newcomer would: a fresh copy, an empty HOME, a terminal's Ctrl-C."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.maison.arbre import RACINE, fichiers

# What belongs to this test run and must not reach the newcomer's shell.
NOTRES = re.compile(
    r"^(DATABASE_|REDIS_URL|SECRET_KEY|CLES_MAITRES|DOSSIER_|CLAMD_URL|EMAIL_URL|ADRESSE_|ALLOWED_HOSTS|DEBUG|DEMO|PORT$"
    r"|STATIC_|NIVEAU_|COURRIEL_|REDIRIGER_|ESSAI_|PYTEST|PYTHON|DJANGO_|VIRTUAL_ENV|MAKE|MFLAGS|UV_|XDG_)"
)


@contextmanager
def dossier_vide() -> Iterator[Path]:
    """Return an empty folder outside the repository, that everyone may enter; no process may be left there."""
    dossier = Path(tempfile.mkdtemp(prefix="nouveau-"))
    dossier.chmod(0o755)
    yield dossier
    assert processus_de(dossier) == []
    shutil.rmtree(dossier)


@pytest.fixture
def ailleurs() -> Iterator[Path]:
    """Return such a folder for one test."""
    with dossier_vide() as dossier:
        yield dossier


def dossier_etrange(ailleurs: Path) -> Path:
    """Return a path with spaces, accents and more than the 107 bytes of a socket."""
    dossier = ailleurs / ("Dossier d’été à partager – " + "très " * 8 + "long") / "Espace Partenaires"
    assert len(os.fsencode(dossier)) > 107
    return dossier


def copier_le_depot(vers: Path) -> Path:
    """Copy what git would clone, and nothing else."""
    for chemin in fichiers():
        cible = vers / chemin
        cible.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(RACINE / chemin, cible)
    return vers


def cache_de_paquets() -> str:
    """Return the package cache of this machine: warm, so that the time measured is the portal's."""
    uv = shutil.which("uv") or str(RACINE / ".outils/uv/bin/uv")
    return subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()


class Course:
    """One `make run`, in a process group of its own as a terminal gives it."""

    def __init__(
        self, dossier: Path, foyer: Path, port: int, *, prefixe: tuple[str, ...] = (), **env: str
    ) -> None:
        self.dossier = dossier
        self.port = port
        self.debut = time.monotonic()
        self.sortie = dossier.parent / f"sortie-{port}.txt"
        environ = {nom: valeur for nom, valeur in os.environ.items() if not NOTRES.match(nom)}
        with self.sortie.open("wb") as sortie:
            self.processus = subprocess.Popen(
                [*prefixe, "make", "run"],
                cwd=dossier,
                env=environ | {"HOME": str(foyer), "PORT": str(port)} | env,
                stdin=subprocess.DEVNULL,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # As from a terminal: a shell starts what it puts in the background deaf to Ctrl-C.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    @property
    def adresse(self) -> str:
        """Return the line that the run prints when it is open."""
        return f"http://localhost:{self.port}/"

    def attendre(self, delai: float) -> float:
        """Wait for the address, alone on its line; return the seconds it took."""
        while time.monotonic() - self.debut < delai:
            if self.adresse in self.lignes():
                return time.monotonic() - self.debut
            if self.processus.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"make run: {self.texte()}")

    def ctrl_c(self) -> int:
        """Send what the terminal sends, to the whole group; return the exit code of make."""
        os.killpg(self.processus.pid, signal.SIGINT)
        return self.processus.wait(60)

    def texte(self) -> str:
        """Return what the run printed so far."""
        return self.sortie.read_text(errors="replace")

    def lignes(self) -> list[str]:
        """Return its lines."""
        return self.texte().splitlines()

    def restes(self) -> list[str]:
        """Return the living processes that name the folder, or its sockets, in their command or their folder."""
        return processus_de(self.dossier)

    def achever(self) -> None:
        """Leave nothing when a test failed half-way."""
        if self.processus.poll() is None:
            os.killpg(self.processus.pid, signal.SIGTERM)
            self.processus.wait(60)


def processus_de(dossier: Path) -> list[str]:
    """Return the commands of the living processes that work for `dossier`."""
    trouves = []
    for fiche in Path("/proc").glob("[0-9]*"):
        try:
            if (fiche / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                continue
            commande = (fiche / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            ici = os.readlink(fiche / "cwd")
        except OSError:
            continue
        if str(dossier) in commande or ici.startswith(str(dossier)):
            trouves.append(f"{fiche.name} {commande}")
    return trouves
