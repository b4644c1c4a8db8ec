"""A statement that takes long is told in the logs, without its values: the database would quote them (`REQUETE_LENTE_MS`)."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

log = structlog.get_logger(__name__)
LONGUEUR = 1000  # characters


def surveiller(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Time the statements of a connection (signal `connection_created`); a pool gives the same one again."""
    if settings.REQUETE_LENTE_MS and _chronometrer not in connection.execute_wrappers:
        connection.execute_wrappers.append(_chronometrer)


def _chronometrer(executer: Callable[..., Any], sql: Any, params: Any, many: bool, contexte: object) -> Any:
    debut = time.perf_counter()
    try:
        return executer(sql, params, many, contexte)
    finally:
        duree = (time.perf_counter() - debut) * 1000
        if duree >= settings.REQUETE_LENTE_MS:
            # Composed by psycopg, or given alone, a text may hold its values.
            texte = sql[:LONGUEUR] if isinstance(sql, str) and params is not None else type(sql).__name__
            log.warning("requete_lente", duree_ms=round(duree, 1), sql=texte)
