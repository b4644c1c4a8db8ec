"""What the antivirus says of a stream (clamd, command INSTREAM). Anything but a whole verdict is no verdict.

clamd writes what it receives to its temporary folder, in clear: that folder is a memory file system
(docs/exploitation.md).
"""

import datetime as dt
import re
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlparse

from django.conf import settings

from fichiers.limites import CLAMD_CONNEXION_SECONDES, CLAMD_SECONDES, SIGNATURES_JOURS
from socle import horloge

_REPONSE = re.compile(r"stream: (?:(?P<signature>[^\x00]{1,200}) FOUND|OK)")
_REPONSE_MAX = 512
# What clamd reports when a file goes beyond what it may examine (AlertExceedsMax), or is encrypted.
_NON_EXAMINE = "Heuristics."


_DATE = "%a %b %d %H:%M:%S %Y"


class Indisponible(Exception):
    """No verdict: clamd is away, silent, too slow, or said something else."""


class SignaturesAnciennes(Indisponible):
    """Its signatures know nothing of what came since: files wait for newer ones."""


@dataclass(frozen=True)
class Verdict:
    """What clamd said. `signature` is empty for a clean file."""

    signature: str = ""

    @property
    def sain(self) -> bool:
        """Whether nothing was found."""
        return not self.signature

    @property
    def non_examine(self) -> bool:
        """Whether the file could not be examined to its end: refused, without calling it infected."""
        return self.signature.startswith(_NON_EXAMINE)


def configure() -> bool:
    """Whether this portal has an antivirus."""
    return bool(settings.CLAMD_URL)


def analyser(morceaux: Iterable[bytes]) -> Verdict:
    """Return the verdict on a stream. Raise Indisponible when there is none."""
    with _Lien(CLAMD_SECONDES) as lien:
        lien.envoyer(b"zINSTREAM\0")
        for morceau in morceaux:
            lien.envoyer(struct.pack("!L", len(morceau)), morceau)
        lien.envoyer(struct.pack("!L", 0))
        reponse = _REPONSE.fullmatch(lien.reponse())
    if reponse is None:
        raise Indisponible("réponse inattendue")
    return Verdict(reponse["signature"] or "")


def version() -> str:
    """Return the version of program and signatures, which changes with them.

    Raise Indisponible, `SignaturesAnciennes` when they say a day that is too far.
    """
    with _Lien(CLAMD_CONNEXION_SECONDES) as lien:
        lien.envoyer(b"zVERSION\0")
        reponse = lien.reponse()
    if not reponse.startswith("ClamAV "):
        raise Indisponible("réponse inattendue")
    limite = horloge.temps_reel() - dt.timedelta(days=SIGNATURES_JOURS)
    if (datees := _date_des_signatures(reponse)) and datees < limite:
        raise SignaturesAnciennes(f"signatures du {datees:%d/%m/%Y}")
    return reponse[:100]


def _date_des_signatures(reponse: str) -> dt.datetime | None:
    """« ClamAV 1.4.3/27800/Mon Nov 23 09:26:03 2026 »: the last part; None for signatures of one’s own."""
    try:
        return dt.datetime.strptime(reponse.rpartition("/")[2], _DATE).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _joindre(url: str) -> socket.socket:
    adresse = urlparse(url)
    par_fichier = adresse.scheme == "unix"
    ou = adresse.path if par_fichier else (adresse.hostname or "", adresse.port or 3310)
    prise = socket.socket(socket.AF_UNIX if par_fichier else socket.AF_INET)
    prise.settimeout(CLAMD_CONNEXION_SECONDES)
    try:
        prise.connect(ou)
    except OSError:
        prise.close()
        raise
    return prise


class _Lien:
    """One connection, to the first server that answers, that ends by its deadline whatever the server does."""

    def __init__(self, secondes: float) -> None:
        self._fin = time.monotonic() + secondes

    def __enter__(self) -> "_Lien":
        manque = Indisponible("aucun serveur")
        for url in settings.CLAMD_URL.split(","):
            try:
                self._prise = _joindre(url.strip())
            except OSError as erreur:
                manque = Indisponible(type(erreur).__name__)
            else:
                return self
        raise manque

    def __exit__(self, *_: object) -> None:
        self._prise.close()

    def envoyer(self, *octets: bytes) -> None:
        try:
            for un in octets:
                self._prise.settimeout(self._reste())
                self._prise.sendall(un)
        except OSError as erreur:
            raise Indisponible(type(erreur).__name__) from erreur

    def reponse(self) -> str:
        """Return the whole answer, up to its final NUL; raise Indisponible when it is cut or too long."""
        recu = b""
        try:
            while not recu.endswith(b"\0"):
                self._prise.settimeout(self._reste())
                morceau = self._prise.recv(_REPONSE_MAX)
                recu += morceau
                if not morceau or len(recu) > _REPONSE_MAX:
                    raise Indisponible("réponse coupée")
        except OSError as erreur:
            raise Indisponible(type(erreur).__name__) from erreur
        return recu[:-1].decode("utf-8", "replace")

    def _reste(self) -> float:
        reste = self._fin - time.monotonic()
        if reste <= 0:
            raise Indisponible("trop long")
        return reste
