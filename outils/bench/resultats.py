"""One measure, its goal, and how a run of them is shown and kept."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mesure:
    """One line of the table. `but` is the most that is accepted, None when the figure is only for information."""

    nom: str
    valeur: float
    unite: str
    but: float | None = None

    @property
    def tenu(self) -> bool | None:
        """Whether the goal is met; None without goal."""
        return None if self.but is None else self.valeur <= self.but


def mediane(fonction: Callable[[], object], fois: int) -> float:
    """Return the median seconds of `fois` calls, after one that does not count."""
    fonction()
    durees = []
    for _ in range(fois):
        debut = time.perf_counter()
        fonction()
        durees.append(time.perf_counter() - debut)
    return statistics.median(durees)


def centile(valeurs: Sequence[float], rang: int) -> float:
    """Return the value below which `rang` % of `valeurs` lie."""
    triees = sorted(valeurs)
    return triees[min(len(triees) - 1, int(len(triees) * rang / 100))]


def montrer(resultats: Sequence[Mesure]) -> str:
    """Return the table."""
    largeur = max(len(r.nom) for r in resultats)
    lignes = [f"{'mesure':<{largeur}}  {'valeur':>10}  {'unité':<8}  {'but':>8}  tenu"]
    for r in resultats:
        but = "" if r.but is None else f"{r.but:g}"
        tenu = {None: "", True: "oui", False: "NON"}[r.tenu]
        lignes.append(f"{r.nom:<{largeur}}  {r.valeur:>10.3g}  {r.unite:<8}  {but:>8}  {tenu}")
    return "\n".join(lignes)


def garder(resultats: Sequence[Mesure], fichier: Path) -> None:
    """Write the results as JSON."""
    fichier.parent.mkdir(exist_ok=True, parents=True)
    lignes = [asdict(r) | {"tenu": r.tenu} for r in resultats]
    fichier.write_text(json.dumps(lignes, ensure_ascii=False, indent=1) + "\n")
