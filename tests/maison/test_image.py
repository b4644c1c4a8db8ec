"""The tree that the image keeps starts without the workshop and without the demonstration."""

import os
import re
import shutil
import subprocess
import sys

from outils import demarrer
from tests.maison.arbre import RACINE, fichiers


def test_le_portail_demarre_sans_l_atelier_ni_la_demonstration(tmp_path):
    retires = re.search(r"&& rm -rf (outils .+)", (RACINE / "Dockerfile").read_text())[1].split()
    assert {"outils", "tests", "demonstration", "templates/demonstration"} <= set(retires)
    for chemin in fichiers():
        if not any(str(chemin).startswith(f"{retire}/") for retire in retires):
            (tmp_path / chemin).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(RACINE / chemin, tmp_path / chemin)
    environ = os.environ | {"DEMO": "0", "REPETITION": "0"}
    fait = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert fait.returncode == 0, fait.stderr
    # What makes a volume is not there, whatever the environment asks.
    appel = [sys.executable, "manage.py", "peupler"]
    assert subprocess.run(appel, cwd=tmp_path, env=environ, capture_output=True).returncode != 0


def test_l_image_installe_ce_que_les_pdf_demandent():
    """Libraries and fonts of every script that a name may have: the same words as `make run` says when they lack."""
    installes = re.search(r"--no-install-recommends \\([^&]+)&&", (RACINE / "Dockerfile").read_text())[1]
    assert set(installes.replace("\\", " ").split()) == {*demarrer.PAQUETS.split(), *demarrer.POLICES.split()}


def test_make_run_dit_les_ecritures_sans_police(tmp_path, monkeypatch, capsys):
    """A machine that has no font says which names its PDFs would draw as boxes, and what to install; then starts."""
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>", encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    assert demarrer.ecritures_sans_police() == list(demarrer.ECRITURES)
    demarrer._dire_les_polices()
    assert "chinois" in (dit := capsys.readouterr().out) and f"apt install {demarrer.POLICES}" in dit
