"""`make epreuves`: what takes minutes by nature, in parts that each end within an hour; `PARTIE=installation` for one.

A part is a file of tests/epreuves/, or a command that measures. docs/epreuves.md says of each what it shows, when it was
last played, how long it took and how it ended: this module draws it.
"""

import ast
import datetime as dt
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

from outils import regles
from outils.portail import RACINE
from outils.processus import arreter, lancer

PAGE = RACINE / "docs/epreuves.md"
HEURE_S = 3600.0
JAMAIS = ("never", "", "", "")
TITRE = """# What takes minutes by nature

<!-- Drawn by `make epreuves`, which plays every part and notes its end here. The text of a part is its docstring. -->

`make test` plays a short form of each; these are for the eve of a release, and after a change of what they name.

| part | command | shows | last played | took | commit | end |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Partie:
    """What is played under one name."""

    nom: str
    montre: str
    commande: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


RECETTES = (
    Partie(
        "recettes",
        "the recipes of docs/recettes.md, whole, then with one place left out: a test turns red",
        ("outils.recettes",),
    ),
    Partie(
        "gardes",
        "each guard of docs/recettes/gardes.toml taken out: a test turns red",
        ("outils.recettes", "gardes"),
    ),
)
MESURES = Partie("mesures", "what `make bench` measures, on 50 000 demandes", ("outils.mesurer",))


def mutants() -> list[Partie]:
    """Return `make mutants` cut by families of rules: the whole takes more than an hour on a busy machine."""
    _, _, toutes = regles.liste()
    return [
        Partie(
            f"mutants-{familles.lower()}",
            f"which rules {' and '.join(familles)} could be broken without a test that sees it",
            ("outils.mutants",),
            {"REGLES": ",".join(cle for cle in toutes if cle[0] in familles)},
        )
        for familles in ("CT", "QA", "DE", "RI")
    ]


def parties() -> dict[str, Partie]:
    """Return name → part, in the order of the table."""
    trouvees = [MESURES, *RECETTES, *mutants()]
    for fichier in RACINE.glob("tests/epreuves/test_*.py"):
        dite = ast.get_docstring(ast.parse(fichier.read_text())) or ""
        chemin = str(fichier.relative_to(RACINE))
        trouvees.append(
            Partie(fichier.stem.removeprefix("test_"), dite.split("\n")[0], ("pytest", "-q", chemin))
        )
    return {partie.nom: partie for partie in sorted(trouvees, key=lambda partie: partie.nom)}


def lire() -> dict[str, tuple[str, ...]]:
    """Return name → when, how long, commit and end of the last time, as the table says."""
    lignes = PAGE.read_text().splitlines() if PAGE.exists() else []
    cases = [
        [case.strip() for case in ligne.strip("|").split("|")] for ligne in lignes if ligne.startswith("| ")
    ]
    return {case[0]: tuple(case[3:]) for case in cases}


def page(jouees: dict[str, tuple[str, ...]]) -> str:
    """Return the text of the page; a part that nobody played says so."""
    lignes = [
        f"| {nom} | `make epreuves PARTIE={nom}` | {partie.montre} | {' | '.join(jouees.get(nom, JAMAIS))} |"
        for nom, partie in parties().items()
    ]
    return TITRE + "\n".join(lignes) + "\n"


def jouer(partie: Partie, commit: str) -> tuple[str, ...]:
    """Play a part within the hour; return the cells of its end."""
    debut = time.monotonic()
    processus = lancer([sys.executable, "-m", *partie.commande], dossier=RACINE, env=os.environ | partie.env)
    try:
        code: int | None = processus.wait(HEURE_S)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        arreter(processus)
    duree = time.monotonic() - debut
    fin = "over an hour" if code is None else "good" if code == 0 else "FAILED"
    return (f"{dt.date.today()}", f"{int(duree // 60)} min {int(duree % 60):02d} s", commit, fin)


def _commit() -> str:
    """Return the commit, with « + » when more than the page of these parts was changed since."""
    dite = _git("rev-parse", "--short", "HEAD")
    return dite + ("+" if _git("status", "--porcelain", ".", ":!docs/epreuves.md") else "")


def _git(*mots: str) -> str:
    return subprocess.run(["git", *mots], cwd=RACINE, capture_output=True, text=True).stdout.strip()


def main() -> int:
    """Play the parts that are asked, all of them by default; return 0 when each ended well."""
    toutes, voulues = parties(), os.environ.get("PARTIE", "").split()
    if inconnues := [nom for nom in voulues if nom not in toutes]:
        print(f"Aucune partie « {' '.join(inconnues)} ». Les parties : {', '.join(toutes)}", file=sys.stderr)
        return 2
    faits, commit = {}, _commit()
    for nom in voulues or toutes:
        print(f"• {nom} : {toutes[nom].montre}", flush=True)
        faits[nom] = jouer(toutes[nom], commit)
        PAGE.write_text(page(lire() | {nom: faits[nom]}))
        print(f"• {nom} : {' · '.join(faits[nom])}", flush=True)
    return 0 if all(fin[-1] == "good" for fin in faits.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
