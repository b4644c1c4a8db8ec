"""`make run`: the portal with its demonstration, in the foreground. Ctrl-C stops everything."""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import environ

from outils.portail import HOTE, RACINE, Portail, procfile
from outils.services import ServiceImpossible, fin_de

# Variables of the person's environment that replace a default of the demonstration.
GARDEES = (
    *("DATABASE_URL", "DATABASE_URL_PROPRIETAIRE", "REDIS_URL", "SECRET_KEY", "CLES_MAITRES"),
    *("DOSSIER_CLES", "DOSSIER_FICHIERS", "CLAMD_URL", "EMAIL_URL", "DEMO", "DEBUG"),
)
RELANCES_MAX = 5
_PR_SET_PDEATHSIG = 1
SIGNAUX_D_ARRET = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


# What WeasyPrint loads from the system to write PDFs, and the packages of Debian that bring it.
BIBLIOTHEQUES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0")
PAQUETS = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
# What draws the names of every script, and a letter of each script that DejaVu does not draw.
POLICES = "fonts-noto-core fonts-noto-cjk"
ECRITURES = {
    **{"chinois": "李", "japonais": "さ", "coréen": "김", "devanagari": "र", "bengali": "র", "tamoul": "ச"},
    **{"cinghalais": "ස", "thaï": "ส", "khmer": "ស", "birman": "အ", "éthiopien": "አ", "pendjabi": "ਗ"},
}


class Arret(Exception):
    """The person asked to stop."""


def main() -> int:
    """Start, supervise, stop; return the exit code."""
    # When make is killed, nobody reads the keyboard any more: stop as for Ctrl-C.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    for numero in SIGNAUX_D_ARRET:
        signal.signal(numero, _demander_l_arret)
    environ.Env.read_env(RACINE / ".env")
    try:
        _verifier_les_bibliotheques()
        _dire_les_polices()
        port = _lire_le_port(os.environ.get("PORT") or "8000")
        etat = Path(os.environ.get("DOSSIER_ETAT") or RACINE / "var")
        verrou = _verrouiller(etat)
        gardees = {nom: os.environ[nom] for nom in GARDEES if os.environ.get(nom)}
        portail = Portail(etat, port, dire=lambda ligne: print(ligne, flush=True), env=gardees)
    except ServiceImpossible as erreur:
        print(f"\n{erreur}", file=sys.stderr)
        return 1
    with verrou:
        return _conduire(portail)


def _conduire(portail: Portail) -> int:
    code = 0
    try:
        portail.tout_demarrer()
        _annoncer(portail)
        _surveiller(portail)
    except Arret:
        pass
    except ServiceImpossible as erreur:
        print(f"\n{erreur}", file=sys.stderr)
        code = 1
    print("\n• Arrêt en cours…", flush=True)
    for numero in (signal.SIGINT, signal.SIGHUP):
        # A second Ctrl-C must not leave half of the processes behind.
        signal.signal(numero, signal.SIG_IGN)
    portail.arreter()
    print("• Tout est arrêté.", flush=True)
    return code


def _annoncer(portail: Portail) -> None:
    print(f"\nLe portail est ouvert :\n{portail.adresse}/\n", flush=True)
    if portail.environnement().get("DEMO") == "1":
        print(f"Comptes de démonstration, codes et courriels : {portail.adresse}/demo/", flush=True)
    print(f"Journaux : {portail.journaux}   Arrêter : Ctrl-C", flush=True)


def _surveiller(portail: Portail) -> None:
    """Start again what falls, a few times; raise ServiceImpossible when it keeps falling."""
    relances = 0
    # An exception here could be raised inside `poll`, which would keep its lock for ever: the stop would wait for it.
    demandes: list[int] = []
    for numero in SIGNAUX_D_ARRET:
        signal.signal(numero, lambda recu, _: demandes.append(recu))
    while not demandes:
        time.sleep(0.5)
        for service in (portail.postgres, portail.valkey):
            if service is not None and service.processus is not None and service.processus.poll() is not None:
                raise ServiceImpossible(f"Un service s’est arrêté. Son journal :\n{fin_de(service.journal)}")
        for nom in procfile():
            if portail.processus[nom].poll() is None:
                continue
            relances += 1
            if relances > RELANCES_MAX:
                raise ServiceImpossible(
                    f"« {nom} » tombe sans cesse :\n{fin_de(portail.journaux / f'{nom}.log')}"
                )
            print(f"• {nom} s’est arrêté : relance", flush=True)
            portail.tuer(nom)
            portail.lancer(nom)


def _demander_l_arret(*_: object) -> None:
    raise Arret


def _verifier_les_bibliotheques() -> None:
    for nom in BIBLIOTHEQUES:
        try:
            ctypes.CDLL(nom)
        except OSError as erreur:
            raise ServiceImpossible(
                f"Il manque une bibliothèque du système pour écrire les PDF ({nom}).\n"
                f"Sur Debian : apt install {PAQUETS}"
            ) from erreur


def ecritures_sans_police() -> list[str]:
    """Return the scripts of which no font of this machine has a letter: their names would be rows of boxes in PDFs."""
    if not (programme := shutil.which("fc-list")):
        return []
    demandes = {nom: [programme, f":charset={ord(signe):x}", "family"] for nom, signe in ECRITURES.items()}
    return [nom for nom, ordre in demandes.items() if not subprocess.check_output(ordre).strip()]


def _dire_les_polices() -> None:
    if manquantes := ecritures_sans_police():
        dites = ", ".join(manquantes)
        print(f"• polices : dans les PDF, les noms en {dites} seront en lettres latines.", flush=True)
        print(f"  Sur Debian : apt install {POLICES}", flush=True)


def _lire_le_port(texte: str) -> int:
    if not texte.isascii() or not texte.isdigit() or not 1 <= int(texte) <= 65535:
        raise ServiceImpossible(f"PORT doit être un nombre entre 1 et 65535, et non « {texte} ».")
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((HOTE, int(texte)))
        except PermissionError as erreur:
            raise ServiceImpossible(
                f"Le port {texte} demande d’être root. Essayez : make run PORT=8001"
            ) from erreur
        except OSError as erreur:
            raise ServiceImpossible(
                f"Le port {texte} est déjà pris par un autre programme. Essayez : make run PORT={int(texte) % 60000 + 1}"
            ) from erreur
    return int(texte)


def _verrouiller(etat: Path) -> IO[str]:
    """Take the lock of the state folder; raise ServiceImpossible when another run holds it."""
    try:
        etat.mkdir(parents=True, exist_ok=True, mode=0o700)
        fichier = (etat / "verrou").open("a")
    except OSError as erreur:
        raise ServiceImpossible(
            f"Le dossier {etat} n’est pas à vous (créé par un autre compte ?) : supprimez-le ou changez de compte."
        ) from erreur
    try:
        fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as erreur:
        fichier.close()
        raise ServiceImpossible("Le portail tourne déjà dans ce dossier (un autre « make run »).") from erreur
    return fichier


if __name__ == "__main__":
    sys.exit(main())
