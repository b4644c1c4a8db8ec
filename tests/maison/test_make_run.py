"""`make run` as a newcomer meets it: fresh copy, empty HOME, strange folder, Ctrl-C; taken port; missing tool.

For an ordinary user and with nothing in any cache: tests/epreuves/test_installation.py.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outils.portail import HOTE, port_libre
from outils.visiteur import Visiteur
from tests.maison.course import Course, cache_de_paquets, copier_le_depot, dossier_etrange, dossier_vide

pytestmark = pytest.mark.lent

# Patience, not a goal: `make bench` measures the starts (60 s and 15 s on a quiet machine).
PREMIER = SECOND = 240  # seconds


@pytest.fixture(scope="module")
def depot() -> Iterator[Path]:
    """Return a fresh copy in a strange folder, which the first `make run` of the file installs."""
    with dossier_vide() as ici:
        yield copier_le_depot(dossier_etrange(ici))


def test_newcomer(depot: Path, tmp_path: Path):
    """First start in a strange folder, sign-in, Ctrl-C, second start, death of the supervisor: nothing is left."""
    foyer = tmp_path / "foyer"
    foyer.mkdir()
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


def test_taken_port_is_said_at_once(depot: Path, tmp_path: Path):
    with socket.socket() as prise:
        prise.bind((HOTE, 0))
        prise.listen()
        course = Course(depot, tmp_path, prise.getsockname()[1], UV_CACHE_DIR=cache_de_paquets())
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
