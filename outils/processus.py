"""Child processes that never outlive their parent, even when it is killed."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def mourir_avec_le_parent(signal_de_mort: int) -> Callable[[], None]:
    """Return what a child runs between fork and exec (`preexec_fn`), so that this process's death reaches it."""
    parent = os.getpid()

    def preparer() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal_de_mort)
        # The parent may have died between fork and prctl: nobody would send the signal any more.
        if os.getppid() != parent:
            os._exit(1)

    return preparer


def lancer(
    commande: Sequence[str | Path],
    *,
    journal: Path | IO[bytes] | int | None = None,
    env: dict[str, str] | None = None,
    dossier: Path | None = None,
    signal_de_mort: int = signal.SIGTERM,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start `commande` in a session of its own, which receives `signal_de_mort` when this process dies.

    To call from the main thread: the kernel watches the thread that started the child. `journal` receives both
    outputs (a path is appended to). Further options go to Popen.
    """
    sortie = journal.open("ab") if isinstance(journal, Path) else journal
    try:
        return subprocess.Popen(
            [str(mot) for mot in commande],
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=subprocess.STDOUT if sortie is not None else None,
            env=env,
            cwd=dossier,
            start_new_session=True,
            preexec_fn=mourir_avec_le_parent(signal_de_mort),
            **options,
        )
    finally:
        if isinstance(journal, Path) and sortie is not None:
            sortie.close()


def arreter(processus: subprocess.Popen[bytes], signal_doux: int = signal.SIGTERM, delai: float = 10) -> None:
    """Ask `processus` to stop, wait `delai` seconds, then kill what is left of its session."""
    if processus.poll() is None:
        processus.send_signal(signal_doux)
        try:
            processus.wait(delai)
        except subprocess.TimeoutExpired:
            pass
    tuer_le_groupe(processus)


def tuer_le_groupe(processus: subprocess.Popen[bytes]) -> None:
    """Kill every process of the session of `processus`, then reap it."""
    try:
        os.killpg(processus.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    processus.wait()
