"""`make bench`: measures on a portal of its own, a table on the screen, `var/bench.json`.

Medians and ratios of one run on one machine: compare ratios between machines, not seconds.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from outils.bench import debit, echelle, pages, scellement
from outils.bench.resultats import Resultat, garder, montrer
from outils.portail import RACINE, Portail, port_libre, procfile
from outils.services import ServiceImpossible, dossier_ephemere

JSON = RACINE / "var/bench.json"
DEMARRAGE_S = 60.0
REPRISE_S = 15.0


def main() -> int:
    """Measure everything; return 0 when every goal is met."""
    dossier = dossier_ephemere()
    try:
        resultats = list(_tout(dossier))
    except ServiceImpossible as erreur:
        print(f"\n{erreur}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
    print(f"\n{montrer(resultats)}")
    garder(resultats, JSON)
    manques = [r.nom for r in resultats if r.tenu is False]
    print(f"\n{JSON.relative_to(RACINE)} écrit. Buts manqués : {', '.join(manques) or 'aucun'}")
    return 1 if manques else 0


def _tout(dossier: Path) -> Iterator[Resultat]:
    portail = Portail(dossier / "etat", port_libre(), rapide=True, env=_neutre())
    with portail:
        yield _dire(Resultat("premier démarrage", _chronometrer(portail), "s", DEMARRAGE_S))
        yield from _dits(scellement.mesurer())
        yield from _dits(pages.mesurer(portail))
        yield from _dits(debit.mesurer(portail))
        yield from _dits(echelle.mesurer(portail))
    with Portail(dossier / "etat", port_libre(), rapide=True, env=_neutre()) as second:
        yield _dire(Resultat("second démarrage", _chronometrer(second), "s", REPRISE_S))


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


def _dits(resultats: Iterable[Resultat]) -> Iterator[Resultat]:
    for resultat in resultats:
        yield _dire(resultat)


def _dire(resultat: Resultat) -> Resultat:
    print(f"• {resultat.nom} : {resultat.valeur:.3g} {resultat.unite}", flush=True)
    return resultat


if __name__ == "__main__":
    sys.exit(main())
