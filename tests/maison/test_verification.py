"""What checks the portal is checked: what `make vite` chooses, how a part of `make epreuves` ends, what is told."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from outils import durees, epreuves, typage, vite
from outils.epreuves import Partie
from tests.maison.course import processus_de

SUITE = """
def test_un(): pass

class TestSuite:
    def test_deux(self): pass
"""


def test_heaviest_files_come_first(tmp_path: Path):
    """As pytest writes them; only the seconds are given, since a machine has its moods."""
    for nom in ("test_a.py", "test_b.py"):
        (tmp_path / nom).write_text(SUITE if nom == "test_b.py" else "def test_un(): pass")
    resultats = tmp_path / "essais.xml"
    options = ["-q", "-p", "no:django", "-c", "/dev/null", "--rootdir=.", f"--junitxml={resultats}"]
    commande = [sys.executable, "-m", "pytest", *options, "."]
    subprocess.run(commande, cwd=tmp_path, check=True, capture_output=True)
    resultats.write_text(re.sub(r'(<testcase [^>]*time=)"[^"]*"', r'\1"1.5"', resultats.read_text()))
    assert list(durees.par_fichier(resultats, tmp_path).items()) == [
        ("test_b.py", (3.0, 2)),
        ("test_a.py", (1.5, 1)),
    ]
    assert re.search(r"3\.0 s +67% +2 +test_b", durees.montrer(resultats, tmp_path))


@pytest.mark.parametrize(
    ("change", "joues"),
    [
        ("accounts/actions/liens.py", {"tests/accounts"}),
        ("templates/droits/droits.html", {"tests/droits"}),
        ("tests/droits/test_gels.py", {"tests/droits/test_gels.py"}),
        ("tests/droits/test_disparu.py", set()),
        ("tests/conventions/fabrique.py", {"tests/conventions"}),
        ("socle/texte.py", {"tests/socle"}),
        ("servir.py", {"tests/pages"}),
        ("static/portail.js", {"tests/pages"}),
        ("docs/glossaire.md", set()),
        ("outils/services.py", set()),
        ("tests/epreuves/test_installation.py", set()),
    ],
)
def test_a_change_chooses_its_tests(change: str, joues: set[str]):
    assert vite.tests_de([Path(change)]) == joues


def test_parts_are_played_by_name_only(pytestconfig: pytest.Config):
    assert "epreuves" in pytestconfig.getini("norecursedirs")
    assert epreuves.PAGE.read_text() == epreuves.page(epreuves.lire()), "python -m outils.epreuves"
    assert all(partie.montre and "|" not in partie.montre for partie in epreuves.parties().values())


@pytest.mark.parametrize(
    ("commande", "fin"),
    [
        (("json.tool", "--help"), "good"),
        (("json.tool", "absent"), "FAILED"),
        (("http.server", "0", "--bind", "127.0.0.1", "--directory", "{ici}"), "over an hour"),
    ],
)
def test_a_part_says_how_it_ended_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commande: tuple[str, ...], fin: str
):
    monkeypatch.setattr(epreuves, "HEURE_S", 60.0 if "json.tool" in commande else 0.5)
    monkeypatch.setattr(epreuves, "PAGE", tmp_path / "page.md")
    mots = tuple(mot.format(ici=tmp_path) for mot in commande)
    monkeypatch.setattr(epreuves, "parties", lambda: {"une": Partie("une", "ce qui est", mots)})
    monkeypatch.setenv("PARTIE", "une")
    assert epreuves.main() == (fin != "good")
    assert epreuves.lire()["une"][-1] == fin
    assert processus_de(tmp_path) == []


def test_an_unknown_part_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("PARTIE", "inconnue")
    assert epreuves.main() == 2
    assert "installation" in capsys.readouterr().err


DIT = """accounts/views/comptes.py:3: error: Un  [arg-type]
accounts/actions/comptes.py:4: note: rien
servir.py:5: error: Deux  [misc]
"""


@pytest.mark.parametrize(
    ("dit", "ignores", "refuse"),
    [
        (DIT, {}, ""),
        (DIT + "socle/texte.py:1: error: Trois  [misc]\n", {}, "socle/texte.py:1"),
        (DIT + "accounts/actions/liens.py:1: error: Trois  [misc]\n", {}, "accounts/actions/liens.py:1"),
        (DIT + "accounts/regles.py:1: error: Trois  [misc]\n", {}, "accounts/regles.py:1"),
        (
            DIT + "accounts/forms.py:1: error: Trois  [misc]\n",
            {},
            "accounts : 2 erreurs de type pour 1 au plus",
        ),
        (
            DIT + "echanges/forms.py:1: error: Trois  [misc]\n",
            {},
            "echanges : 1 erreurs de type pour 0 au plus",
        ),
        (DIT, {"a.py": [True, True]}, "ignores : 2"),
        (DIT, {"a.py": [False]}, "a.py : « type: ignore » sans code"),
    ],
)
def test_types_are_strict_in_the_core_and_only_get_better_elsewhere(
    dit: str, ignores: dict[str, list[bool]], refuse: str
):
    refus, _ = typage.fautes(dit, ignores, {"accounts": 1, "racine": 1, "ignores": 1})
    assert bool(refus) == bool(refuse)
    assert refuse in "\n".join(refus)


def test_figures_of_types_go_down_only(tmp_path: Path):
    texte = "[x]\na = 1\n[tool.typage.plafonds]\naccounts = 3\nracine = 1\n\n[y]\nz = 9\n"
    attendu = texte.replace("accounts = 3", "accounts = 2")
    assert typage.abaisser(texte, Counter(accounts=2, racine=4)) == attendu
    source = tmp_path / "a.py"
    marque = "# type: " + "ignore"
    source.write_text(f"a = 1  {marque}\nb = 1  {marque}[misc]\nc = 1  {marque}[misc]  # sans types\n")
    assert typage.ignores_de(source) == [False, False, True]
