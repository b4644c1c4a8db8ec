"""`manage.py migrer`: migrate as the owner, then give the application's role its rights, and no more."""

import time
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from psycopg import sql
from psycopg.errors import LockNotAvailable

# Any number: the same for all machines that deploy at the same time.
VERROU = 7_281_946_035
# The limits of a role: a page waits for a lock less than a person does (a row that several want is waited for twice, to be
# the next one, then to have it); a migration less than a page, since all that
# comes after it waits behind it.
DELAIS_PAGES = {
    "statement_timeout": "10s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "60s",
}
DELAIS_MIGRATION = {
    "statement_timeout": "0",
    "lock_timeout": "1s",
    "idle_in_transaction_session_timeout": "600s",
}
ESSAIS, PAUSE = 20, 3  # times, seconds
# Tables to which the application adds lines and changes none.
AJOUT_SEUL = ("conformite.LigneJournal", "conformite.SceauJournal", "conformite.LotDetruit")
# Tables that the application only reads: what it writes there goes through the owner's functions.
LECTURE_SEULE = ("conformite.PurgeJournal",)
# Trusted extensions: the owner of a database may create them.
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin", "btree_gist")
# unaccent() alone is only STABLE: an index asks for an immutable function.
CLE_TRI = """
CREATE OR REPLACE FUNCTION cle_tri(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1))
"""


class Command(BaseCommand):
    """Bring the schema up to date; safe to run from several machines at once and to run again."""

    help = "Met la base à jour avec le rôle propriétaire, puis accorde ses droits au rôle de l’application."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--silencieux`, for callers with their own output."""
        parser.add_argument("--silencieux", action="store_true", help="n’affiche rien")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate under an advisory lock with the owner's alias when there is one."""
        alias = "proprietaire" if "proprietaire" in settings.DATABASES else "default"
        connexion = connections[alias]
        bavard = 0 if options["silencieux"] else options["verbosity"]
        with connexion.cursor() as curseur:
            # Another machine that migrates is waited for as long as it takes.
            curseur.execute("SET statement_timeout = 0")
            curseur.execute("SET lock_timeout = 0")
            curseur.execute("SELECT pg_advisory_lock(%s)", [VERROU])
            try:
                _borner(connexion, DELAIS_MIGRATION)
                self._tenter(alias, bavard)
                if alias == "proprietaire":
                    _accorder(curseur, connections["default"].settings_dict["USER"])
                _borner(connections["default"], DELAIS_PAGES)
            finally:
                curseur.execute("SELECT pg_advisory_unlock(%s)", [VERROU])

    def _tenter(self, alias: str, bavard: int) -> None:
        """Migrate, giving up the lock that does not come and trying again: nobody queues behind a migration."""
        for reste in reversed(range(ESSAIS)):
            try:
                with connections[alias].cursor() as curseur:
                    for extension in EXTENSIONS:
                        curseur.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                    curseur.execute(CLE_TRI)
                call_command("migrate", database=alias, interactive=False, verbosity=bavard)
                return
            except OperationalError as erreur:
                if not isinstance(erreur.__cause__, LockNotAvailable):
                    raise
                if not reste:
                    raise CommandError(
                        "Une table est occupée : la migration a renoncé. Ce qui est fait reste fait ; relancez-la."
                    ) from erreur
                self.stderr.write(f"Une table est occupée : nouvel essai dans {PAUSE} secondes.")
                time.sleep(PAUSE)


def _borner(connexion: Any, delais: dict[str, str]) -> None:
    """Set these limits for the role of this connection, and for the connection itself."""
    with connexion.cursor() as curseur:
        for nom, delai in delais.items():
            reglage = sql.SQL("SET {} = {}").format(sql.Identifier(nom), delai)
            curseur.execute(sql.SQL("ALTER ROLE CURRENT_USER ") + reglage)
            curseur.execute(reglage)


def _accorder(curseur: Any, role: str) -> None:
    """Give `role` rows to read and write in every table of the portal, minus what is append-only."""
    nom = sql.Identifier(role)
    ordres = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(nom),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(nom),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(nom),
    ]
    ordres.append(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(nom))
    for modele in apps.get_models():
        table = sql.Identifier(modele._meta.db_table)
        if modele._meta.label in AJOUT_SEUL:
            ordres.append(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(table, nom))
        elif modele._meta.label in LECTURE_SEULE:
            ordres.append(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(table, nom))
    for ordre in ordres:
        curseur.execute(ordre)
