"""Draw docs/exigences.md from docs/exigences.toml: each requirement with the tests that attack it, or why it has none.

python -m outils.exigences             writes docs/exigences.md (make format does it too)
python -m outils.exigences --verifier  exits 1 when it is stale, or when a requirement stands on nothing
"""

import ast
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from outils.regles import RACINE, Lieu, dessiner, enumerer, lieux

LISTE = Path("docs/exigences.toml")
PAGE = Path("docs/exigences.md")


@dataclass(frozen=True)
class Exigence:
    """One requirement: its tests, or the decision that sets it aside; what is missing of it."""

    numero: int
    domaine: str
    enonce: str
    source: str
    essais: tuple[str, ...] = ()
    ecartee: str = ""
    reste: str = ""

    @property
    def ancre(self) -> str:
        return f"exigence-{self.numero}"


def liste(racine: Path = RACINE) -> tuple[dict[str, str], list[Exigence]]:
    """Return the areas and the requirements, as docs/exigences.toml gives them. Raise TypeError for an unknown key."""
    lu = tomllib.loads((racine / LISTE).read_text(encoding="utf-8"))
    exigences = [
        Exigence(int(numero), **une | {"essais": tuple(une.get("essais", ()))})
        for numero, une in lu["exigences"].items()
    ]
    return lu["domaines"], exigences


def fonctions(chemin: str, racine: Path = RACINE) -> set[str]:
    """Return the names of the functions of a file; none when there is no such file."""
    fichier = racine / chemin
    if not fichier.is_file():
        return set()
    arbre = ast.parse(fichier.read_text(encoding="utf-8"))
    return {noeud.name for noeud in ast.walk(arbre) if isinstance(noeud, ast.FunctionDef)}


def fautes(exigences: Iterable[Exigence], racine: Path = RACINE) -> list[str]:
    """Return what is wrong: a test that does not exist, a requirement with neither test, decision nor what is missing."""
    trouvees = []
    for une in exigences:
        if not (une.essais or une.ecartee or une.reste):
            trouvees.append(f"{une.numero} : ni essai, ni décision")
        for essai in une.essais:
            chemin, _, nom = essai.partition("::")
            if nom not in fonctions(chemin, racine):
                trouvees.append(f"{une.numero} : {essai} n’existe pas")
    return trouvees


def page(racine: Path = RACINE) -> str:
    """Return docs/exigences.md."""
    domaines, exigences = liste(racine)

    def sans(garder: Iterable[Exigence]) -> str:
        return enumerer((str(une.numero), une.ancre) for une in garder)

    morceaux = [
        "# The requirements of security, privacy and reliability\n",
        "<!-- Drawn by `python -m outils.exigences` from docs/exigences.toml. Do not edit. -->\n",
        "What the portal owes beside its [rules](regles.md), and the tests that attack it where it could fail.\n",
        f"Not built: {sans(e for e in exigences if e.reste and not e.essais)}.\n",
        f"Something is missing: {sans(e for e in exigences if e.reste and e.essais)}.\n",
        f"Set aside by a decision: {sans(e for e in exigences if e.ecartee)}.\n",
    ]
    for cle, titre in domaines.items():
        morceaux.append(f"## {titre}\n")
        morceaux += [_article(une) for une in exigences if une.domaine == cle]
    return "\n".join(morceaux)


def _article(une: Exigence) -> str:
    lignes = [f'### <a id="{une.ancre}"></a>{une.numero}\n', f"{une.enonce}\n", f"Source: {une.source}\n"]
    if une.ecartee:
        lignes.append(f"Set aside: {une.ecartee}\n")
    if une.reste:
        lignes.append(f"Missing: {une.reste}\n")
    if une.essais:
        places = [Lieu(chemin, nom) for chemin, _, nom in (essai.partition("::") for essai in une.essais)]
        lignes.append("Tests:\n\n" + lieux(places))
    return "\n".join(lignes)


def main() -> int:
    """Write the page, or say what is wrong."""
    return dessiner(PAGE, page(), fautes(liste()[1]), "outils.exigences")


if __name__ == "__main__":
    sys.exit(main())
