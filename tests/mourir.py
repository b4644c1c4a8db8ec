"""A job that dies by SIGKILL at the step that a test asks for, in a child of the test (real commits: `base_reelle`)."""

import os
import re
import signal
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

# A statement that writes, or takes a lock to write.
ECRIT = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")
# The sessions of a child that the server still serves; a thread of another test may have its own in this database.
RESTENT = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"


def mourir(
    travail: Callable[[], object], etape: int, *gestes: tuple[Any, str], lectures: bool = True
) -> bool:
    """Do `travail` in a child that kills itself before its n-th step, and return whether it died.

    A step is a statement sent to Postgres, or a call of one of `gestes` (owner and name of a function). Without
    `lectures`, only what writes is: a job that read and dies left all as it was. When it returns, the server has seen that the child is gone: nothing of its transaction holds any more.
    """
    connection.close()
    enfant = os.fork()
    if enfant == 0:
        # Where Playwright runs its loop, the child no longer sees it: asgiref gives it the connection of before, long dead.
        connections.close_all()
        os.environ["PGAPPNAME"] = _nom(os.getpid())
        restantes, code = etape, 1

        def un_pas() -> None:
            nonlocal restantes
            restantes -= 1
            if restantes == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def compter(vrai: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *arguments, **options: (un_pas(), vrai(*arguments, **options))[1]

        def requete(executer: Callable[..., Any], sql: str, *suite: Any) -> Any:
            return (compter(executer) if lectures or ECRIT.search(str(sql)) else executer)(sql, *suite)

        for proprietaire, nom in gestes:
            setattr(proprietaire, nom, compter(getattr(proprietaire, nom)))
        try:
            with connection.execute_wrapper(requete):
                travail()
            code = 0
        except BaseException:
            # The child leaves without pytest: what went wrong is written here, or known to nobody.
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)
    _, statut = os.waitpid(enfant, 0)
    assert os.WIFSIGNALED(statut) or os.WEXITSTATUS(statut) == 0
    _attendre_que_le_serveur_le_sache(_nom(enfant))
    return os.WIFSIGNALED(statut)


def _nom(pid: int) -> str:
    return f"enfant-{pid}"


def _attendre_que_le_serveur_le_sache(nom: str) -> None:
    with connection.cursor() as curseur:
        for _ in range(3_000):
            if not curseur.execute(RESTENT, [nom]).fetchone()[0]:
                return
            curseur.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("la session du processus tué est toujours ouverte")
