"""The former release serves on the new schema: what a migration may do, tried with each thing that it may not."""

import subprocess
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from outils.migrations import dangers, derniere_version, retraits, touchees
from tests.maison.arbre import RACINE

INDEX = models.Index(fields=["caisse"], name="essai")


@pytest.mark.parametrize(
    ("operation", "dit"),
    [
        (migrations.DeleteModel("Fichier"), "encore lu"),
        (migrations.RemoveField("fichier", "nom"), "encore lu"),
        (migrations.RenameField("fichier", "nom", "titre"), "encore lu"),
        (migrations.RenameModel("Fichier", "Piece"), "encore lu"),
        (migrations.AddField("fichier", "poids", models.IntegerField(default=0)), "db_default"),
        (migrations.AlterField("fichier", "nom", models.CharField(max_length=3)), "change de forme"),
        (migrations.AddIndex("fichier", INDEX), "AddIndexConcurrently"),
    ],
    ids=lambda valeur: type(valeur).__name__ if isinstance(valeur, Operation) else "",
)
def test_what_the_former_release_does_not_survive_is_refused(operation: Operation, dit: str):
    [danger] = dangers("essai", [operation], set())
    assert dit in danger


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("fichier", "poids", models.IntegerField(null=True))],
        [migrations.AddField("fichier", "poids", models.IntegerField(db_default=0))],
        [AddIndexConcurrently("fichier", INDEX)],
        [migrations.RemoveField("fichier", "ancien")],
        [migrations.CreateModel("Neuf", []), migrations.AddIndex("neuf", INDEX)],
    ],
)
def test_what_adds_is_taken(operations: list[Operation]):
    assert dangers("essai", operations, {"essai.fichier.ancien"}) == []


def test_a_shipped_migration_that_changes_is_seen(tmp_path: Path):
    """Edited after the tag, removed, added: each is told apart."""

    def git(*mots: str) -> None:
        identite = [
            "-c",
            "user.name=Essai",
            "-c",
            "user.email=essai@portail.example",
            "-c",
            "commit.gpgsign=false",
        ]
        subprocess.run(["git", *identite, *mots], cwd=tmp_path, check=True, capture_output=True)

    (dossier := tmp_path / "salle/migrations").mkdir(parents=True)
    for nom in ("0001_initial.py", "0002_suite.py"):
        (dossier / nom).write_text("# tel quel\n")
    git("init")
    assert derniere_version(tmp_path) is None
    git("add", "-A")
    git("commit", "-m", "essai")
    git("tag", "2026.1")
    (dossier / "0001_initial.py").write_text("# retouché\n")
    (dossier / "0002_suite.py").unlink()
    (dossier / "0003_neuve.py").write_text("# neuve\n")
    git("add", "-A")
    assert derniere_version(tmp_path) == "2026.1"
    assert {Path(chemin).name: quoi for chemin, quoi in touchees(tmp_path, "2026.1").items()} == {
        "0001_initial.py": "M",
        "0002_suite.py": "D",
        "0003_neuve.py": "A",
    }


def test_what_was_released_stays_and_what_comes_adds():
    """Nothing is released before the first tag."""
    version = derniere_version(RACINE)
    changees = touchees(RACINE, version) if version else {}
    assert {chemin for chemin, quoi in changees.items() if quoi != "A"} == set()
    salles = MigrationLoader(None).disk_migrations
    neuves = {(Path(chemin).parts[-3], Path(chemin).stem) for chemin in changees}
    trouves = [
        danger
        for (salle, nom), migration in salles.items()
        if (salle, nom) in neuves
        for danger in dangers(salle, migration.operations, retraits(RACINE))
    ]
    assert trouves == []
