"""A first start with nothing of ours on the machine: no uv, no cache, an ordinary account, a strange folder.

Every dependency comes from the registry: minutes, and a network.
"""

import os
import subprocess
from pathlib import Path

from outils.portail import port_libre
from outils.visiteur import Visiteur
from tests.maison.course import Course, copier_le_depot, dossier_etrange

ORDINAIRE = 65534
# Patience for a slow registry, not a goal.
PREMIER = 900  # seconds


def test_ordinary_user_in_a_strange_folder(ailleurs: Path):
    """Spaces, accents and more than 107 bytes in the path; an account without rights; no uv, no virtual environment."""
    depot = copier_le_depot(dossier_etrange(ailleurs))
    foyer = ailleurs / "foyer"
    foyer.mkdir()
    prefixe: tuple[str, ...] = ()
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{ORDINAIRE}:{ORDINAIRE}", str(ailleurs)], check=True)
        prefixe = ("setpriv", f"--reuid={ORDINAIRE}", f"--regid={ORDINAIRE}", "--clear-groups")
    course = Course(depot, foyer, port_libre(), prefixe=prefixe, PATH="/usr/local/bin:/usr/bin:/bin")
    try:
        course.attendre(PREMIER)
        visiteur = Visiteur(course.adresse)
        visiteur.se_connecter("agent.moselle")
        assert visiteur.lire("/").status == 200
        course.ctrl_c()
    finally:
        course.achever()
    assert course.restes() == []
