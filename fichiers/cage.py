"""The cage of the process that reads what people send: closed before the first byte, from inside.

Four barriers, each of which the kernel may lack; `fermer` says which of them hold:

- `limites`: memory, processor time, size of files, number of processes, no dump of the memory;
- `espaces`: namespaces of its own (user, network, processes, mounts, messages), rooted in an empty folder;
- `landlock`: no file may be opened, no port reached, no process outside signalled;
- `seccomp`: no system call but those that read, write and compute.

Nothing is left open but the pipes. What the process needs is loaded before. A decoder that waits for ever for a thread that
could not start (libde265, of HEIC pictures) is given threads, in the same cage: never another process.
"""

import ctypes
import os
import platform
import resource
import signal
import struct

MEMOIRE_MAX = 1 << 30
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
# user, network, processes, mounts, messages, name of the machine
_ESPACES = 0x10000000 | 0x40000000 | 0x20000000 | 0x00020000 | 0x08000000 | 0x04000000
_MS_REC_PRIVATE, _MS_CLOS = 0x4000 | 0x40000, 0x1 | 0x2 | 0x4 | 0x8
_LANDLOCK_CREER, _LANDLOCK_S_ENFERMER = 444, 446
# Rights over files that each version of Landlock knows; a right that is handled and not given is refused.
_DROITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_SECCOMP_FILTRE, _SECCOMP_PERMIS, _SECCOMP_REFUSE = 2, 0x7FFF0000, 0x00050001
# « Not implemented », after which the C library asks by `clone`, whose flags a filter can read.
_SECCOMP_ABSENT, _CLONE3 = 0x00050000 | 38, 435
# What `pthread_create` asks of `clone`, to the bit: memory, files and signals of this process, no other world.
_FIL = 0x003D0F00
# Those of a user count together, of whatever process where there are no namespaces.
_FILS_MAX = 512
# read, readv, write, writev, close, fstat, lseek, mmap, mprotect, munmap, mremap, madvise, brk, sigaction, sigprocmask,
# sigreturn, sigaltstack, futex, exit, exit_group, clock_gettime, clock_getres, gettimeofday, getrandom, sched_yield,
# getpid, gettid, restart_syscall, getcwd. Per machine: its number for the kernel, then theirs.
_APPELS = {
    "x86_64": (
        0xC000003E,
        "0 19 1 20 3 5 8 9 10 11 25 28 12 13 14 15 131 202 60 231 228 229 96 318 24 39 186 219 79",
    ),
    "aarch64": (
        0xC00000B7,
        "63 65 64 66 57 80 62 222 226 215 216 233 214 134 135 139 132 98 93 94 113 114 169 278 124 172 178 128 17",
    ),
}
# clone, then what a thread that is born calls: rseq, set_robust_list.
_APPELS_DE_FIL = {"x86_64": (56, "334 273"), "aarch64": (220, "293 99")}
_noyau = ctypes.CDLL(None, use_errno=True)
_noyau.syscall.restype = ctypes.c_long


def fermer(secondes: int, *, fils: bool = False) -> dict[str, bool]:
    """Close the cage on this process, for so many seconds of processor time; return which barriers hold. `fils`: threads may start."""
    _noyau.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _noyau.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return {
        "espaces": _s_isoler(),
        "landlock": _s_enfermer(),
        "limites": _se_limiter(secondes, _FILS_MAX * fils),
        "seccomp": _se_taire(fils),
    }


def proteger_la_memoire() -> None:
    """Forbid to the other processes of the same user to read the memory and the environment of this one."""
    _noyau.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _s_isoler() -> bool:
    """Go into namespaces of one's own, then into an empty root; the work goes on in a child, alone in its world."""
    if _noyau.unshare(_ESPACES):
        return False
    enfant = os.fork()
    if enfant:
        # Nothing but waiting: who kills this one kills the other.
        os.close(0)
        os.close(1)
        os.waitpid(enfant, 0)
        os._exit(0)
    _noyau.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        racine = b"/tmp"  # covered by an empty file system, that this process alone sees
        if _noyau.mount(b"none", b"/", None, _MS_REC_PRIVATE, None):
            return False
        if _noyau.mount(b"tmpfs", racine, b"tmpfs", _MS_CLOS, b"size=4k,nr_inodes=2"):
            return False
        os.chroot(racine)
        os.chdir("/")
    except OSError:
        return False
    return True


def _se_limiter(secondes: int, fils: int = 0) -> bool:
    limites = (
        (resource.RLIMIT_AS, MEMOIRE_MAX),
        (resource.RLIMIT_CPU, secondes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, fils),
    )
    for limite, valeur in limites:
        resource.setrlimit(limite, (valeur, valeur))
    _noyau.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    proteger_la_memoire()
    return True


def _s_enfermer() -> bool:
    version = _noyau.syscall(_LANDLOCK_CREER, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    if version < 1:
        return False
    # Files; then, for the kernels that know them, ports, and what is outside: abstract sockets, signals.
    droits = [(1 << _DROITS.get(version, 16)) - 1]
    droits += [3] * (version >= 4) + [3] * (version >= 6)
    demande = struct.pack(f"{len(droits)}Q", *droits)
    regles = _noyau.syscall(_LANDLOCK_CREER, demande, ctypes.c_size_t(len(demande)), ctypes.c_uint(0))
    if regles < 0:
        return False
    refus: int = _noyau.syscall(_LANDLOCK_S_ENFERMER, ctypes.c_int(regles), ctypes.c_uint(0))
    os.close(regles)
    return refus == 0


def _se_taire(fils: bool = False) -> bool:
    """Leave the listed system calls; any other answers « not permitted »."""
    if platform.machine() not in _APPELS:
        return False
    machine, appels = _APPELS[platform.machine()]
    charger, egal, rendre = 0x20, 0x15, 0x06
    programme = [
        (charger, 0, 0, 4),
        (egal, 1, 0, machine),
        (rendre, 0, 0, _SECCOMP_REFUSE),
        (charger, 0, 0, 0),
    ]
    if fils:
        naitre, suite = _APPELS_DE_FIL[platform.machine()]
        appels += f" {suite}"
        programme += [(egal, 0, 1, _CLONE3), (rendre, 0, 0, _SECCOMP_ABSENT), (egal, 0, 4, naitre)]
        programme += [(charger, 0, 0, 16), (egal, 0, 1, _FIL)]
        programme += [(rendre, 0, 0, _SECCOMP_PERMIS), (rendre, 0, 0, _SECCOMP_REFUSE)]
    for appel in map(int, appels.split()):
        programme += [(egal, 0, 1, appel), (rendre, 0, 0, _SECCOMP_PERMIS)]
    programme.append((rendre, 0, 0, _SECCOMP_REFUSE))
    octets = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *ligne) for ligne in programme))
    filtre = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(programme), ctypes.addressof(octets)))
    refus: int = _noyau.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTRE, ctypes.byref(filtre), 0, 0)
    return refus == 0
