"""Loaded by a real worker of the tests (`--include`): its child dies by SIGKILL at the step that a file asks for.

The file of the variable `ORDRE_DE_MORT` holds « task step »: a step is a statement sent to Postgres, a sync of a file,
or a file taken away. Read once: the same task, delivered again, lives. At step 0 nobody dies, and the number of steps
of the whole run is written beside, in `<file>.pas`.
"""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.db import connection

ORDRE = "ORDRE_DE_MORT"
_en_cours: list[tuple["Rebours", ExitStack]] = []


class Rebours:
    """The steps of one run."""

    def __init__(self, mourir_a: int) -> None:
        self.mourir_a, self.pas = mourir_a, 0

    def avancer(self) -> None:
        """Count one step; die there when it is the one."""
        self.pas += 1
        if self.pas == self.mourir_a:
            os.kill(os.getpid(), signal.SIGKILL)

    def requete(self, executer: Callable[..., Any], *arguments: Any) -> Any:
        """Count a statement before it is sent."""
        self.avancer()
        return executer(*arguments)


@task_prerun.connect
def armer(task: Any, **_: Any) -> None:
    """Read the order, and count from now on."""
    ordre = Path(os.environ[ORDRE])
    if not ordre.exists():
        return
    tache, etape = ordre.read_text().split()
    if tache != task.name:
        return
    ordre.unlink()
    rebours, pile = Rebours(int(etape)), ExitStack()
    vrai_sync, vrai_retrait = os.fsync, os.unlink
    pile.enter_context(connection.execute_wrapper(rebours.requete))
    pile.callback(lambda: (setattr(os, "fsync", vrai_sync), setattr(os, "unlink", vrai_retrait)))
    os.fsync = lambda fichier: (rebours.avancer(), vrai_sync(fichier))[1]
    os.unlink = lambda *lieu, **options: (rebours.avancer(), vrai_retrait(*lieu, **options))[1]
    _en_cours.append((rebours, pile))


@task_postrun.connect
def desarmer(**_: Any) -> None:
    """Say how many steps the run took, and count no more."""
    while _en_cours:
        rebours, pile = _en_cours.pop()
        pile.close()
        Path(os.environ[ORDRE] + ".pas").write_text(str(rebours.pas))
