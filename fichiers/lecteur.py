"""The reader of files as a process of its own: another user, another container, nothing but a socket and its children.

`python fichiers/lecteur.py /donnees/lecteur/prise`, under a user that owns nothing and without network, key nor secret. Each
connection says a kind and a time on one line, gives a file, and is handed as it is to a child (`examen.py`), which closes its
cage and answers on it. `controle.py` asks here when LECTEUR names the socket; else it starts the child itself.
"""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))

from fichiers.cage import proteger_la_memoire
from fichiers.limites import TABLEAU_SECONDES

EXAMEN = str(Path(__file__).with_name("examen.py"))
ENTETE_MAX, ENTETE_SECONDES, A_LA_FOIS = 64, 2, 16


def commande(genre: str, programme: str = EXAMEN) -> tuple[list[str], dict[str, Any]]:
    """Return how the child is started: isolated, without environment nor folder, in a session of its own."""
    options = {
        "stderr": subprocess.DEVNULL,
        "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        "cwd": "/",
        "start_new_session": True,
    }
    return [sys.executable, "-I", "-B", programme, genre], options


def ecouter(chemin: str) -> None:
    """Serve each connection in a thread, until this process is ended; its children end with it."""
    proteger_la_memoire()
    Path(chemin).unlink(missing_ok=True)
    places = threading.BoundedSemaphore(A_LA_FOIS)
    with socket.socket(socket.AF_UNIX) as ecoute:
        ecoute.bind(chemin)
        # The group is the web's; nobody else comes in.
        os.chmod(chemin, 0o660)
        ecoute.listen(A_LA_FOIS)
        while True:
            places.acquire()
            prise, _ = ecoute.accept()
            threading.Thread(target=_servir, args=(prise, places), daemon=True).start()


def _servir(prise: socket.socket, places: threading.BoundedSemaphore) -> None:
    try:
        with prise:
            prise.settimeout(ENTETE_SECONDES)
            genre, _, secondes = _entete(prise).partition(" ")
            if not (genre.isascii() and genre.isalnum() and secondes.isdecimal()):
                return
            prise.settimeout(None)
            mots, options = commande(genre)
            with subprocess.Popen(mots, stdin=prise.fileno(), stdout=prise.fileno(), **options) as enfant:
                garde = threading.Timer(min(int(secondes), TABLEAU_SECONDES), enfant.kill)
                garde.start()
                enfant.wait()
                garde.cancel()
    except OSError:
        return
    finally:
        places.release()


def _entete(prise: socket.socket) -> str:
    """Return the first line, and take nothing of what follows it, which is the child's."""
    ligne = b""
    while not ligne.endswith(b"\n") and len(ligne) < ENTETE_MAX:
        if not (octet := prise.recv(1)):
            return ""
        ligne += octet
    return ligne.decode("ascii", "replace").strip()


if __name__ == "__main__":
    ecouter(sys.argv[1])
