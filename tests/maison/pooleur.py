"""PgBouncer from the shipped file: only places differ."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from outils.processus import lancer
from outils.services import APPLICATION, BASE, Postgres, facon_de_lancer
from tests.maison.arbre import RACINE

PGBOUNCER = RACINE / "deploiement/pgbouncer/pgbouncer.ini"


def lancer_le_pooleur(
    dossier: Path, postgres: Postgres, port: int, mot_de_passe: str, **places: Any
) -> subprocess.Popen[bytes]:
    """Start it before this server. `base`: the database behind the name of the portal's; `connexions`: how many it shares."""
    (dossier / "utilisateurs.txt").write_text(f'"{APPLICATION}" "{mot_de_passe}"\n')
    lieux = {
        f"{BASE} = host=postgres port=5432": f"{BASE} = host={postgres.socket} dbname={places.get('base', BASE)}",
        "host=postgres port=5432": f"host={postgres.socket}",
        "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1",
        "listen_port = 6432": f"listen_port = {port}\nunix_socket_dir =",
        "/etc/pgbouncer/utilisateurs.txt": str(dossier / "utilisateurs.txt"),
        "default_pool_size = 20": f"default_pool_size = {places.get('connexions', 20)}",
    }
    texte = PGBOUNCER.read_text()
    for livre, ici in lieux.items():
        assert livre in texte, livre
        texte = texte.replace(livre, ici)
    (dossier / "pgbouncer.ini").write_text(texte)
    _, prefixe, options = facon_de_lancer(postgres.donnees, postgres.socket)
    binaire = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    assert binaire, "pgbouncer est absent : installez le paquet pgbouncer"
    return lancer(
        [*prefixe, binaire, dossier / "pgbouncer.ini"], journal=dossier / "pgbouncer.log", **options
    )
