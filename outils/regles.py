"""Draw docs/regles.md from docs/regles.toml and from the places that name each rule in the code and in the tests.

    python -m outils.regles             writes docs/regles.md (make format does it too)
    python -m outils.regles --verifier  exits 1 when it is stale, or when something names a rule that does not exist

A place is a module and, inside it, the function, class or constant whose text names the rule: no line number, so that
the page changes only when a rule moves.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
LISTE = Path("docs/regles.toml")
PAGE = Path("docs/regles.md")
# Not read: what is not the project's own text.
AILLEURS = ("var", "deploiement")
SUFFIXES = frozenset({".py", ".toml", ".html", ".txt", ".js", ".css", ".md"})
# Read to check that the rules named there exist; nothing is carried out or proved there.
HORS_PAGE = ("docs/", "outils/", "tests/maison/test_documents.py")
_NOM = re.compile(r"(?<![\w-])([ACDEIQRT])-(\d\d)(?![\w-])(?: to ([ACDEIQRT])-(\d\d)(?![\w-]))?")
PAS_ENCORE = "*not yet built*"


@dataclass(frozen=True)
class Regle:
    """One rule of the list."""

    identifiant: str
    titre: str
    enonce: str
    sources: tuple[str, ...]
    # What of it is not built yet, when the code carries out a part.
    reste: str = ""


@dataclass(frozen=True, order=True)
class Lieu:
    """Where a rule is named: a file, and what inside it (« » for the file itself)."""

    chemin: str
    nom: str = ""


@dataclass(frozen=True)
class Mention:
    """A rule, and the place that names it."""

    regle: str
    lieu: Lieu


def liste(racine: Path = RACINE) -> tuple[dict[str, str], dict[str, str], dict[str, Regle]]:
    """Return families, sources and rules, as docs/regles.toml gives them."""
    lu = tomllib.loads((racine / LISTE).read_text(encoding="utf-8"))
    regles = {
        cle: Regle(
            cle,
            un["titre"],
            " ".join(un["enonce"].split()),
            tuple(un["sources"]),
            " ".join(un.get("reste", "").split()),
        )
        for cle, un in lu["regles"].items()
    }
    return lu["familles"], lu["sources"], regles


def nommees(texte: str) -> list[str]:
    """Return the rules that a text names, « C-03 to C-05 » being three."""
    trouvees = []
    for famille, debut, autre, fin in _NOM.findall(texte):
        dernier = int(fin) if autre == famille else int(debut)
        trouvees += [f"{famille}-{numero:02d}" for numero in range(int(debut), dernier + 1)]
        if autre and autre != famille:
            trouvees.append(f"{autre}-{fin}")
    return trouvees


def mentions(racine: Path = RACINE) -> list[Mention]:
    """Return every mention of a rule in the project, sorted, without doubles."""
    trouvees = set()
    for chemin in fichiers(racine):
        texte = (racine / chemin).read_text(encoding="utf-8")
        lieux = _noms_par_ligne(texte) if chemin.suffix == ".py" else {}
        for numero, ligne in enumerate(texte.splitlines(), start=1):
            lieu = Lieu(chemin.as_posix(), lieux.get(numero, ""))
            trouvees |= {Mention(regle, lieu) for regle in nommees(ligne)}
    return sorted(trouvees, key=lambda mention: (mention.regle, mention.lieu))


def fichiers(racine: Path = RACINE) -> Iterator[Path]:
    """Return the files read: those that people write, migrations and the page itself left out."""
    for dossier in sorted(racine.iterdir()):
        if not dossier.is_dir() or dossier.name.startswith(".") or dossier.name in AILLEURS:
            continue
        for chemin in sorted(dossier.rglob("*")):
            relatif = chemin.relative_to(racine)
            if (
                chemin.suffix in SUFFIXES
                and "migrations" not in relatif.parts
                and relatif not in (LISTE, PAGE)
            ):
                yield relatif


def _noms_par_ligne(texte: str) -> dict[int, str]:
    """Return line -> name of the function, class or constant that owns it; a comment belongs to what follows it."""
    lignes = texte.splitlines()
    noms: dict[int, str] = {}

    def parcourir(corps: list[ast.stmt], prefixe: str) -> None:
        for instruction in corps:
            nom = _nom(instruction)
            if nom is None:
                continue
            debut = min([instruction.lineno, *(d.lineno for d in getattr(instruction, "decorator_list", []))])
            while debut > 1 and lignes[debut - 2].lstrip().startswith("#"):
                debut -= 1
            noms.update(dict.fromkeys(range(debut, (instruction.end_lineno or debut) + 1), prefixe + nom))
            if isinstance(instruction, ast.ClassDef):
                parcourir(instruction.body, f"{prefixe}{nom}.")

    parcourir(ast.parse(texte).body, "")
    return noms


def _nom(instruction: ast.stmt) -> str | None:
    if isinstance(instruction, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return instruction.name
    cible = None
    if isinstance(instruction, ast.Assign):
        cible = instruction.targets[0]
    elif isinstance(instruction, ast.AnnAssign):
        cible = instruction.target
    return cible.id if isinstance(cible, ast.Name) else None


def inconnues(racine: Path = RACINE) -> list[str]:
    """Return « place: rule » for each mention of a rule that the list does not hold."""
    _, _, regles = liste(racine)
    return [
        f"{mention.lieu.chemin} {mention.lieu.nom}".strip() + f": {mention.regle}"
        for mention in mentions(racine)
        if mention.regle not in regles
    ]


def page(racine: Path = RACINE) -> str:
    """Return docs/regles.md."""
    familles, sources, regles = liste(racine)
    code: dict[str, list[Lieu]] = defaultdict(list)
    tests: dict[str, list[Lieu]] = defaultdict(list)
    for mention in mentions(racine):
        chemin = mention.lieu.chemin
        # Data and comments of a .toml carry out nothing.
        if not chemin.startswith(HORS_PAGE) and not chemin.endswith(".toml"):
            (tests if chemin.startswith("tests/") else code)[mention.regle].append(mention.lieu)
    sans_code = [cle for cle in regles if not code[cle]]
    partielles = [cle for cle, regle in regles.items() if regle.reste]
    sans_test = [cle for cle in regles if code[cle] and not tests[cle]]
    morceaux = [
        "# The rules of the portal\n",
        "<!-- Drawn by `python -m outils.regles` from docs/regles.toml and from what names each rule. "
        "Do not edit. -->\n",
        "What the portal must do, rule by rule, where each one stands in the code and which tests name it. "
        "French terms are explained in [glossaire.md](glossaire.md).\n",
        "Sources, named by département:\n",
        "\n".join(f"- **[{cle}]** {texte}" for cle, texte in sources.items()) + "\n",
        f"Not yet built: {_regles(sans_code)}.\n",
        f"Partly built: {_regles(partielles)}.\n",
        f"Built, named by no test yet: {_regles(sans_test)}.\n",
    ]
    for lettre, titre in familles.items():
        morceaux.append(f"## {lettre}. {titre}\n")
        morceaux += [
            _article(regle, code[cle], tests[cle]) for cle, regle in regles.items() if cle.startswith(lettre)
        ]
    return "\n".join(morceaux)


def _regles(cles: list[str]) -> str:
    return enumerer((cle, cle.lower()) for cle in cles)


def enumerer(liens: Iterable[tuple[str, str]]) -> str:
    """Return links to places of the page (what is read, anchor), separated by commas."""
    return ", ".join(f"[{texte}](#{ancre})" for texte, ancre in liens) or "none"


def _article(regle: Regle, code: list[Lieu], tests: list[Lieu]) -> str:
    """One rule: what it says, where it comes from, where it stands."""
    lignes = [
        f'### <a id="{regle.identifiant.lower()}"></a>{regle.identifiant} · {regle.titre}\n',
        f"{regle.enonce}\n",
        f"Sources: {' '.join(f'[{source}]' for source in regle.sources)}\n",
    ]
    if regle.reste:
        lignes.append(f"Not yet built of it: {regle.reste}\n")
    if not code:
        lignes.append(f"Code: {PAS_ENCORE}\n")
    else:
        lignes.append("Code:\n\n" + lieux(code))
    if tests:
        lignes.append("Tests:\n\n" + lieux(tests))
    return "\n".join(lignes)


def lieux(places: Iterable[Lieu]) -> str:
    """Return one line per file, with the names inside it."""
    par_fichier: dict[str, list[str]] = defaultdict(list)
    for lieu in sorted(places):
        par_fichier[lieu.chemin] += [f"`{lieu.nom}`"] if lieu.nom else []
    return "".join(
        f"- `{chemin}`{' · ' if noms else ''}{', '.join(noms)}\n" for chemin, noms in par_fichier.items()
    )


def dessiner(chemin: Path, contenu: str, fautes: list[str], module: str) -> int:
    """Write a page, or say with `--verifier` what is wrong and whether it is stale; return the code of the process."""
    if "--verifier" not in sys.argv:
        (RACINE / chemin).write_text(contenu, encoding="utf-8")
        return 0
    if not (RACINE / chemin).exists() or (RACINE / chemin).read_text(encoding="utf-8") != contenu:
        fautes = [*fautes, f"{chemin} : à refaire par python -m {module}"]
    print("\n".join(fautes), end="\n" if fautes else "")
    return 1 if fautes else 0


def main() -> int:
    """Write the page, or say that it is stale."""
    fautes = [f"{faute} n’existe pas dans {LISTE}" for faute in inconnues()]
    return dessiner(PAGE, page(), fautes, "outils.regles")


if __name__ == "__main__":
    sys.exit(main())
