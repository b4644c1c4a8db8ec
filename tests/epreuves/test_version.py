"""A base filled by the former release comes to this one with all its rows, and the former release still reads it.

The former release is the last tag; before the first one, this very commit. A migration is added to this one, so that there
is always one to try.
"""

import os
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from outils.migrations import derniere_version
from outils.services import PROPRIETAIRE, Postgres, creer_base, supprimer_base
from tests.maison.arbre import RACINE

BASE = "ancienne_version"
ESSAI = """
from django.db import migrations, models

def remplir(apps, schema_editor):
    lien = schema_editor.connection.alias
    apps.get_model("information", "Publication").objects.using(lien).update(essai=1)

class Migration(migrations.Migration):
    dependencies = [("information", "{derniere}")]
    operations = [
        migrations.AddField("publication", "essai", models.IntegerField(null=True)),
        migrations.RunPython(remplir),
    ]
"""
LIRE = """
import django; django.setup()
from django.apps import apps
for modele in apps.get_models():
    if modele._meta.managed:
        list(modele._base_manager.all()[:50])
"""


def exporter(version: str, ou: Path) -> Path:
    """Return a folder with this version of the repository."""
    archive = subprocess.run(["git", "archive", version], cwd=RACINE, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as lue:
        lue.extractall(ou, filter="data")
    return ou


@pytest.fixture
def base(postgres: Postgres):
    with postgres.connexion() as admin:
        supprimer_base(admin, BASE)
        creer_base(admin, BASE)
    yield BASE
    with postgres.connexion() as admin:
        supprimer_base(admin, BASE)


def test_a_former_base_comes_to_today(postgres: Postgres, base: str, tmp_path: Path, capsys):
    """100: two machines migrate at once; every row is there; the former code reads every table of the new schema."""
    env = os.environ | {
        "DATABASE_URL": postgres.url(base=base),
        "DATABASE_URL_PROPRIETAIRE": postgres.url(PROPRIETAIRE, base),
        "DOSSIER_CLES": str(tmp_path / "cles"),
        "DJANGO_SETTINGS_MODULE": "espace_partenaires.settings",
        "DEMO": "1",
    }

    def lancer(ou: Path, *mots: str) -> None:
        fait = subprocess.run([sys.executable, *mots], cwd=ou, env=env, capture_output=True, text=True)
        assert fait.returncode == 0, fait.stdout + fait.stderr

    def lignes() -> dict[str, int]:
        with postgres.connexion(base) as lien:
            noms = lien.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            compter = sql.SQL("SELECT count(*) FROM {}")
            return {nom: lien.execute(compter.format(sql.Identifier(nom))).fetchone()[0] for (nom,) in noms}

    ancienne = exporter(derniere_version(RACINE) or "HEAD", tmp_path / "ancienne")
    nouvelle = exporter("HEAD", tmp_path / "nouvelle")
    [(_, derniere)] = MigrationLoader(None).graph.leaf_nodes("information")
    (nouvelle / "information/migrations/9999_essai.py").write_text(ESSAI.format(derniere=derniere))
    lancer(ancienne, "-m", "outils.preparer")
    avant = lignes()
    with ThreadPoolExecutor(2) as machines:
        list(machines.map(lambda _: lancer(nouvelle, "manage.py", "migrer"), range(2)))
    apres = lignes()
    perdues = {nom: (nombre, apres.get(nom)) for nom, nombre in avant.items() if apres.get(nom) != nombre}
    assert set(perdues) <= {"django_migrations", "auth_permission", "django_content_type"}
    with postgres.connexion(base) as lien:
        assert lien.execute("SELECT count(*), count(essai) FROM information_publication").fetchone() == (
            avant["information_publication"],
            avant["information_publication"],
        )
    lancer(ancienne, "-c", LIRE)
    lancer(nouvelle, "-c", LIRE)
    with capsys.disabled():
        print(f"\n{sum(avant.values())} lignes de {len(avant)} tables")
