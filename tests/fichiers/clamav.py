"""A real clamd with the file that production ships: signatures of ours, everything in a temporary folder."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from outils.portail import RACINE, port_libre
from outils.processus import lancer

BINAIRE = shutil.which("clamd") or "/usr/sbin/clamd"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# A word of ours, that a signature finds anywhere in a stream, compressed or not.
POISON = b"ESPACE-PARTENAIRES-SIGNATURE-D-ESSAI"
# Not known at first: `apprendre` adds its signature, as an update of the signatures would.
POISON_NOUVEAU = b"ESPACE-PARTENAIRES-SIGNATURE-NOUVELLE"

# What names a place or an account of the image in the shipped file; everything else is tried as it is shipped.
LIVREE = RACINE / "deploiement/clamd.conf"
_DU_LIEU = ("LocalSocket", "TCPSocket", "DatabaseDirectory", "TemporaryDirectory", "User")


@dataclass
class Clamd:
    """One server. `demarrer`, `arreter`, `figer`, `reprendre`, `apprendre`."""

    dossier: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="clamd-")))
    memoire: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="clamd-", dir="/dev/shm")))
    port: int = field(default_factory=port_libre)
    processus: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.dossier}/clamd.sock"

    def preparer(self) -> None:
        base = self.dossier / "base"
        base.mkdir()
        (base / "local.ndb").write_text(
            f"Essai.EICAR:0:0:{EICAR.hex()}\nEssai.Poison:0:*:{POISON.hex()}\n", encoding="ascii"
        )
        livree = [un for un in LIVREE.read_text().splitlines() if not un.startswith(_DU_LIEU)]
        (self.dossier / "clamd.conf").write_text(
            "\n".join(
                [
                    *livree,
                    f"LocalSocket {self.dossier}/clamd.sock",
                    f"TCPSocket {self.port}",
                    "TCPAddr 127.0.0.1",
                    f"DatabaseDirectory {self.dossier}/base",
                    f"TemporaryDirectory {self.memoire}\n",
                ]
            ),
            encoding="utf-8",
        )

    def demarrer(self) -> None:
        """Start and wait until it answers."""
        prise = self.dossier / "clamd.sock"
        prise.unlink(missing_ok=True)
        self.processus = lancer(
            [BINAIRE, "-c", self.dossier / "clamd.conf"],
            journal=self.dossier / "journal",
            signal_de_mort=signal.SIGKILL,
        )
        limite = time.monotonic() + 60
        while time.monotonic() < limite:
            if prise.exists() and self.demander(b"zPING\0") == b"PONG\0":
                return
            assert self.processus.poll() is None, (self.dossier / "journal").read_text()
            time.sleep(0.05)
        raise AssertionError("clamd ne répond pas")

    def demander(self, commande: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as prise:
            prise.settimeout(10)
            try:
                prise.connect(str(self.dossier / "clamd.sock"))
                prise.sendall(commande)
                return prise.recv(200)
            except OSError:
                return b""

    def apprendre(self) -> None:
        """Learn a signature, as an update does, and wait until it is in use."""
        with (self.dossier / "base/local.ndb").open("a", encoding="ascii") as base:
            base.write(f"Essai.Nouveau:0:*:{POISON_NOUVEAU.hex()}\n")
        assert self.demander(b"zRELOAD\0") == b"RELOADING\0"
        time.sleep(1.5)

    def arreter(self) -> None:
        if self.processus is not None:
            self.processus.kill()
            self.processus.wait()
            self.processus = None

    def ranger(self) -> None:
        self.arreter()
        for dossier in (self.dossier, self.memoire):
            shutil.rmtree(dossier, ignore_errors=True)
