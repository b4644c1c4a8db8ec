"""`python servir.py granian|celery …`: start a server of the portal, whose every line comes out as JSON.

What is not JSON is wrapped: the server's own words, those of a library, the last ones of a process that crashes. A
process of its own reads them, so that they are read after a crash too; it ends with the last one who can write.
"""

import atexit
import datetime as dt
import json
import os
import re
import resource
import runpy
import shutil
import signal
import sys
import tempfile

_NIVEAU = re.compile(r"\[(debug|info|warning|error|critical)\] ", re.IGNORECASE)
_TRACE = "Traceback (most recent call last):"


class Lecteur:
    """Reads lines one by one. Of a trace it keeps the places and the name of the error: its message quotes rows."""

    def __init__(self) -> None:
        self._dans = ""

    def lire(self, ligne: bytes) -> bytes:
        """Return the line as it is when it is a JSON object, wrapped otherwise; nothing for what is not told."""
        texte = ligne.decode(errors="replace").rstrip()
        if not texte.strip():
            return b""
        if texte.startswith("{") and texte.endswith("}"):
            self._dans = ""
            return texte.encode() + b"\n"
        niveau = trouve[1].lower() if (trouve := _NIVEAU.match(texte)) else "warning"
        if trouve or texte == _TRACE:
            self._dans = "" if trouve else "trace"
        elif self._dans == "message":
            return b""
        elif self._dans == "trace" and not texte[0].isspace():
            self._dans, texte = "message", texte.partition(":")[0]
        evenement = {
            "event": _NIVEAU.sub("", texte),
            "timestamp": dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z"),  # noqa: TID251 (real time)
            "level": niveau,
            "logger": "sortie",
        }
        return json.dumps(evenement, ensure_ascii=False).encode() + b"\n"


def _relire(lecture: int, sortie: int) -> None:
    """Write each line that comes, until nobody can write any more."""
    with os.fdopen(lecture, "rb", buffering=0) as flux:
        lecteur, reste = Lecteur(), b""
        while octets := flux.read(65536):
            *lignes, reste = (reste + octets).split(b"\n")
            for ligne in lignes:
                _tout_ecrire(sortie, lecteur.lire(ligne))
        _tout_ecrire(sortie, lecteur.lire(reste))


def _tout_ecrire(sortie: int, octets: bytes) -> None:
    while octets:
        octets = octets[os.write(sortie, octets) :]


def relier() -> None:
    """Put a reader between this process and its two outputs; its parent is the system's first process."""
    lecture, ecriture = os.pipe()
    enfant = os.fork()
    if enfant == 0:
        if os.fork() == 0:
            os.close(ecriture)
            # A stop is for the servers: what they say until their end is still read.
            for numero in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(numero, signal.SIG_IGN)
            _relire(lecture, sys.__stdout__.fileno())
        os._exit(0)
    os.waitpid(enfant, 0)
    os.close(lecture)
    for sortie in (sys.__stdout__, sys.__stderr__):
        os.dup2(ecriture, sortie.fileno())
    os.close(ecriture)


def _repondre_aux_signaux() -> None:
    """A web process is a fork of its server: until it has handlers of its own, a stop ends it (the server's are deaf)."""
    for numero in (signal.SIGINT, signal.SIGTERM):
        signal.signal(numero, signal.SIG_DFL)


if __name__ == "__main__":
    # A dump of the memory would hold keys.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    relier()
    os.register_at_fork(after_in_child=_repondre_aux_signaux)
    del sys.argv[0]
    if sys.argv[0] == "celery":
        # Jobs have more time than pages: a statement, a lock, a transaction where nothing happens.
        os.environ.setdefault("DATABASE_DELAIS", "900,60,600")
        # Each task opens its own connection; a pool would outlive a fork.
        os.environ["DATABASE_POOL"] = "0"
    else:
        # The web processes add up what they count (espace_partenaires/metriques.py).
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = mesures = tempfile.mkdtemp(prefix="mesures-")
        chef = os.getpid()
        atexit.register(lambda: os.getpid() == chef and shutil.rmtree(mesures, ignore_errors=True))
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
