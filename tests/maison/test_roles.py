"""One table of rights, asked for by somebody. Nothing else compares a profile, or refuses by hand: test_corps.py."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from accounts.actions.comptes import inactiver
from espace_partenaires.accueil import NAVIGATION
from socle.acteurs import ANONYME, MACHINE
from socle.profils import Profil
from socle.roles import ROLES, Cote, Droit, peut, profils_avec, role
from tests import distribution
from tests.maison.arbre import APPS, fichiers, python_ecrit, texte

TABLE = "socle/roles.py"
SANS_ACTEUR = {"Any", "Compte | None", "Acteur | None"}


@cache
def _sources() -> list[tuple[Path, ast.Module]]:
    chemins = (c for c in python_ecrit() if c.parts[0] in APPS and str(c) != TABLE)
    return [(chemin, ast.parse(texte(chemin))) for chemin in chemins]


@cache
def _textes() -> str:
    return "\n".join([texte(chemin) for chemin, _ in _sources()] + [texte(c) for c in fichiers(".html")])


def test_nobody_acts_for_none():
    """`par` is an actor; a default or a literal None would let an accident act."""
    trouvees, rang = [], {}
    for chemin, module in _sources():
        for noeud in ast.walk(module):
            if isinstance(noeud, ast.FunctionDef):
                noms = [arg.arg for arg in noeud.args.args]
                rang |= {noeud.name: noms.index("par")} if "par" in noms else {}
                types = {
                    ast.unparse(arg.annotation)
                    for arg in (*noeud.args.args, *noeud.args.kwonlyargs)
                    if arg.arg == "par" and arg.annotation is not None
                }
                trouvees += [f"{chemin}:{noeud.lineno}"] if types & SANS_ACTEUR else []
    for chemin, module in _sources():
        for noeud in ast.walk(module):
            if isinstance(noeud, ast.Call):
                donnes = [mot.value for mot in noeud.keywords if mot.arg == "par"]
                place = rang.get(getattr(noeud.func, "id", getattr(noeud.func, "attr", "")), len(noeud.args))
                donnes += noeud.args[place : place + 1]
                trouvees += [f"{chemin}:{noeud.lineno}" for un in donnes if ast.unparse(un) == "None"]
    assert trouvees == []


def test_an_accidental_none_raises(technicien_metz):
    with pytest.raises(AttributeError):
        inactiver(technicien_metz, par=None, cause="depart")
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == "actif"


@pytest.mark.parametrize("profil", Profil)
def test_each_profile_has_its_line(profil):
    un = ROLES[profil]
    assert un.phrase.strip() and un.droits and un.cote != Cote.MACHINE
    assert bool(un.places) == (un.cote == Cote.PARTENAIRE), "une place dans la structure, et elle seule"


def test_closed_by_default():
    assert not any(peut(ANONYME, droit) for droit in Droit)
    assert role("inconnu").droits == frozenset()
    assert MACHINE.pk is None and MACHINE.compte is None


@pytest.mark.parametrize("droit", Droit)
def test_each_right_is_given_and_asked(droit):
    """A right that nobody has, or that nothing asks, is a word too many."""
    assert profils_avec(droit)
    assert re.search(rf'Droit\.{droit.name}\b|\|peut:"{droit}"', _textes())


@pytest.mark.parametrize("profil", Profil)
def test_each_profile_opens_its_menu(profil, caisse_moselle, metz):
    """Every entry answers, in one order, and the page says what the profile may do."""
    cote = {Cote.PARTENAIRE: {"partenaire": metz}, Cote.CAISSE: {"caisses": (caisse_moselle,)}}
    client = distribution.connecte(
        distribution.creer_compte_actif(f"{profil}.essai", profil, **cote.get(role(profil).cote, {}))
    )
    page = client.get("/mon-compte/")
    assert role(profil).phrase in page.content.decode()
    entrees = page.context["navigation"]
    ordre = [libelle for libelle, *_ in NAVIGATION]
    assert [ordre.index(une["libelle"]) for une in entrees] == sorted(
        ordre.index(une["libelle"]) for une in entrees
    )
    for entree in entrees:
        assert client.get(entree["url"], follow=True).status_code == 200, entree
