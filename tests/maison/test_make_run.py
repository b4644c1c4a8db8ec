"""`make run` as a newcomer meets it: fresh copy, empty HOME, Ctrl-C; strange folders; ordinary user; taken port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outils.portail import HOTE, port_libre
from outils.visiteur import Visiteur
from tests.maison.course import Course, cache_de_paquets, copier_le_depot, processus_de

pytestmark = pytest.mark.lent

ORDINAIRE = 65534
# Patience, not a goal: `make bench` measures the starts (60 s and 15 s on a quiet machine).
PREMIER = SECOND = 240  # seconds


@pytest.fixture
def ailleurs() -> Iterator[Path]:
    """Return an empty folder outside the repository, that everyone may enter."""
    dossier = Path(tempfile.mkdtemp(prefix="nouveau-"))
    dossier.chmod(0o755)
    yield dossier
    assert processus_de(dossier) == []
    shutil.rmtree(dossier)


def test_newcomer(ailleurs: Path):
    """First start, sign-in, Ctrl-C, second start, death of the supervisor: nothing is left each time."""
    foyer = ailleurs / "foyer"
    foyer.mkdir()
    depot = copier_le_depot(ailleurs / "depot")
    course = Course(depot, foyer, port_libre(), UV_CACHE_DIR=cache_de_paquets())
    try:
        duree = course.attendre(PREMIER)
        print(f"first page after {duree:.1f} s")
        visiteur = Visiteur(course.adresse)
        visiteur.se_connecter("technicien.metz")
        assert visiteur.lire("/").status == 200
        assert course.ctrl_c() != 0, "make says that it was interrupted"
    finally:
        course.achever()
    assert course.restes() == []

    course = Course(depot, foyer, port_libre(), UV_CACHE_DIR=cache_de_paquets())
    try:
        print(f"second start after {course.attendre(SECOND):.1f} s")
        superviseur = next(int(r.split()[0]) for r in course.restes() if "outils.demarrer" in r)
        os.kill(superviseur, signal.SIGKILL)
        limite = time.monotonic() + 20
        while course.restes() and time.monotonic() < limite:
            time.sleep(0.2)
    finally:
        course.achever()
    assert course.restes() == []


def test_ordinary_user_in_a_strange_folder(ailleurs: Path):
    """Spaces, accents and more than 107 bytes in the path; an account without rights; no uv, no virtual environment."""
    depot = copier_le_depot(
        ailleurs / ("Dossier d’été à partager – " + "très " * 8 + "long") / "Espace Partenaires"
    )
    assert len(os.fsencode(depot)) > 107
    foyer = ailleurs / "foyer"
    foyer.mkdir()
    prefixe: tuple[str, ...] = ()
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{ORDINAIRE}:{ORDINAIRE}", str(ailleurs)], check=True)
        prefixe = ("setpriv", f"--reuid={ORDINAIRE}", f"--regid={ORDINAIRE}", "--clear-groups")
    course = Course(depot, foyer, port_libre(), prefixe=prefixe, PATH="/usr/local/bin:/usr/bin:/bin")
    try:
        course.attendre(180)
        visiteur = Visiteur(course.adresse)
        visiteur.se_connecter("agent.moselle")
        assert visiteur.lire("/").status == 200
        course.ctrl_c()
    finally:
        course.achever()
    assert course.restes() == []


def test_taken_port_is_said_at_once(ailleurs: Path):
    depot = copier_le_depot(ailleurs / "depot")
    with socket.socket() as prise:
        prise.bind((HOTE, 0))
        prise.listen()
        course = Course(depot, ailleurs, prise.getsockname()[1], UV_CACHE_DIR=cache_de_paquets())
        assert course.processus.wait(60) != 0
    assert "est déjà pris" in course.texte()
    assert "Traceback" not in course.texte()
    assert course.restes() == []


def test_missing_tool_is_said(ailleurs: Path):
    """Neither pip nor venv nor uv: a sentence, in French and in English, not a trace."""
    depot = copier_le_depot(ailleurs / "depot")
    outils = ailleurs / "bin"
    outils.mkdir()
    for nom in ("sh", "make", "env"):
        (outils / nom).symlink_to(str(shutil.which(nom)))
    # -S: this interpreter finds no installed package; venv is hidden by a module of the same name.
    (outils / "python3").write_text(f'#!/bin/sh\nexec {Path(sys.executable).resolve()} -S "$@"\n')
    (outils / "python3").chmod(0o755)
    caches = ailleurs / "caches"
    for module in ("venv", "pip", "ensurepip"):
        (caches / module).mkdir(parents=True)
        (caches / module / "__init__.py").touch()
        (caches / module / "__main__.py").write_text("raise SystemExit(1)\n")
    env = {"PATH": str(outils), "PYTHONPATH": str(caches), "HOME": str(ailleurs)}
    fait = subprocess.run(
        [shutil.which("make") or "make", "run"], cwd=depot, env=env, capture_output=True, text=True
    )
    assert fait.returncode != 0
    assert "apt install python3-venv" in fait.stderr
    assert "Traceback" not in fait.stderr
