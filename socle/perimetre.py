"""The third wall: every statement says to the database for whom it is, and the policies of the tables do the rest (ADR 27).

What is said lasts for one transaction, never for a connection: what a pool, or PgBouncer, gives to the next one says nothing.
Who says nothing sees no row of a demande nor of an exchange.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar, cast

from django.db.models import Model, QuerySet
from psycopg import ClientCursor, sql
from psycopg.pq import TransactionStatus

# The jobs and the commands; who has not signed in. No account has these keys.
MACHINE, PERSONNE = 0, -1
Ligne = TypeVar("Ligne", bound=Model)
Dit = TypeVar("Dit")
_acteur: ContextVar[int] = ContextVar("acteur")
_lus: ContextVar[dict[Hashable, object] | None] = ContextVar("lus", default=None)
_du_processus = PERSONNE


@contextmanager
def au_nom_de(acteur: int) -> Iterator[None]:
    """Ask the database in the name of this account: what its structure and its caisses hold, and nothing else."""
    avant = _acteur.set(acteur)
    try:
        yield
    finally:
        _acteur.reset(avant)


@contextmanager
def lecture(seulement: bool) -> Iterator[None]:
    """Serve a page; while it only reads, nothing changes of what `une_fois` was told."""
    avant = _lus.set({} if seulement else None)
    try:
        yield
    finally:
        _lus.reset(avant)


def une_fois(quoi: Hashable, demander: Callable[[], Dit]) -> Dit:
    """Return what `demander` returns, asked once for a page that is read. An act asks again, under its locks."""
    lus = _lus.get()
    if lus is None:
        return demander()
    if quoi not in lus:
        lus[quoi] = demander()
    return cast(Dit, lus[quoi])


def devenir(acteur: int) -> None:
    """Ask in its name in the whole process, where nothing else is said."""
    global _du_processus
    _du_processus = acteur


def lever_le_mur(table: str, condition: str) -> tuple[str, str]:
    """Return the SQL by which a table shows the rows of this condition only, and the SQL that undoes it."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY perimetre ON {table} USING ({condition});",
        f"DROP POLICY perimetre ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def par_lots(lignes: QuerySet[Ligne], nombre: int = 500) -> Iterator[Ligne]:
    """Yield these rows by their keys, so many at once: no cursor stays open on the server, which would say nothing."""
    derniere = 0
    while lot := list(lignes.filter(pk__gt=derniere).order_by("pk")[:nombre]):
        yield from lot
        derniere = lot[-1].pk


class Curseur(ClientCursor[Any]):
    """A cursor whose every statement says for whom it is, in the same exchange and in the same transaction."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Run the statement. One that failed lets nothing but a rollback come after it."""
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            super().execute(query, params, **options)
            return self
        dit = f"SET LOCAL portail.acteur = {_acteur.get(_du_processus):d};"
        super().execute(
            sql.SQL(dit) + query if isinstance(query, sql.Composable) else dit + query, params, **options
        )
        self.nextset()
        return self
