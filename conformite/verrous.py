"""Advisory locks of Postgres, held by the current transaction: work that one machine does at a time."""

from django.db import connection

# The numbers are arbitrary and must not change: machines of two versions may run side by side.
CLES = 20260402
JOURNAL = 20260401


def prendre(verrou: int, *, au_plus: int | None = None) -> None:
    """Wait for the lock; it is given back at the end of the transaction.

    `au_plus`: milliseconds, after which OperationalError (LockNotAvailable) is raised.
    """
    with connection.cursor() as curseur:
        if au_plus is not None:
            curseur.execute("SELECT set_config('lock_timeout', %s, true)", [f"{au_plus}ms"])
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [verrou])
