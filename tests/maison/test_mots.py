"""One word, one meaning: the table of the glossary, against the names that the portal and its tests write; one class, one name."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.maison.arbre import APPS, RACINE, fichiers, python_ecrit, texte

LIGNE = re.compile(r"^\| (\w+) \| .+ \| ([\w, ]+) \|$", re.MULTILINE)
MORCEAU = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Django finds a command by its module, not by the name of its class; each room has its acts of the journal.
DE_CHAQUE_PIECE = {"Command", "Acte"}


def mots() -> dict[str, set[str]]:
    """Return word -> rooms whose names may bear it."""
    section = (RACINE / "docs/glossaire.md").read_text().partition("## One word, one meaning")[2]
    return {mot: set(pieces.split(", ")) for mot, pieces in LIGNE.findall(section) if mot != "word"}


def piece_de(chemin: Path) -> str:
    """Return the room of a file, "" of what is of none: its code, its templates and mails, its tests."""
    dossiers = {"templates", "courriels", "tests"}
    return next((un for un in chemin.parts if un not in dossiers and un in APPS), "")


def classes() -> Iterator[tuple[str, str]]:
    """Yield (module, name) for each class written at the top of a module of the portal."""
    for chemin in python_ecrit():
        if chemin.parts[0] in APPS:
            yield from (
                (str(chemin), noeud.name)
                for noeud in ast.parse(texte(chemin)).body
                if isinstance(noeud, ast.ClassDef)
            )


def noms() -> Iterator[tuple[str, str, str]]:
    """Yield (room, file, name): each file; in the portal each class, function, parameter and address too."""
    for chemin in fichiers(".py", ".html", ".txt", ".js"):
        if "migrations" in chemin.parts or chemin.parts[0] in {"docs", "outils"}:
            continue
        piece = piece_de(chemin)
        yield piece, str(chemin), chemin.parent.name if chemin.stem == "__init__" else chemin.stem
        if chemin.suffix == ".py" and chemin.parts[0] in APPS:
            for noeud in ast.walk(ast.parse(texte(chemin))):
                yield from ((piece, f"{chemin}:{noeud.lineno}", nom) for nom in nommes(noeud))


def nommes(noeud: ast.AST) -> list[str]:
    match noeud:
        case ast.ClassDef(name=nom) | ast.FunctionDef(name=nom) | ast.arg(arg=nom):
            return [nom]
        case ast.Call(func=ast.Name(id="path" | "re_path"), keywords=mots_cles):
            return [un.value.value for un in mots_cles if isinstance(un.value, ast.Constant)]
    return []


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
    for module, nom in classes():
        if nom[0].isupper() and nom not in DE_CHAQUE_PIECE:
            lieux[nom].add(module)
    assert {nom: modules for nom, modules in lieux.items() if len(modules) > 1} == {}
