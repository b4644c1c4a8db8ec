"""`python -m outils.corps`: one body per idea. What is written by hand beside it, and how large the portal is.

Each figure but the last is a list of places that stays empty, or holds one: tests/maison/ asks the same functions.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeGuard

from outils import typage
from outils.portail import RACINE

TABLE_DES_DROITS = "socle/roles.py"
# A file that its antivirus has not cleared is refused to everybody, whatever the right.
REFUSE_A_TOUS = "fichiers/reponse.py"
JOURNAL = {"consigner", "consigner_tous", "consigner_lecture"}
A_QUI = {"caisse", "caisses", "partenaire", "reference"}
TEXTES = {"CharField", "EmailField", "URLField", "SlugField", "RegexField", "DateField", "DateTimeField"}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return the modules of the portal, each with its path."""
    chemins = (un for un in typage.fichiers() if len(un.parts) > 1 and un.parts[0] != "outils")
    return tuple((str(un), ast.parse((RACINE / un).read_text())) for un in chemins)


def _noeuds() -> Iterator[tuple[str, ast.AST]]:
    for chemin, module in modules():
        yield from ((chemin, noeud) for noeud in ast.walk(module))


def journal() -> list[str]:
    """Return the calls that tell the journal whose line it is: its object does."""
    return [
        f"{chemin}:{noeud.lineno}"
        for chemin, noeud in _noeuds()
        if isinstance(noeud, ast.Call)
        and getattr(noeud.func, "attr", getattr(noeud.func, "id", "")) in JOURNAL
        and A_QUI & {mot.arg for mot in noeud.keywords}
    ]


def refus() -> list[str]:
    """Return the refusals that are raised by hand: `exiger` asks a predicate."""
    return [
        f"{chemin}:{noeud.lineno}"
        for chemin, noeud in _noeuds()
        if isinstance(noeud, ast.Raise) and noeud.exc and "PermissionDenied" in ast.unparse(noeud.exc)
        if chemin not in (TABLE_DES_DROITS, REFUSE_A_TOUS)
    ]


def _est_un_profil(noeud: ast.expr) -> bool:
    if isinstance(noeud, ast.Attribute):
        return noeud.attr == "profil" or (isinstance(noeud.value, ast.Name) and noeud.value.id == "Profil")
    if isinstance(noeud, ast.Tuple | ast.Set | ast.List):
        return any(_est_un_profil(un) for un in noeud.elts)
    return isinstance(noeud, ast.Name) and noeud.id.startswith("PROFILS")


def _compare_un_profil(noeud: ast.AST) -> TypeGuard[ast.expr]:
    if isinstance(noeud, ast.Compare):
        return any(map(_est_un_profil, (noeud.left, *noeud.comparators)))
    # A query compares too: those who have a right are `pouvant(Droit.X)`.
    return (
        isinstance(noeud, ast.Call)
        and getattr(noeud.func, "attr", getattr(noeud.func, "id", "")) in {"filter", "exclude", "Q"}
        and any("profil" in (mot.arg or "") and "Profil." in ast.unparse(mot.value) for mot in noeud.keywords)
    )


def profils() -> list[str]:
    """Return the comparisons of a profile out of the table of rights, in code, in queries and in templates."""
    ecrits = [
        f"{chemin}:{noeud.lineno}"
        for chemin, noeud in _noeuds()
        if chemin != TABLE_DES_DROITS and _compare_un_profil(noeud)
    ]
    return ecrits + [
        str(gabarit.relative_to(RACINE))
        for gabarit in sorted(RACINE.glob("templates/**/*.html"))
        if re.search(r"profil\s*(==|!=|in\b)|(==|!=)\s*\S*profil\b", gabarit.read_text())
    ]


def _classes() -> Iterator[tuple[str, ast.ClassDef]]:
    yield from ((chemin, noeud) for chemin, noeud in _noeuds() if isinstance(noeud, ast.ClassDef))


def mecanismes() -> list[str]:
    """Return the classes that decide how an act on a page goes: before it (`ouvrir`), and when it is posted (`agir`)."""
    return [
        f"{chemin}:{classe.name}"
        for chemin, classe in _classes()
        if {"ouvrir", "agir"} <= {un.name for un in classe.body if isinstance(un, ast.FunctionDef)}
    ]


def champs() -> list[str]:
    """Return the modules that make a kind of text field of their own."""
    bases = (
        (chemin, base)
        for chemin, classe in _classes()
        for base in classe.bases
        if isinstance(base, ast.Attribute) and ast.unparse(base.value) == "forms"
    )
    return sorted({chemin for chemin, base in bases if base.attr in TEXTES})


def feuilles() -> list[str]:
    """Return the modules that cut a list into pages by hand; the gallery of components shows one that is made up."""
    return [
        chemin
        for chemin, noeud in _noeuds()
        if isinstance(noeud, ast.Call) and getattr(noeud.func, "id", "") == "Paginator"
        if not chemin.startswith("demonstration/")
    ]


def vagues() -> int:
    """Return how often a type is `Any`, in the portal and its tools."""
    textes = ((RACINE / chemin).read_text() for chemin in typage.fichiers())
    return sum(len(re.findall(r"\bAny\b", texte)) for texte in textes)


def lignes() -> int:
    """Return how many lines of production there are: neither tests, tools, demonstration nor migrations."""
    dehors = ("demonstration/",)
    return sum(
        (RACINE / chemin).read_text().count("\n") for chemin, _ in modules() if not chemin.startswith(dehors)
    )


# What is counted, and how many there may be.
CORPS: tuple[tuple[str, Callable[[], list[str]], int], ...] = (
    ("appels au journal qui disent à qui est leur ligne", journal, 0),
    ("refus écrits à la main (PermissionDenied)", refus, 0),
    ("comparaisons d’un profil hors de la table des droits", profils, 0),
    ("mécanismes d’un acte sur une page", mecanismes, 1),
    ("modules de champs de texte", champs, 1),
    ("manières de feuilleter une liste", feuilles, 1),
)


def main() -> int:
    """Print the figures; return 1 when an idea has a second body."""
    de_trop = 0
    for quoi, compter, permis in CORPS:
        lieux = compter()
        print(f"{len(lieux):6} {quoi}{'' if len(lieux) == permis else f' : {lieux}'}")
        de_trop += len(lieux) != permis
    print(f"{vagues():6} « Any »\n{lignes():6} lignes de production")
    return int(bool(de_trop))


if __name__ == "__main__":
    sys.exit(main())
