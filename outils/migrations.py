"""What a migration may not do while the former release still serves on the new schema (CONTRIBUTING, « Migrations »).

From the first tag on: a migration that a release shipped never changes, and a new one adds only. What the former
release stopped using is removed by name, in `docs/retraits.toml`.
"""

import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import operations as op
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

RETRAITS = "docs/retraits.toml"
_RETIRENT = (op.DeleteModel, op.RemoveField, op.RenameField, op.RenameModel, op.AlterModelTable)


def derniere_version(racine: Path) -> str | None:
    """Return the last tag before this commit; None when nothing was released."""
    fait = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"], cwd=racine, capture_output=True, text=True
    )
    return fait.stdout.strip() or None


def touchees(racine: Path, version: str) -> dict[str, str]:
    """Return path → what happened to it (A, M, D…), for each file of migration since a release."""
    fait = subprocess.run(
        ["git", "diff", "--name-status", "--no-renames", version, "--", "*/migrations/*.py"],
        cwd=racine,
        capture_output=True,
        text=True,
        check=True,
    )
    return {chemin: quoi for quoi, chemin in (ligne.split("\t") for ligne in fait.stdout.splitlines())}


def retraits(racine: Path) -> set[str]:
    """Return what may be removed: « app.Model » or « app.Model.field », that the former release does not use."""
    return set(tomllib.loads((racine / RETRAITS).read_text())["retraits"])


def dangers(application: str, operations: Iterable[Operation], permis: set[str]) -> list[str]:
    """Return what the former release would not survive, or what would hold a table that it writes."""
    operations = list(operations)
    # A table that this very migration makes is used by nobody yet.
    neuves = {un.name_lower for un in operations if isinstance(un, op.CreateModel)}
    return [
        f"{application} : {danger}"
        for une in operations
        if getattr(une, "model_name_lower", "") not in neuves
        for danger in _dangers(application, une, permis)
    ]


def _dangers(application: str, une: Operation, permis: set[str]) -> list[str]:
    modele = getattr(une, "model_name", None) or getattr(une, "name", None) or getattr(une, "old_name", "")
    champ = getattr(une, "name", "") if isinstance(une, op.RemoveField) else getattr(une, "old_name", "")
    quoi = (
        f"{application}.{modele}.{champ}"
        if isinstance(une, op.RemoveField | op.RenameField)
        else f"{application}.{modele}"
    )
    if isinstance(une, _RETIRENT):
        return [] if quoi in permis else [f"{quoi} est encore lu par la version précédente"]
    if _obligatoire(une):
        return [f"{quoi}.{une.name} : obligatoire, sans valeur que la base donne (db_default)"]
    if isinstance(une, op.AlterField) and f"{quoi}.{une.name}" not in permis:
        return [f"{quoi}.{une.name} change de forme sous la version précédente"]
    if isinstance(une, op.AddIndex) and not isinstance(une, AddIndexConcurrently):
        return [f"{quoi} : un index se construit sans fermer la table (AddIndexConcurrently)"]
    return []


def _obligatoire(une: Operation) -> bool:
    """Whether a line written by the former release would be refused for want of this field."""
    if not isinstance(une, op.AddField) or une.field.many_to_many:
        return False
    return not une.field.null and une.field.db_default is NOT_PROVIDED
