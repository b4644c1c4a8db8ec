"""`python -m outils.typage`: the types of the portal and of its tools, read by mypy.

No error in the rooms and modules of `STRICTS`; elsewhere never more than the figure of the room in pyproject.toml
(`tool.typage.plafonds`), that `make format` lowers. A `# type: ignore` names its code and says why, and is counted too.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

from outils.portail import RACINE

STRICTS = re.compile(r"(socle|conformite|fichiers)/|.*/(regles|workflow|permissions|actions)(\.py|/)")
FIGURES = RACINE / "pyproject.toml"
IGNORES, RACINE_DU_DEPOT = "ignores", "racine"
_ERREUR = re.compile(r"^([^:]+):\d+: error: ", re.MULTILINE)
_PLAFOND = re.compile(r"^(\w+) = (\d+)$", re.MULTILINE)
_IGNORE = re.compile(r"# type: ignore(\[[\w-]+\]  # \S.+)?")
# The settings are read, nothing is opened.
ENVIRONNEMENT = {
    "SECRET_KEY": "-",
    "DATABASE_URL": "postgres://-/-",
    "REDIS_URL": "redis://-",
    "REPETITION": "1",
}


def lire() -> str:
    """Return what mypy says of every file; raise SystemExit with its words when it cannot tell."""
    # Without cache: the plugin of Django reads the settings and the models, whose changes a cache does not see.
    commande = [sys.executable, "-m", "mypy", "--cache-dir", os.devnull, *map(str, fichiers())]
    fait = subprocess.run(
        commande, cwd=RACINE, env=os.environ | ENVIRONNEMENT, capture_output=True, text=True
    )
    if fait.returncode > 1:
        raise SystemExit(fait.stdout[-4000:] + fait.stderr[-4000:])
    return fait.stdout


def fichiers() -> list[Path]:
    """Return the files that are read: all but the tests and the migrations."""
    chemins = (chemin.relative_to(RACINE) for chemin in RACINE.glob("[!.]*/**/*.py"))
    dedans = [un for un in chemins if not {"tests", "migrations"} & set(un.parts) and un.parts[0] != "var"]
    return sorted([*dedans, *(chemin.relative_to(RACINE) for chemin in RACINE.glob("*.py"))])


def fautes(
    dit: str, ignores: dict[str, list[bool]], plafonds: dict[str, int]
) -> tuple[list[str], Counter[str]]:
    """Return what is refused, and how many errors each room has out of the strict modules.

    `dit`: the words of mypy. `ignores`: for each file, whether each of its `type: ignore` gives a code and a reason.
    """
    refus = [ligne for ligne in dit.splitlines() if _ERREUR.match(ligne) and STRICTS.match(ligne)]
    compte = Counter(_piece(un) for un in _ERREUR.findall(dit) if not STRICTS.match(un))
    compte[IGNORES] = sum(map(len, ignores.values()))
    refus += [
        f"{nom} : « type: ignore » sans code ou sans raison" for nom, dits in ignores.items() if not all(dits)
    ]
    for nom, nombre in sorted(compte.items()):
        if nombre > plafonds.get(nom, 0):
            refus.append(f"{nom} : {nombre} erreurs de type pour {plafonds.get(nom, 0)} au plus")
            refus += [un for un in dit.splitlines() if _ERREUR.match(un) and _piece(un) == nom][-40:]
    return refus, compte


def _piece(chemin: str) -> str:
    return chemin.split("/")[0] if "/" in chemin.split(":")[0] else RACINE_DU_DEPOT


def ignores_de(chemin: Path) -> list[bool]:
    """Say for each `type: ignore` of a file whether it gives a code and a reason."""
    return [bool(trouve[1]) for trouve in _IGNORE.finditer(chemin.read_text())]


def abaisser(texte: str, compte: Counter[str]) -> str:
    """Return pyproject.toml with the figures that went down; none goes up."""
    avant, tete, reste = texte.partition("[tool.typage.plafonds]\n")
    figures, saut, apres = reste.partition("\n\n")
    figures = _PLAFOND.sub(lambda un: f"{un[1]} = {min(int(un[2]), compte[un[1]])}", figures)
    return avant + tete + figures + saut + apres


def main() -> int:
    """Say what is refused and the figures; `--abaisser` writes those that went down."""
    texte = FIGURES.read_text()
    ignores = {
        str(un): dits
        for un in fichiers()
        if un.name != Path(__file__).name and (dits := ignores_de(RACINE / un))
    }
    refus, compte = fautes(lire(), ignores, tomllib.loads(texte)["tool"]["typage"]["plafonds"])
    if sys.argv[1:] == ["--abaisser"]:
        FIGURES.write_text(abaisser(texte, compte))
    print("\n".join([*refus, ", ".join(f"{nom} {nombre}" for nom, nombre in sorted(compte.items()))]))
    return 1 if refus else 0


if __name__ == "__main__":
    sys.exit(main())
