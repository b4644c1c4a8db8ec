"""A real clamd of our own for the tests: signatures of ours, everything in a temporary folder, its own in memory."""

import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

BINAIRE = shutil.which("clamd") or "/usr/sbin/clamd"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# A word of ours, that a signature finds anywhere in a stream, compressed or not.
POISON = b"ESPACE-PARTENAIRES-SIGNATURE-D-ESSAI"
# Not known at first: `apprendre` adds its signature, as an update of the signatures would.
POISON_NOUVEAU = b"ESPACE-PARTENAIRES-SIGNATURE-NOUVELLE"

_CONFIGURATION = """
LocalSocket {dossier}/clamd.sock
DatabaseDirectory {dossier}/base
TemporaryDirectory {memoire}
Foreground yes
StreamMaxLength 32M
MaxFileSize 32M
MaxScanSize 128M
AlertExceedsMax yes
AlertEncrypted yes
ScanPDF yes
SelfCheck 0
ExitOnOOM yes
"""


@dataclass
class Clamd:
    """One server. `demarrer`, `arreter`, `figer`, `reprendre`, `apprendre`."""

    dossier: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="clamd-")))
    memoire: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="clamd-", dir="/dev/shm")))
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
        (self.dossier / "clamd.conf").write_text(
            _CONFIGURATION.format(dossier=self.dossier, memoire=self.memoire), encoding="utf-8"
        )

    def demarrer(self) -> None:
        """Start and wait until it answers."""
        prise = self.dossier / "clamd.sock"
        prise.unlink(missing_ok=True)
        self.processus = subprocess.Popen(
            [BINAIRE, "-c", str(self.dossier / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        limite = time.monotonic() + 60
        while time.monotonic() < limite:
            if prise.exists() and self.demander(b"zPING\0") == b"PONG\0":
                return
            assert self.processus.poll() is None, "clamd ne démarre pas"
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
