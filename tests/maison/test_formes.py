"""The tails of the house: short files, short functions, few bases, paired acts, no test left aside."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.maison.arbre import APPS, RACINE, fichiers, python_ecrit, texte

LIGNES_FICHIER = 500
LIGNES_FONCTION = 50
BASES = 3
NOMS_BANNIS = {
    *("commun", "details", "divers", "vie"),
    "services",
    "selectors",
    "repositories",
    "utils",
    "mixins",
    "signals",
    "core",
    "helpers",
    "managers",
    "vie",
    "commun",
    "details",
}


def arbres() -> Iterator[tuple[Path, ast.Module]]:
    for chemin in python_ecrit():
        yield chemin, ast.parse(texte(chemin))


def test_files_are_short():
    longs = {
        str(c): n
        for c in fichiers(".py", ".html", ".js", ".css")
        if (n := texte(c).count("\n")) > LIGNES_FICHIER
    }
    ecrits = {c: n for c, n in longs.items() if "migrations" not in c and not c.startswith("static/dsfr/")}
    assert ecrits == {}


def test_functions_are_short():
    longues = [
        f"{chemin}:{noeud.lineno} {noeud.name}"
        for chemin, arbre in arbres()
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
        and (noeud.end_lineno or noeud.lineno) - noeud.lineno + 1 > LIGNES_FONCTION
    ]
    assert longues == []


def test_classes_have_few_bases():
    lourdes = [
        f"{chemin}:{noeud.lineno} {noeud.name}"
        for chemin, arbre in arbres()
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.ClassDef) and len(noeud.bases) > BASES
    ]
    assert lourdes == []


def test_sql_by_hand_takes_parameters():
    """What is put together in an order is a name of ours (a table, an extension), never a value; no shell (ASVS 1.2.4)."""
    composes, interdits = set(), set()
    for chemin, arbre in arbres():
        appels = [n for n in ast.walk(arbre) if isinstance(n, ast.Call) and chemin.parts[0] in APPS]
        for appel in appels:
            nom = getattr(appel.func, "attr", getattr(appel.func, "id", ""))
            if nom == "execute" and appel.args and isinstance(appel.args[0], ast.JoinedStr | ast.BinOp):
                composes.add(str(chemin))
            if nom in {"raw", "extra", "RawSQL", "system", "popen"} or any(
                m.arg == "shell" for m in appel.keywords
            ):
                interdits.add(f"{chemin}:{appel.lineno} {nom}")
    assert composes == {
        "demonstration/management/commands/peupler.py",
        "espace_partenaires/restauration.py",
        "socle/management/commands/migrer.py",
    }
    assert interdits == set()


def test_no_module_named_after_nothing():
    assert [
        str(c) for c in python_ecrit() if c.parts[0] in APPS and NOMS_BANNIS & {c.stem, *c.parts[:-1]}
    ] == []


def test_no_test_is_left_aside():
    motif = re.compile(r"pytest\.mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)\(|unittest\.skip")
    laisses = [str(c) for c in python_ecrit() if c.parts[0] == "tests" and motif.search(texte(c))]
    assert [c for c in laisses if c != str(Path(__file__).relative_to(RACINE))] == []


def test_dated_acts_come_in_pairs():
    """A field `verbee_par` has its `verbee_le`, in the same class: who without when proves nothing."""
    seuls = []
    for chemin, arbre in arbres():
        if chemin.parts[0] not in APPS or "models" not in {chemin.stem, *chemin.parts}:
            continue
        for classe in (n for n in ast.walk(arbre) if isinstance(n, ast.ClassDef)):
            noms = {
                c.id
                for n in classe.body
                if isinstance(n, ast.Assign)
                for c in n.targets
                if isinstance(c, ast.Name)
            }
            seuls += [
                f"{chemin} {classe.name}.{n}"
                for n in noms
                if n.endswith("_par") and f"{n[:-3]}le" not in noms
            ]
    assert seuls == []


def test_data_migrations_write_as_the_owner():
    """On the default alias a migration waits for ever behind the lock of its own transaction."""
    muettes = [
        str(c)
        for c in fichiers(".py")
        if "migrations" in c.parts
        and "RunPython(" in texte(c)
        and "schema_editor.connection.alias" not in texte(c)
    ]
    assert muettes == []


def test_acts_name_what_they_change():
    """An act that takes fields by name says which: `seulement` refuses the others."""
    bavards = [
        f"{chemin} {noeud.name}"
        for chemin, arbre in arbres()
        if chemin.parts[0] in APPS and ("actions" in chemin.parts or chemin.name == "actions.py")
        for noeud in arbre.body
        if isinstance(noeud, ast.FunctionDef)
        and noeud.args.kwarg
        and noeud.args.kwarg.arg == "champs"
        and not noeud.name.startswith("_")
        and "seulement(" not in ast.unparse(noeud)
    ]
    assert bavards == []
