"""One word, one meaning: the table of the glossary, against the names of modules and classes; one class, one name."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.maison.depot import APPS, RACINE, python_ecrit, texte

LIGNE = re.compile(r"^\| (\w+) \| .+ \| ([\w, ]+) \|$", re.MULTILINE)
MORCEAU = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Django finds a command by its module, not by the name of its class; each room has its acts of the journal.
DE_CHAQUE_PIECE = {"Command", "Acte"}


def mots() -> dict[str, set[str]]:
    """Return word -> rooms whose modules and classes may bear it."""
    section = (RACINE / "docs/glossaire.md").read_text().partition("## One word, one meaning")[2]
    return {mot: set(pieces.split(", ")) for mot, pieces in LIGNE.findall(section) if mot != "word"}


def noms() -> Iterator[tuple[str, str, str]]:
    """Yield (room, module, name) for each module of the portal and each class written at its top."""
    for chemin in python_ecrit():
        if chemin.parts[0] in APPS:
            module = chemin.parent.name if chemin.stem == "__init__" else chemin.stem
            yield chemin.parts[0], str(chemin), module
            for noeud in ast.parse(texte(chemin)).body:
                if isinstance(noeud, ast.ClassDef):
                    yield chemin.parts[0], str(chemin), noeud.name


def test_the_words_of_the_list_name_what_they_mean():
    liste = mots()
    assert len(liste) > 10 and set().union(*liste.values()) <= set(APPS)
    ailleurs = [
        f"{module} {nom}: {mot}"
        for piece, module, nom in noms()
        for morceau in MORCEAU.findall(nom)
        for mot in (morceau.lower(), morceau.lower().removesuffix("s"))
        if piece not in liste.get(mot, {piece})
    ]
    assert ailleurs == []


def test_every_word_of_the_list_is_used():
    vus = {morceau.lower().removesuffix("s") for _, _, nom in noms() for morceau in MORCEAU.findall(nom)}
    assert {mot for mot in mots() if mot.removesuffix("s") not in vus} == set()


def test_no_class_has_the_name_of_another():
    lieux: dict[str, set[str]] = defaultdict(set)
    for _, module, nom in noms():
        if nom[0].isupper() and nom not in DE_CHAQUE_PIECE:
            lieux[nom].add(module)
    assert {nom: modules for nom, modules in lieux.items() if len(modules) > 1} == {}
