"""`make bench`: measures on a portal of its own, a table on the screen, `var/bench.json`.

Medians and ratios of one run on one machine: compare ratios between machines, not seconds. `make bench` writes
50 000 demandes; `make bench DEMANDES=1000000` the volume of the whole country, in an hour or two. Some only:
`make bench MESURES="echelle purge"`.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from outils.bench import comptes, debit, echanges, echelle, journal, nue, pages, purge, scellement, vol
from outils.bench.resultats import Mesure, garder, montrer
from outils.portail import RACINE, Portail, port_libre, procfile
from outils.services import ServiceImpossible

JSON = RACINE / "var/bench.json"
# On a disk: a million demandes do not fit in a memory file system.
ETAT = RACINE / "var/bench"
# On the demonstration, all processes running; then on volumes, each measure starting what it needs.
DEMONSTRATION = (scellement, echanges, vol, pages, nue, debit)
# The accounts last: erasing them takes the clock, and the keys of past days, six months ahead.
VOLUME = (echelle, journal, purge, comptes)
CHOISIES = os.environ.get("MESURES", "").split()
DEMARRAGE_S = 60.0
RELANCE_S = 15.0


def main() -> int:
    """Measure everything; return 0 when every measure could be taken and every goal is met."""
    shutil.rmtree(ETAT, ignore_errors=True)
    resultats: list[Mesure] = []
    echecs: list[str] = []
    try:
        for resultat in _tout(ETAT, echecs):
            print(f"• {resultat.nom} : {resultat.valeur:.3g} {resultat.unite}", flush=True)
            resultats.append(resultat)
    except ServiceImpossible as erreur:
        echecs.append(str(erreur))
    finally:
        shutil.rmtree(ETAT, ignore_errors=True)
    if resultats:
        print(f"\n{montrer(resultats)}")
        garder(resultats, JSON)
        print(f"\n{JSON.relative_to(RACINE)} écrit.")
    manques = [r.nom for r in resultats if r.tenu is False]
    print(f"Buts manqués : {', '.join(manques) or 'aucun'}")
    for echec in echecs:
        print(f"Une mesure s’est arrêtée : {echec}", file=sys.stderr)
    return 1 if manques or echecs else 0


def _tout(etat: Path, echecs: list[str]) -> Iterator[Mesure]:
    for nom, but, modules in (
        ("premier démarrage", DEMARRAGE_S, DEMONSTRATION),
        ("second démarrage", RELANCE_S, VOLUME),
    ):
        retenus = [un for un in modules if not CHOISIES or _nom(un) in CHOISIES]
        if not retenus:
            continue
        neuf = not etat.exists()
        with Portail(etat, port_libre(), rapide=True, env=_neutre()) as portail:
            yield Mesure(nom, _chronometrer(portail), "s", None if neuf and but == RELANCE_S else but)
            if modules is VOLUME:
                # The measures of a volume start what they need.
                for processus in procfile():
                    portail.interrompre(processus)
            for module in retenus:
                yield from _mesurer(portail, module, echecs)


def _mesurer(portail: Portail, module: ModuleType, echecs: list[str]) -> Iterator[Mesure]:
    """Take one measure; when it fails it is told at the end, and stops no other."""
    try:
        yield from module.mesurer(portail)
    except (ServiceImpossible, RuntimeError, OSError, TypeError) as erreur:
        echecs.append(f"{_nom(module)} : {type(erreur).__name__} {erreur}")
    finally:
        if module in VOLUME and "web" in portail.processus:
            portail.interrompre("web")


def _nom(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


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
