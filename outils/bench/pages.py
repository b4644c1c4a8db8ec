"""Main pages of each side, on the real web processes: time, weight on the first visit and afterwards, requests."""

import gzip
import re
from collections.abc import Iterator

from outils.bench.resultats import Mesure, centile
from outils.portail import Portail
from outils.visiteur import Visiteur

FOIS = 40
P95_MS = 250.0
POIDS_PREMIER = 130.0  # kB, compressed
POIDS_SUITE = 10.0
REQUETES = 20.0
PAGES = {
    "technicien.metz": ["/", "/demandes/", "/demandes/nouvelle/"],
    "agent.moselle": ["/", "/tri/"],
    "gestionnaire.metz": ["/comptes/"],
}
DETAILS = {
    "technicien.metz": ("/demandes/", r'href="(/demandes/D[^"/]+/)"'),
    "agent.moselle": ("/tri/", r'href="(/tri/D[^"/]+/)"'),
}


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Sign in as each side and read its pages."""
    for identifiant, chemins in PAGES.items():
        visiteur = Visiteur(portail.adresse)
        visiteur.se_connecter(identifiant)
        details = _detail(visiteur, identifiant)
        for rang, chemin in enumerate([*chemins, *details]):
            nom = f"{identifiant.partition('.')[0]} {chemin if chemin in chemins else 'une demande'}"
            yield from _une_page(visiteur, chemin, nom, premiere=rang == 0)


def _detail(visiteur: Visiteur, identifiant: str) -> list[str]:
    liste, motif = DETAILS.get(identifiant, ("", ""))
    trouve = re.search(motif, visiteur.lire(liste).texte) if liste else None
    return [trouve[1]] if trouve else []


def _une_page(visiteur: Visiteur, chemin: str, nom: str, *, premiere: bool) -> Iterator[Mesure]:
    page = visiteur.lire(chemin)
    if page.status != 200:
        return
    durees = [visiteur.lire(chemin).duree * 1000 for _ in range(FOIS)]
    yield Mesure(f"{nom} : médiane", centile(durees, 50), "ms")
    yield Mesure(f"{nom} : p95", centile(durees, 95), "ms", P95_MS)
    poids = _comprime(page.octets)
    yield Mesure(f"{nom} : poids ensuite", poids, "ko", POIDS_SUITE)
    if premiere:
        fichiers = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.texte))
        total = poids + sum(_comprime(visiteur.lire(fichier).octets) for fichier in fichiers)
        yield Mesure(f"{nom} : poids à la première visite", total, "ko", POIDS_PREMIER)
        yield Mesure(f"{nom} : requêtes à la première visite", 1 + len(fichiers), "", REQUETES)


def _comprime(octets: bytes) -> float:
    """Return the kilobytes that the proxy would send."""
    return len(gzip.compress(octets, 6)) / 1000
