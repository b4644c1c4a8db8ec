"""Draw docs/etats/*.md, one page for each workflow: states, verbs, who may do them, as a Mermaid diagram and tables.

    python -m outils.etats             writes the pages (make format does it too)
    python -m outils.etats --verifier  exits 1 when one is stale

The workflow tables of the apps are read, nothing else: to change a drawing, change the table.
"""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any

import django

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = Path("docs/etats")
# The settings ask for addresses: a drawing opens none of them.
SANS_EFFET = {
    "SECRET_KEY": "dessin",
    "DATABASE_URL": "postgres://personne@localhost/aucune",
    "REDIS_URL": "redis://localhost",
}


def pages() -> dict[str, str]:
    """Return file name -> text of each page. Django's apps must be loaded."""
    return {"demande.md": _demande(), "convention.md": _convention()}


def _demande() -> str:
    table = import_module("signalements.workflow")
    permissions = import_module("signalements.permissions")
    fleches = list(table.TRANSITIONS.values())
    joueurs = {"partenaire": "the structure", "caisse": "the caisse"}
    phrases = [
        (
            etat.value,
            etat.label,
            joueurs.get(table.A_QUI_DE_JOUER.get(etat, ""), "nobody: it is over"),
            table.PHRASES["partenaire"].get(etat, ""),
            table.PHRASES["caisse"].get(etat, "(not seen by the caisse)"),
        )
        for etat in table.Statut
    ]
    return "\n".join(
        [
            "# A demande\n",
            _avertissement("signalements/workflow.py"),
            "`machine` is the job `demandes.echeances` (signalements/echeances.py). A finished demande stays "
            "readable until its term (D-15).\n",
            _diagramme(fleches, [(etat.value, etat.label) for etat in table.Statut], map(str, table.FINIS)),
            "## Who does what\n",
            _tableau(
                ("Verb", "From", "To", "Who"),
                _lignes(fleches),
            ),
            "Beside the table, `signalements.permissions.can_transition` says:\n",
            "> "
            + cleandoc(permissions.can_transition.__doc__).replace("\n", "\n> ").replace("> \n", ">\n")
            + "\n",
            "## What each side reads\n",
            _tableau(("State", "Label", "Whose turn", "The structure reads", "The caisse reads"), phrases),
        ]
    )


def _convention() -> str:
    table = import_module("conventions.workflow")
    fleches = table.TRANSITIONS
    return "\n".join(
        [
            "# A convention\n",
            _avertissement("conventions/workflow.py"),
            "A convention binds several caisses, and each part has its own end (C-01): once signed, its state is the "
            "one that its parts make together.\n",
            _diagramme(fleches, [(etat.value, etat.label) for etat in table.Statut]),
            "## Who does what\n",
            _tableau(
                ("Verb", "From", "To", "Who"),
                _lignes(fleches),
            ),
            "The end of the last part names the state (`statut_deduit`):\n",
            "> " + cleandoc(table.statut_deduit.__doc__).replace("\n", "\n> ").replace("> \n", ">\n") + "\n",
        ]
    )


def _lignes(fleches: Iterable[Any]) -> list[tuple[str, ...]]:
    """The transitions as rows of a table, in words."""
    return [
        (
            f"`{f.verbe}`",
            ", ".join(map(str, f.depuis)),
            str(f.vers or "unchanged"),
            f.qui,
        )
        for f in fleches
    ]


def _avertissement(source: str) -> str:
    return f"<!-- Drawn by `python -m outils.etats` from {source}. Do not edit. -->\n"


def _diagramme(fleches: Iterable[Any], etats: list[tuple[str, str]], finis: Iterable[str] = ()) -> str:
    """The first state begins; those of `finis`, and those that nothing leaves, end."""
    lignes = ["```mermaid", "stateDiagram-v2"]
    lignes += [f'    state "{libelle}" as {code}' for code, libelle in etats]
    lignes.append(f"    [*] --> {etats[0][0]}")
    finis, sortants = set(finis), set()
    for fleche in fleches:
        for depart in fleche.depuis:
            if fleche.vers not in (None, depart):
                sortants.add(str(depart))
            lignes.append(f"    {depart} --> {fleche.vers or depart} : {fleche.verbe}")
    lignes += [f"    {code} --> [*]" for code, _ in etats if code in finis or code not in sortants]
    return "\n".join([*lignes, "```\n"])


def _tableau(titres: Iterable[str], lignes: Iterable[Iterable[str]]) -> str:
    titres = list(titres)
    rangs = [titres, ["---"] * len(titres), *(list(ligne) for ligne in lignes)]
    return "\n".join(f"| {' | '.join(rang)} |" for rang in rangs) + "\n"


def perimees() -> list[str]:
    """Return the pages that are not what the tables say."""
    lues = {chemin.name: chemin.read_text(encoding="utf-8") for chemin in (RACINE / DOSSIER).glob("*.md")}
    dessinees = pages()
    return sorted(nom for nom in lues.keys() | dessinees.keys() if lues.get(nom) != dessinees.get(nom))


def main() -> int:
    """Write the pages, or say which are stale."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
    for nom, valeur in SANS_EFFET.items():
        os.environ.setdefault(nom, valeur)
    django.setup()
    if "--verifier" in sys.argv:
        for nom in perimees():
            print(f"{DOSSIER / nom} : à refaire par python -m outils.etats")
        return 1 if perimees() else 0
    (RACINE / DOSSIER).mkdir(parents=True, exist_ok=True)
    for nom, texte in pages().items():
        (RACINE / DOSSIER / nom).write_text(texte, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
