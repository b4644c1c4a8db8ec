"""How long the tests took, by file, from what pytest leaves in `var/`."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path

from outils.portail import RACINE

MONTRES = 20


def par_fichier(resultats: Path, racine: Path = RACINE) -> dict[str, tuple[float, int]]:
    """Return file → seconds and number of tests, the heaviest first; preparing and undoing are in it."""
    sommes: dict[str, list[float]] = defaultdict(list)
    for cas in ET.parse(resultats).getroot().iter("testcase"):  # noqa: S314 (our own file)
        sommes[_fichier(cas.get("classname", ""), racine)].append(float(cas.get("time", 0)))
    return {
        fichier: (sum(durees), len(durees))
        for fichier, durees in sorted(sommes.items(), key=lambda paire: -sum(paire[1]))
    }


def _fichier(module: str, racine: Path) -> str:
    """Return the path of a dotted name: « tests.droits.test_gels » or, within a class, « ….test_gels.TestX »."""
    mots = module.split(".")
    while mots and not (racine / Path(*mots)).with_suffix(".py").exists():
        mots.pop()
    return "/".join(mots) + ".py" if mots else module


def montrer(resultats: Path, racine: Path = RACINE) -> str:
    """Return the heaviest files as a table, and what they weigh together."""
    tous = par_fichier(resultats, racine)
    total = sum(secondes for secondes, _ in tous.values()) or 1
    lignes = [
        f"{secondes:7.1f} s  {secondes / total:4.0%}  {nombre:4d}  {fichier}"
        for fichier, (secondes, nombre) in list(tous.items())[:MONTRES]
    ]
    return "\n".join(["Les fichiers les plus lourds (durée, part, tests) :", *lignes])
