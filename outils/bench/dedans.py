"""Work done inside the portal: a process of its own, with the settings, keys and database of one portal."""

import json
import subprocess
import sys
from typing import Any

from outils.portail import RACINE, Portail
from outils.services import ADMIN, ServiceImpossible


def demander(portail: Portail, module: str, *arguments: object, **env: str) -> Any:
    """Run `python -m outils.bench.<module>` and return what it prints, as JSON. Raise ServiceImpossible."""
    return recevoir(commencer(portail, module, *arguments, **env), module)


def commencer(portail: Portail, module: str, *arguments: object, **env: str) -> subprocess.Popen[str]:
    """Start it and return at once."""
    return subprocess.Popen(
        [sys.executable, "-m", f"outils.bench.{module}", *map(str, arguments)],
        cwd=RACINE,
        env=portail.environnement() | {"DATABASE_POOL": "0"} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def recevoir(processus: subprocess.Popen[str], module: str) -> Any:
    """Wait for its answer. Raise ServiceImpossible when there is none."""
    sortie, erreurs = processus.communicate()
    if processus.returncode:
        raise ServiceImpossible(f"{module} a échoué :\n{erreurs[-3000:]}")
    return json.loads(sortie)


def peupler(portail: Portail, demandes: int, caisses: int = 1, **options: object) -> None:
    """Write a volume of demandes (`manage.py peupler`). Raise ServiceImpossible.

    As a restoration does: by the administrator of the server, foreign keys unchecked, the search index fed in bulk.
    """
    commande = [sys.executable, "manage.py", "peupler", f"--demandes={demandes}", f"--caisses={caisses}"]
    commande += [f"--{nom}" if valeur is True else f"--{nom}={valeur}" for nom, valeur in options.items()]
    env = portail.environnement() | {
        "DATABASE_URL": portail.postgres.url(ADMIN),
        "DATABASE_POOL": "0",
        "PGOPTIONS": "-c session_replication_role=replica -c gin_pending_list_limit=1GB",
    }
    fait = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True)
    if fait.returncode:
        raise ServiceImpossible(f"peupler a échoué :\n{fait.stderr[-2000:]}")
