"""`make bench`: measures on a portal of its own, a table on the screen, `var/bench.json`.

Medians and ratios of one run on one machine: compare ratios between machines, not seconds.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from outils.bench import debit, echelle, pages, scellement
from outils.bench.resultats import Resultat, garder, montrer
from outils.portail import RACINE, Portail, port_libre, procfile
from outils.services import ServiceImpossible, dossier_ephemere

JSON = RACINE / "var/bench.json"
DEMARRAGE_S = 60.0
REPRISE_S = 15.0


def main() -> int:
    """Measure everything; return 0 when every measure could be taken and every goal is met."""
    dossier = dossier_ephemere()
    resultats: list[Resultat] = []
    echec = ""
    try:
        for resultat in _tout(dossier):
            print(f"• {resultat.nom} : {resultat.valeur:.3g} {resultat.unite}", flush=True)
            resultats.append(resultat)
    except (ServiceImpossible, RuntimeError, subprocess.CalledProcessError) as erreur:
        echec = str(erreur)
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
    if resultats:
        print(f"\n{montrer(resultats)}")
        garder(resultats, JSON)
        print(f"\n{JSON.relative_to(RACINE)} écrit.")
    manques = [r.nom for r in resultats if r.tenu is False]
    print(f"Buts manqués : {', '.join(manques) or 'aucun'}")
    if echec:
        print(f"La mesure s’est arrêtée : {echec}", file=sys.stderr)
    return 1 if manques or echec else 0


def _tout(dossier: Path) -> Iterator[Resultat]:
    with Portail(dossier / "etat", port_libre(), rapide=True, env=_neutre()) as portail:
        yield Resultat("premier démarrage", _chronometrer(portail), "s", DEMARRAGE_S)
        yield from scellement.mesurer(portail)
        yield from pages.mesurer(portail)
        yield from debit.mesurer(portail)
    with Portail(dossier / "etat", port_libre(), rapide=True, env=_neutre()) as portail:
        yield Resultat("second démarrage", _chronometrer(portail), "s", REPRISE_S)
        yield from echelle.mesurer(portail)


def _chronometrer(portail: Portail) -> float:
    debut = time.monotonic()
    portail.demarrer_services()
    portail.preparer()
    for nom in procfile():
        portail.lancer(nom)
    portail.attendre()
    return time.monotonic() - debut


def _neutre() -> dict[str, str]:
    """Return what keeps the person's .env out of the measures."""
    return {
        "DEMO": "1",
        "DEBUG": "0",
        "CLAMD_URL": os.environ.get("CLAMD_URL", ""),
        "EMAIL_URL": "dummymail://",
    }


if __name__ == "__main__":
    sys.exit(main())
