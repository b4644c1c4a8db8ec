"""What the repository may not hold: other people's names and addresses, paths of one machine, unused templates."""

import itertools
import re
import tomllib
from pathlib import Path

from tests.maison.arbre import APPS, BINAIRES, RACINE, fichiers, texte

ICI = Path(__file__).relative_to(RACINE)
# Written in pieces, so that this file does not hold them.
MOTS_BANNIS = [
    "/wo" + "rk/",
    "/ro" + "ot/.",
    "PIP_" + "FIND",
    "PIP_" + "INDEX",
    "ssh-" + "rsa ",
    "BEGIN PRIVATE " + "KEY",
]
DOMAINES_PERMIS = re.compile(
    r"\.(example|test|invalid|localhost)$|^(localhost|example\.(com|org|net))$|(^|\.)(w3\.org|python\.org|djangoproject\.com)$"
)


def lisibles() -> list[Path]:
    return [c for c in fichiers() if c.suffix not in BINAIRES and c.name != "uv.lock" and c != ICI]


def test_no_path_nor_secret_of_a_machine():
    assert [f"{c}: {mot}" for c in lisibles() for mot in MOTS_BANNIS if mot in texte(c)] == []


# Public mail providers, that the rule of nominative professional addresses names.
PUBLICS = {"gmail.com", "laposte.net", "orange.fr", "hotmail.com", "yahoo.fr"}


def test_addresses_of_mail_are_invented():
    motif = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
    reelles = {
        f"{c}: {trouve.group(0)}"
        for c in lisibles()
        if c.parts[0] != "static"
        for trouve in motif.finditer(texte(c))
        if not DOMAINES_PERMIS.search(trouve.group(1).lower())
        and not (c.parts[0] == "tests" and trouve.group(1) in PUBLICS)
    }
    assert reelles == set()


def est_nomme(nom: str, tout: str) -> bool:
    """Whether a text names this template, whole or as a prefix completed by a value (`f"conventions/pdf/{piece}`)."""
    prefixes = (
        (nom[:fin] + "{" for fin in range(nom.index("/") + 1, len(nom)) if nom[fin - 1] in "/_-")
        if "/" in nom
        else ()
    )
    return nom in tout or any(prefixe in tout for prefixe in prefixes)


def test_every_template_is_used():
    """A template is named by its path in a view, an action, another template, or is one that Django looks for."""
    dossier = RACINE / "templates"
    implicites = re.compile(r"^(400|403|404|500|403_csrf|base)\.html$|^django/|^dsfr/|^courriels/")
    tout = "\n".join(texte(c) for c in fichiers(".py", ".html", ".txt", ".toml"))
    inutiles = []
    for chemin in fichiers(".html", ".txt", ".css", ".svg"):
        if chemin.parts[0] != "templates":
            continue
        nom = str((RACINE / chemin).relative_to(dossier))
        if not implicites.search(nom) and not est_nomme(nom, tout):
            inutiles.append(nom)
    assert inutiles == []


def test_every_mail_template_is_used():
    tout = "\n".join(texte(c) for c in fichiers(".py"))
    gabarits = [c for c in fichiers(".txt") if c.parts[:2] == ("templates", "courriels")]
    noms = ["/".join(c.parts[2:]).removesuffix(".txt") for c in gabarits]
    # A notification may complete the name of its app: the last part is enough.
    assert [
        nom for nom in noms if not est_nomme(nom, tout) and f'"{nom.rpartition("/")[2]}"' not in tout
    ] == []


def test_every_dependency_says_why_it_is_here():
    lignes = (RACINE / "pyproject.toml").read_text().splitlines()
    projet = tomllib.loads("\n".join(lignes))
    dependances = [
        *projet["project"]["dependencies"],
        *itertools.chain(*projet["dependency-groups"].values()),
    ]
    sans = [
        d
        for d in dependances
        if not any(f'"{d}"' in ligne and "#" in ligne.split(f'"{d}"')[1] for ligne in lignes)
    ]
    assert sans == []


def test_apps_are_all_installed():
    installees = (RACINE / "espace_partenaires/settings.py").read_text()
    assert [app for app in APPS if f'"{app}"' not in installees] == []
