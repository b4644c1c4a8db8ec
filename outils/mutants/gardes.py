"""Find the guards that name a rule, and the ways to break each.

A guard is a function whose docstring or comments name a rule, or a class whose docstring does: of the class, its
database constraints and its `clean` methods. It is broken in these ways, one at a time:

- a database constraint is dropped, in the model and in the database;
- a predicate (a function that only answers yes or no) is always true;
- a comparison, or a comparing lookup of a query, is turned round;
- a condition that stops, answers or refuses is never met.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from outils.regles import liste, nommees

APPS = (
    "espace_partenaires",
    "conformite",
    "fichiers",
    "conventions",
    "accounts",
    "signalements",
    "echanges",
    "droits",
    "information",
)
# The demonstration and the tables of data guard nothing.
AILLEURS = frozenset({"migrations", "demo", "referentiels", "management"})
_FONCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_TOURNEES = {
    ast.Lt: (b"<", b">="),
    ast.LtE: (b"<=", b">"),
    ast.Gt: (b">", b"<="),
    ast.GtE: (b">=", b"<"),
    ast.Eq: (b"==", b"!="),
    ast.NotEq: (b"!=", b"=="),
    ast.Is: (rb"is", b"is not"),
    ast.IsNot: (rb"is\s+not", b"is"),
    ast.In: (rb"in", b"not in"),
    ast.NotIn: (rb"not\s+in", b"in"),
}
_FILTRES = {"__lt": "__gte", "__lte": "__gt", "__gt": "__lte", "__gte": "__lt"}
_CONTRAINTES = ("CheckConstraint", "UniqueConstraint", "ExclusionConstraint")


@dataclass(frozen=True, order=True)
class Mutant:
    """One way to break one guard: bytes `debut` to `fin` of the file become `par`."""

    chemin: str
    debut: int
    fin: int
    par: bytes
    lieu: str
    ligne: int
    quoi: str
    regles: tuple[str, ...]
    # Name of the constraint to drop in the database too.
    contrainte: str = ""
    # Where the body of the function begins; none for a constraint.
    corps: int = -1
    retrait: int = 0

    def __str__(self) -> str:
        """Say where it is and what it breaks."""
        return f"{self.chemin}:{self.ligne} {self.lieu} · {self.quoi}"

    @property
    def garde(self) -> str:
        """The function that it breaks."""
        return f"{self.chemin}:{self.corps}"


def sonder(octets: bytes, gardes: list[Mutant]) -> bytes:
    """Return this file with a probe in each of these guards: it says that a test went through."""
    for une in sorted({un.garde: un for un in gardes}.values(), key=lambda un: -un.corps):
        sonde = f'__import__("builtins").__dict__.get("sonde", id)("{une.garde}")\n{" " * une.retrait}'
        octets = octets[: une.corps] + sonde.encode() + octets[une.corps :]
    return octets


def mutants(racine: Path) -> list[Mutant]:
    """Return every mutant of the project, in the order of files and lines."""
    connues = set(liste(racine)[2])
    trouves: set[Mutant] = set()
    for app in APPS:
        for chemin in sorted((racine / app).rglob("*.py")):
            relatif = chemin.relative_to(racine)
            if not AILLEURS & set(relatif.parts):
                trouves |= set(_Fichier(relatif.as_posix(), chemin.read_bytes(), connues).mutants())
    return sorted(trouves, key=lambda un: (un.chemin, un.ligne, un.debut, un.quoi))


class _Fichier:
    """One source file, read as bytes: the columns of `ast` count bytes."""

    def __init__(self, chemin: str, octets: bytes, connues: set[str]) -> None:
        self.chemin, self.octets, self.connues = chemin, octets, connues
        self.lignes = octets.splitlines(keepends=True)
        self.debuts = [0]
        for ligne in self.lignes:
            self.debuts.append(self.debuts[-1] + len(ligne))

    def mutants(self) -> Iterator[Mutant]:
        yield from self._corps(ast.parse(self.octets).body, "", ())

    def _corps(self, corps: list[ast.stmt], prefixe: str, de_la_classe: tuple[str, ...]) -> Iterator[Mutant]:
        for un in corps:
            if isinstance(un, _FONCTION):
                regles = self._nommees(un)
                if un.name.startswith("clean"):
                    regles = regles or de_la_classe
                if regles:
                    premiere = un.body[1:2] if ast.get_docstring(un) else un.body[:1]
                    place = (
                        {"corps": self._debut(premiere[0]), "retrait": premiere[0].col_offset}
                        if premiere
                        else {}
                    )
                    for mutant in self._casser(un):
                        yield replace(mutant, lieu=prefixe + un.name, regles=regles, **place)
            elif isinstance(un, ast.ClassDef) and un.name != "Meta":
                regles = self._connues(ast.get_docstring(un) or "")
                yield from self._contraintes(un, f"{prefixe}{un.name}", regles)
                yield from self._corps(un.body, f"{prefixe}{un.name}.", regles)

    # --- Which rules

    def _connues(self, texte: str) -> tuple[str, ...]:
        return tuple(sorted(set(nommees(texte)) & self.connues))

    def _nommees(self, noeud: ast.stmt | ast.expr) -> tuple[str, ...]:
        """The rules named in a node, and in the comment just above it."""
        debut = min([noeud.lineno, *(d.lineno for d in getattr(noeud, "decorator_list", []))])
        while debut > 1 and self.lignes[debut - 2].lstrip().startswith(b"#"):
            debut -= 1
        texte = b"".join(self.lignes[debut - 1 : noeud.end_lineno])
        return self._connues(texte.decode())

    # --- How to break

    def _mutant(self, noeud: ast.AST, debut: int, fin: int, par: bytes, quoi: str) -> Mutant:
        return Mutant(self.chemin, debut, fin, par, "", noeud.lineno, quoi, ())

    def _casser(self, fonction: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Mutant]:
        if _est_un_predicat(fonction):
            yield from self._toujours_vrai(fonction)
        for noeud in ast.walk(fonction):
            if isinstance(noeud, ast.Compare):
                yield from self._tourner(noeud)
            elif isinstance(noeud, ast.Call):
                yield from self._tourner_les_filtres(noeud)
            elif isinstance(noeud, ast.If):
                yield from self._jamais(noeud)

    def _toujours_vrai(self, fonction: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Mutant]:
        corps = fonction.body[1:] if ast.get_docstring(fonction) else fonction.body
        if corps:
            ou = self._debut(corps[0])
            suite = b"return True\n" + b" " * corps[0].col_offset
            yield self._mutant(fonction, ou, ou, suite, "toujours vrai")

    def _tourner(self, comparaison: ast.Compare) -> Iterator[Mutant]:
        gauche: ast.expr = comparaison.left
        for operateur, droite in zip(comparaison.ops, comparaison.comparators, strict=True):
            motif, par = _TOURNEES[type(operateur)]
            debut, fin = self._fin(gauche), self._debut(droite)
            trouve = re.search(motif, self.octets[debut:fin])
            if trouve:
                quoi = f"{trouve[0].decode()} devient {par.decode()}"
                yield self._mutant(gauche, debut + trouve.start(), debut + trouve.end(), par, quoi)
            gauche = droite

    def _tourner_les_filtres(self, appel: ast.Call) -> Iterator[Mutant]:
        for argument in appel.keywords:
            base, filtre, comparateur = (argument.arg or "").rpartition("__")
            if autre := _FILTRES.get(filtre + comparateur):
                debut = self._debut(argument)
                fin = debut + len((argument.arg or "").encode())
                quoi = f"{argument.arg} devient {base}{autre}"
                yield self._mutant(argument, debut, fin, (base + autre).encode(), quoi)

    def _jamais(self, si: ast.If) -> Iterator[Mutant]:
        """A bare comparison is turned already; a branch that only prepares something guards nothing."""
        if isinstance(si.test, ast.Compare) or not _arrete(si.body):
            return
        condition = ast.unparse(si.test).replace("\n", " ")
        # The same names stay: the code of a function is exchanged only for one that needs the same variables.
        teste = self.octets[self._debut(si.test) : self._fin(si.test)]
        yield self._mutant(
            si,
            self._debut(si.test),
            self._fin(si.test),
            b"(False and (" + teste + b"))",
            f"« if {condition[:60]} » jamais vrai",
        )

    def _contraintes(self, classe: ast.ClassDef, lieu: str, regles: tuple[str, ...]) -> Iterator[Mutant]:
        for element in _elements_de_contraintes(classe):
            nom = next((k.value for k in element.keywords if k.arg == "name"), None)
            siennes = self._nommees(element) or regles
            if siennes and isinstance(nom, ast.Constant):
                debut, fin = self._debut(element), self._fin(element)
                # What stands there must stay an element of the list.
                mutant = self._mutant(element, debut, fin, b"*()", f"contrainte {nom.value} retirée")
                yield replace(mutant, lieu=lieu, regles=siennes, contrainte=str(nom.value))

    def _debut(self, noeud: ast.stmt | ast.expr | ast.keyword) -> int:
        ligne = min([noeud.lineno, *(d.lineno for d in getattr(noeud, "decorator_list", []))])
        return self.debuts[ligne - 1] + noeud.col_offset

    def _fin(self, noeud: ast.expr) -> int:
        return self.debuts[(noeud.end_lineno or noeud.lineno) - 1] + (noeud.end_col_offset or 0)


def _est_un_predicat(fonction: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function only answers yes or no: one that acts and says whether it did is none."""
    repond = isinstance(fonction.returns, ast.Name) and fonction.returns.id == "bool"
    corps = fonction.body[1:] if ast.get_docstring(fonction) else fonction.body
    return repond and not any(isinstance(n, ast.Expr) for un in corps for n in ast.walk(un))


def _arrete(corps: list[ast.stmt]) -> bool:
    """Whether a branch stops, answers or refuses."""
    derniere = corps[-1]
    if isinstance(derniere, ast.Raise | ast.Return | ast.Continue):
        return True
    appels = (n.func for un in corps for n in ast.walk(un) if isinstance(n, ast.Call))
    return any(isinstance(f, ast.Attribute) and f.attr == "add_error" for f in appels)


def _elements_de_contraintes(classe: ast.ClassDef) -> Iterator[ast.Call]:
    for meta in classe.body:
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta":
            for un in meta.body:
                cible = un.targets[0] if isinstance(un, ast.Assign) else None
                if isinstance(cible, ast.Name) and cible.id == "constraints":
                    yield from (
                        e for e in ast.walk(un.value) if isinstance(e, ast.Call) and _est_contrainte(e)
                    )


def _est_contrainte(appel: ast.Call) -> bool:
    nom = appel.func.attr if isinstance(appel.func, ast.Attribute) else getattr(appel.func, "id", "")
    return nom in _CONTRAINTES
