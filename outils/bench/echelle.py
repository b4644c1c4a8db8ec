"""Does a page slow down when there are a hundred times more demandes elsewhere? (200 caisses of 5 000 against 2)"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

from outils.bench.resultats import Resultat, centile
from outils.portail import RACINE, Portail
from outils.services import ServiceImpossible
from outils.visiteur import Visiteur

FOIS = 30
PAR_CAISSE = 5_000
# 1 000 000 takes about a quarter of an hour to write on two cores; the ratio shows with fewer.
DEMANDES = int(os.environ.get("DEMANDES") or 200_000)
CAISSES = 2
RATIO = 1.3


def mesurer(portail: Portail) -> Iterator[Resultat]:
    """Fill two caisses, read the pages; fill the others, read the same pages again."""
    yield Resultat("peuplement initial", _peupler(portail, CAISSES, 0), "demandes/s")
    technicien, agent = Visiteur(portail.adresse), Visiteur(portail.adresse)
    technicien.se_connecter("technicien.volume-000")
    agent.se_connecter("agent.volume-000")
    avant = dict(_pages(technicien, agent))
    autres = DEMANDES // PAR_CAISSE - CAISSES
    yield Resultat("peuplement", _peupler(portail, autres, CAISSES), "demandes/s")
    for nom, duree in _pages(technicien, agent):
        yield Resultat(f"{nom}, {DEMANDES} demandes : médiane", duree, "ms")
        yield Resultat(f"{nom} : rapport à {CAISSES * PAR_CAISSE} demandes", duree / avant[nom], "", RATIO)


def _peupler(portail: Portail, caisses: int, depuis: int) -> float:
    demandes = caisses * PAR_CAISSE
    commande = [sys.executable, "manage.py", "peupler", f"--caisses={caisses}"]
    commande += [f"--demandes={demandes}", f"--depuis={depuis}"]
    fait = subprocess.run(commande, cwd=RACINE, env=portail.environnement(), capture_output=True, text=True)
    if fait.returncode:
        raise ServiceImpossible(f"peupler a échoué :\n{fait.stderr[-2000:]}")
    secondes = int(re.search(r"en (\d+) s", fait.stdout)[1]) or 1
    return demandes / secondes


def _pages(technicien: Visiteur, agent: Visiteur) -> Iterator[tuple[str, float]]:
    """Name and median (ms) of the pages that a person waits for."""
    detail = re.search(r'href="(/tri/D[^"/]+/)"', agent.lire("/tri/?panier=ouvertes").texte)[1]
    recherche = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', agent.lire("/tri/").texte)
    )
    lectures = {
        "tri": lambda: agent.lire("/tri/"),
        "historique": lambda: technicien.lire("/demandes/?filtre=toutes"),
        "recherche d’un nom": lambda: agent.lire("/tri/", recherche | {"mots": "Belcoret"}),
        "une demande": lambda: agent.lire(detail),
    }
    for nom, lire in lectures.items():
        lire()
        yield nom, centile([lire().duree * 1000 for _ in range(FOIS)], 50)
