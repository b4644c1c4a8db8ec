"""Who reads a bilan with a pencil: what the figures that are shown leave of those that are hidden."""

from collections.abc import Mapping

from socle.petits_nombres import MOINS_DE_ONZE, SEUIL

BEAUCOUP = 400
Bornes = tuple[int, int]


def bornes(dit: str) -> Bornes:
    """Return the least and the most that a cell may be."""
    if dit.isdigit():
        return int(dit), int(dit)
    return (1, SEUIL - 1) if dit == MOINS_DE_ONZE else (1, BEAUCOUP)


def _somme(cellules: Mapping[str, Bornes], sauf: str = "") -> Bornes:
    gardees = [une for nom, une in cellules.items() if nom != sauf]
    return sum(bas for bas, _ in gardees), sum(haut for _, haut in gardees)


def _possibles(groupe: Mapping[str, Bornes], somme: int) -> dict[str, Bornes] | None:
    """Return what each cell of a group may be, when all make `somme`; None when they cannot."""
    bas, haut = _somme(groupe)
    if not bas <= somme <= haut:
        return None
    restes = {nom: _somme(groupe, nom) for nom in groupe}
    return {
        nom: (max(une[0], somme - restes[nom][1]), min(une[1], somme - restes[nom][0]))
        for nom, une in groupe.items()
    }


def devines(
    total: str, sans: str, repondues: Mapping[str, str], muettes: Mapping[str, str], delais: Mapping[str, str]
) -> list[str]:
    """Return the hidden cells that have one value only.

    `sans`: the class « without answer ». Outcomes with an answer and the other classes of delay make the same sum,
    outcomes without make `sans`, all of them the total.
    """
    groupes = [
        {f"{rang} {nom}": bornes(dit) for nom, dit in groupe.items()}
        for rang, groupe in enumerate((repondues, muettes, delais))
    ]
    vus: dict[str, set[int]] = {}
    for t in range(bornes(total)[0], bornes(total)[1] + 1):
        for s in range(bornes(sans)[0], min(bornes(sans)[1], t) + 1):
            lus = [_possibles(groupe, s if rang == 1 else t - s) for rang, groupe in enumerate(groupes)]
            if None in lus:
                continue
            for nom, (bas, haut) in ({"total": (t, t), "sans": (s, s)} | lus[0] | lus[1] | lus[2]).items():
                vus.setdefault(nom, set()).update((bas, haut))
    assert vus, "ces chiffres ne tiennent pas ensemble"
    caches = {
        f"{rang} {nom}"
        for rang, groupe in enumerate((repondues, muettes, delais))
        for nom, dit in groupe.items()
        if not dit.isdigit()
    }
    caches |= {nom for nom, dit in (("total", total), ("sans", sans)) if not dit.isdigit()}
    return sorted(nom for nom in caches if len(vus[nom]) < 2)
