"""The database kept between runs: made once for a fingerprint, whole, even when two runs start together."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from outils.services import BASE, Postgres
from tests import base_gardee
from tests.maison.arbre import RACINE

# In the place of the migrations: a table, in the main database of the server that stands in `argv[1]`.
MIGRER = """
import sys, psycopg
with psycopg.connect(host=sys.argv[1], user="postgres", dbname="espace_partenaires", autocommit=True) as c:
    c.execute("CREATE TABLE migree ()")
"""
COURSE = """
import sys
from pathlib import Path
from outils.services import BASE, Postgres
from tests import base_gardee
ici, garde = map(Path, sys.argv[1:3])
base_gardee.MIGRER = (sys.executable, "-c", sys.argv[3], str(ici))
postgres = Postgres(ici / "pg", ici, rapide=True)
base_gardee.poser(postgres, garde)
with postgres, postgres.connexion(BASE) as connexion:
    print(*connexion.execute("SELECT count(*) FROM migree").fetchone())
"""


@pytest.fixture
def dossier() -> Iterator[Path]:
    """Return a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="ep-") as nom:
        yield Path(nom)


def courir(dossier: Path, rang: int) -> subprocess.Popen[str]:
    (dossier / str(rang)).mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", COURSE, str(dossier / str(rang)), str(dossier / "garde"), MIGRER],
        cwd=RACINE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_runs_at_once_share_what_the_first_one_made(dossier: Path, monkeypatch: pytest.MonkeyPatch):
    """Each finds its database migrated; the next one migrates nothing; what an older fingerprint left is gone."""
    (dossier / "garde/ancienne/base").mkdir(parents=True)
    for course in [courir(dossier, 1), courir(dossier, 2)]:
        assert course.communicate(timeout=120) == ("0\n", "")
    assert {f.name for f in (dossier / "garde").iterdir()} == {"verrou", base_gardee.empreinte()}
    monkeypatch.setattr(base_gardee, "MIGRER", (sys.executable, "-c", "raise SystemExit('encore')"))
    (dossier / "3").mkdir()
    postgres = Postgres(dossier / "3/pg", dossier / "3", rapide=True)
    base_gardee.poser(postgres, dossier / "garde")
    with postgres, postgres.connexion(BASE) as connexion:
        assert connexion.execute("SELECT count(*) FROM migree").fetchone() == (0,)


def test_a_failure_keeps_nothing_and_says_why(dossier: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(base_gardee, "MIGRER", (sys.executable, "-c", "raise SystemExit('migration 0007')"))
    postgres = Postgres(dossier / "pg", dossier, rapide=True)
    with pytest.raises(RuntimeError, match="migration 0007"):
        base_gardee.poser(postgres, dossier / "garde")
    assert [f.name for f in (dossier / "garde").iterdir()] == ["verrou"]
    assert not postgres.donnees.exists()


def test_the_fingerprint_follows_all_that_makes_the_database(tmp_path: Path):
    """A migration that changes, comes or goes; the rights; the server; the versions."""
    (tmp_path / "a/migrations").mkdir(parents=True)
    (tmp_path / "a/management/commands").mkdir(parents=True)
    (tmp_path / "outils").mkdir()
    sources = (
        "a/migrations/0001.py", "a/migrations/0002.py", "a/management/commands/migrer.py", "outils/services.py", "uv.lock",
    )  # fmt: skip
    vues = {base_gardee.empreinte(tmp_path)}
    for contenu in ("x", "y"):
        for nom in sources:
            (tmp_path / nom).write_text(contenu)
            vues.add(base_gardee.empreinte(tmp_path))
    (tmp_path / sources[1]).rename(tmp_path / "a/migrations/0003.py")
    vues.add(base_gardee.empreinte(tmp_path))
    assert len(vues) == 2 * len(sources) + 2
    vu = base_gardee.empreinte()
    assert vu == base_gardee.empreinte() and vu not in vues
