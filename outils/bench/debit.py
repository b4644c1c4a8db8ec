"""How many pages a second the two web processes serve, and whether each of them stays whole."""

import threading
import time
from collections.abc import Iterator

from outils.bench.resultats import Mesure
from outils.portail import Portail
from outils.visiteur import Visiteur

FILS = 4
SECONDES = 5


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Read the triage desk from a few threads for a few seconds, with one session."""
    modele = Visiteur(portail.adresse)
    modele.se_connecter("superviseur.moselle")
    comptes: list[int] = []
    rates: list[int] = []
    fin = time.monotonic() + SECONDES

    def lire() -> None:
        visiteur = Visiteur(portail.adresse)
        for cookie in modele.cookies:
            visiteur.cookies.set_cookie(cookie)
        bonnes = 0
        while time.monotonic() < fin:
            status = visiteur.lire("/tri/").status
            bonnes += status == 200
            rates.extend([status] * (status != 200))
        comptes.append(bonnes)

    fils = [threading.Thread(target=lire) for _ in range(FILS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    yield Mesure(f"débit de /tri/ ({FILS} lecteurs)", sum(comptes) / SECONDES, "pages/s")
    yield Mesure("réponses autres que 200 pendant le débit", len(rates), "", 0)
