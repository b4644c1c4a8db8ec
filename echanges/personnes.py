"""The persons who stand in the rows: keyed tokens to find them, a comparison to be sure (R-03).

A token says « this name, first name and birth date », under the index key of its place (conformite.index).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from conformite.index import Lieu, jetons_du_lieu
from echanges.catalogue import Colonne
from socle.naissances import Naissance
from socle.noms import Personne, cles_de, initiales

# Rows of one sealed lot: few enough to open one quickly, many enough to write fifty thousand at once.
LIGNES_PAR_LOT = 250


def places(colonnes: Sequence[Colonne]) -> dict[str, int]:
    """Return where each column stands in a row."""
    return {colonne.code: rang for rang, colonne in enumerate(colonnes)}


def termes(personne: Personne, naissances: Iterable[str], cherchee: Naissance | None = None) -> set[str]:
    """Return what the tokens of a person are made of: each name with each first name, in any order; a birth and a letter.

    Two slips of a hand seldom touch the first letter: with the birth, it finds who is compared then (`socle/noms.py`).
    `cherchee`: the birth date of the one who is looked for, in other alphabets too.
    """
    noms, prenoms = cles_de(personne)
    paires = {"|".join(sorted((nom, prenom))) for nom in noms for prenom in prenoms or {""}}
    lettres = initiales(noms | prenoms, cherchee)
    nees = {f"nd:{lettre}|{une}" for une in naissances for lettre in lettres}
    return {f"np:{paire}" for paire in paires} | nees


def jetons_des_lignes(lignes: Sequence[Sequence[Any]], place: dict[str, int], lieu: Lieu) -> list[int]:
    """Return the tokens of all the persons of some rows. Raise CleAbsente."""
    tous: set[str] = set()
    for ligne in lignes:
        personne = personne_de(ligne, place)
        tous |= termes(personne, [personne.naissance.isoformat()] if personne.naissance else [])
    return jetons_du_lieu(tous, lieu)


def personne_de(ligne: Sequence[Any], place: dict[str, int]) -> Personne:
    """Return whom a row designates."""
    return Personne(
        nom=ligne[place["nom"]] or "",
        prenom=ligne[place["prenoms"]] or "",
        naissance=Naissance.de(ligne[place["naissance"]]),
        usage=ligne[place["nom_usage"]] or "",
    )
