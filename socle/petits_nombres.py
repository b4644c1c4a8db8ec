"""Small numbers designate somebody: shown exact from 11 up, hidden below, with what would tell them (C-21, D-15)."""

from collections.abc import Mapping, Sequence

from socle.templatetags.portail import INSECABLE

SEUIL = 11
MOINS_DE_ONZE = f"moins{INSECABLE}de{INSECABLE}{SEUIL}"
# Hidden beside a small number, that a total would tell.
NON_MONTRE = f"non{INSECABLE}montré"
_TOTAL = "\0total"
# Two lists of cells
Egalite = tuple[Sequence[str], Sequence[str]]


def montrer(cellules: Mapping[str, int], total: int | None = None) -> dict[str, str]:
    """Return how the cells of one table are told, beside their `total` where it is shown (C-21).

    From 1 to 10 « moins de 11 ». While the total would tell a hidden cell, the smallest cell shown is hidden too.
    """
    if total is None:
        return dire(cellules, cacher(cellules, []))
    caches = cacher({**cellules, _TOTAL: total}, [([_TOTAL], list(cellules))])
    if _TOTAL in caches:
        # The total is told all the same: nothing else is.
        return {nom: NON_MONTRE if nombre else "0" for nom, nombre in cellules.items()}
    return dire(cellules, caches)


def cacher(cellules: Mapping[str, int], egalites: Sequence[Egalite]) -> set[str]:
    """Return the cells to hide: the small ones, and those by which an equality would tell them.

    Each of `egalites`: two lists of cells that make the same sum.
    """
    caches = {nom for nom, nombre in cellules.items() if 0 < nombre < SEUIL}
    while devines := _devines(cellules, caches, egalites):
        cotes = [{*gauche, *droite} for gauche, droite in egalites]
        voisines = set[str]().union(*(noms for noms in cotes if devines & noms))
        restantes = [nom for nom in voisines if nom not in caches and cellules[nom]]
        restantes = restantes or [nom for nom in cellules if nom not in caches and cellules[nom]]
        if not restantes:
            break
        caches.add(min(restantes, key=lambda nom: (cellules[nom], nom)))
    return caches


def _devines(cellules: Mapping[str, int], caches: set[str], egalites: Sequence[Egalite]) -> set[str]:
    """Return the hidden cells to which all that is shown leaves one value only."""
    plafond = sum(cellules.values())
    bornes = {
        nom: (nombre, nombre)
        if nom not in caches
        else ((1, SEUIL - 1) if nombre < SEUIL else (SEUIL, plafond))
        for nom, nombre in cellules.items()
    }
    avant = None
    while avant != bornes:
        avant = dict(bornes)
        for gauche, droite in egalites:
            # droite - gauche = 0: each cell lies between what all the others leave it.
            signes = {**dict.fromkeys(gauche, -1), **dict.fromkeys(droite, 1)}
            for nom in caches.intersection(signes):
                autres = [
                    (bornes[un][0] * signe, bornes[un][1] * signe)
                    for un, signe in signes.items()
                    if un != nom
                ]
                bas, haut = sum(map(min, autres)), sum(map(max, autres))
                reste = (-haut, -bas) if signes[nom] == 1 else (bas, haut)
                bornes[nom] = (max(bornes[nom][0], reste[0]), min(bornes[nom][1], reste[1]))
    return {nom for nom in caches if bornes[nom][0] >= bornes[nom][1]}


def dire(cellules: Mapping[str, int], caches: set[str]) -> dict[str, str]:
    """Return the words of each cell."""
    return {nom: _dire(nombre, nom in caches) for nom, nombre in cellules.items()}


def _dire(nombre: int, cache: bool) -> str:
    if not cache:
        return str(nombre)
    return MOINS_DE_ONZE if nombre < SEUIL else NON_MONTRE
