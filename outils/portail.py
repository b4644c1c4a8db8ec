"""The whole portal as processes of one machine: services, schema, web, worker, beat.

`make run` is one Portail on var/; tests on real processes are others, on folders of their own.
"""

import base64
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from outils.processus import arreter, lancer, tuer_le_groupe
from outils.services import (
    BASE,
    PROPRIETAIRE,
    Postgres,
    ServiceImpossible,
    Valkey,
    binaires_postgres,
    dossier_court,
    fin_de,
)

RACINE = Path(__file__).resolve().parent.parent
HOTE = "127.0.0.1"
DELAI_DEMARRAGE = 90
DELAI_ARRET = 25


def procfile() -> dict[str, str]:
    """Return the processes of the portal: name, command; not what a release does before them."""
    lignes = (RACINE / "Procfile").read_text().splitlines()
    return {
        nom: commande for nom, _, commande in (ligne.partition(": ") for ligne in lignes) if nom != "release"
    }


class Portail:
    """The processes and their environment. Use it as a context manager, or call `arreter`."""

    def __init__(
        self,
        etat: Path,
        port: int,
        *,
        rapide: bool = False,
        dire: Callable[[str], None] = lambda _: None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Describe a portal whose state is in `etat`; `env` overrides any variable; `rapide` gives up durability.

        DATABASE_URL and REDIS_URL of `env` replace the embedded services.
        """
        self.etat = etat
        self.port = port
        self.dire = dire
        self.surcharges = dict(env or {})
        self.processus: dict[str, subprocess.Popen[bytes]] = {}
        self.journaux = etat / "journaux"
        self._sockets: Path | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._rapide = rapide

    def __enter__(self) -> "Portail":
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()

    @property
    def adresse(self) -> str:
        """Return the address of the portal, without a final slash."""
        return f"http://localhost:{self.port}"

    # --- Steps

    def demarrer_services(self) -> None:
        """Start the embedded services that the environment does not replace."""
        self.etat.mkdir(parents=True, exist_ok=True, mode=0o700)
        for dossier in (self.journaux, self.etat / "cles", self.etat / "fichiers"):
            dossier.mkdir(exist_ok=True, mode=0o700)
        if "DATABASE_URL" not in self.surcharges:
            self._verifier_version()
            self.postgres = Postgres(self.etat / "postgres", self._dossier_sockets(), rapide=self._rapide)
            self.postgres.journal = self.journaux / "postgres.log"
            self.postgres.demarrer()
            self.dire("• PostgreSQL : démarré")
        if "REDIS_URL" not in self.surcharges:
            self.valkey = Valkey(self.etat / "valkey", self._dossier_sockets(), rapide=self._rapide)
            self.valkey.journal = self.journaux / "valkey.log"
            self.valkey.demarrer()
            self.dire("• Valkey : démarré")

    def preparer(self) -> None:
        """Migrate and load what a first start needs; raise ServiceImpossible when a step fails."""
        journal = self.journaux / "preparation.log"
        with (
            journal.open("ab") as erreurs,
            subprocess.Popen(
                [sys.executable, "-m", "outils.preparer"],
                cwd=RACINE,
                env=self.environnement(migration=True),
                stdout=subprocess.PIPE,
                stderr=erreurs,
                text=True,
            ) as etapes,
        ):
            for ligne in etapes.stdout or ():
                self.dire(ligne.rstrip())
        if etapes.returncode:
            raise ServiceImpossible(
                f"La préparation de la base a échoué. Son journal :\n{fin_de(journal, 25)}"
            )

    def lancer(self, nom: str, **env: str) -> subprocess.Popen[bytes]:
        """Start one process of the Procfile, whose output goes to `journaux/<nom>.log`."""
        environnement = self.environnement() | env
        mots = [developper(mot, environnement) for mot in shlex.split(procfile()[nom])]
        mots[0] = sys.executable
        self.processus[nom] = lancer(
            mots,
            journal=self.journaux / f"{nom}.log",
            env=environnement,
            dossier=RACINE,
            signal_de_mort=signal.SIGTERM,
        )
        return self.processus[nom]

    def attendre(self, delai: float = DELAI_DEMARRAGE) -> None:
        """Wait for the readiness page; raise ServiceImpossible when the web process dies or stays closed."""
        limite = time.monotonic() + delai
        manque = "aucune réponse"
        while time.monotonic() < limite and self.processus["web"].poll() is None:
            if not (manque := self.manque()):
                return
            time.sleep(0.2)
        journal = fin_de(self.journaux / "web.log", 25)
        raise ServiceImpossible(f"Le portail n’est pas prêt ({manque}). Son journal :\n{journal}")

    def manque(self) -> str:
        """Return what keeps the portal from being ready, empty when it is."""
        try:
            with urllib.request.urlopen(f"http://{HOTE}:{self.port}/sante/pret", timeout=5) as reponse:
                return "" if reponse.status == 200 else str(reponse.status)
        except urllib.error.HTTPError as erreur:
            return erreur.read(500).decode(errors="replace")
        except OSError:
            return "aucune réponse"

    def tout_demarrer(self) -> None:
        """Take every step in order; return once the portal answers."""
        self.demarrer_services()
        self.preparer()
        for nom in procfile():
            self.lancer(nom)
        self.attendre()

    def arreter(self) -> None:
        """Stop everything: first the processes, together, then the services; leave no process and no socket."""
        for processus in self.processus.values():
            if processus.poll() is None:
                processus.send_signal(signal.SIGTERM)
        limite = time.monotonic() + DELAI_ARRET
        while time.monotonic() < limite and any(p.poll() is None for p in self.processus.values()):
            time.sleep(0.05)
        for processus in self.processus.values():
            tuer_le_groupe(processus)
        self.processus.clear()
        for service in (self.valkey, self.postgres):
            if service is not None:
                service.arreter()
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def tuer(self, nom: str) -> None:
        """Kill one process and its children, as a power cut would."""
        tuer_le_groupe(self.processus.pop(nom))

    def interrompre(self, nom: str) -> None:
        """Stop one process gracefully."""
        arreter(self.processus.pop(nom), delai=DELAI_ARRET)

    # --- Environment

    def environnement(self, *, migration: bool = False) -> dict[str, str]:
        """Return the variables of a process; those of the owner's role only for a migration."""
        env = dict(os.environ) | self._secrets() | self._reglages()
        # Six processes import the same 1 800 modules: compile them once.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        if self.postgres is not None:
            env["DATABASE_URL"] = self.postgres.url()
            env["DATABASE_URL_PROPRIETAIRE"] = self.postgres.url(PROPRIETAIRE, BASE)
        if self.valkey is not None:
            env["REDIS_URL"] = self.valkey.url
        env |= self.surcharges
        if not migration:
            # Set, and empty: a .env file must not give it back.
            env["DATABASE_URL_PROPRIETAIRE"] = ""
        return env

    def _reglages(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "espace_partenaires.settings",
            "PYTHONPATH": str(RACINE),
            "PYTHONUNBUFFERED": "1",
            "HOTE": HOTE,
            "PORT": str(self.port),
            "ADRESSE_DU_PORTAIL": self.adresse,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DEMO": "1",
            "DEBUG": "0",
            "DOSSIER_CLES": str(self.etat / "cles"),
            "DOSSIER_FICHIERS": str(self.etat / "fichiers"),
            "BEAT_FICHIER": str(self.etat / "beat"),
        }

    def _secrets(self) -> dict[str, str]:
        """Return the secrets of this state folder, drawn once."""
        fichier = self.etat / "secrets.env"
        if not fichier.exists():
            cle = base64.b64encode(secrets.token_bytes(32)).decode()
            provisoire = fichier.with_suffix(".neuf")
            provisoire.touch(mode=0o600)
            provisoire.write_text(f"SECRET_KEY={secrets.token_urlsafe(50)}\nCLES_MAITRES={cle}\n")
            provisoire.rename(fichier)
        lignes = fichier.read_text().splitlines()
        return {nom: valeur for nom, _, valeur in (ligne.partition("=") for ligne in lignes) if nom}

    def _dossier_sockets(self) -> Path:
        if self._sockets is None:
            self._sockets = dossier_court(self.etat)
            # For « make clean », after a run that was killed.
            (self.etat / "sockets").write_text(str(self._sockets))
        return self._sockets

    def _verifier_version(self) -> None:
        fichier = self.etat / "postgres/PG_VERSION"
        if not fichier.exists():
            return
        dite = subprocess.run(
            [str(binaires_postgres() / "postgres"), "--version"], capture_output=True, text=True
        )
        majeure = dite.stdout.split()[-1].split(".")[0]
        if majeure != fichier.read_text().strip():
            raise ServiceImpossible(
                f"La base de {self.etat} a été créée par PostgreSQL {fichier.read_text().strip()}, "
                f"celui-ci est {majeure}. « make clean » repart d’une démonstration neuve."
            )


def developper(mot: str, env: Mapping[str, str]) -> str:
    """Replace `${NOM:-default}`: each word stays one word, whatever its value holds."""
    trouve = re.fullmatch(r"\$\{(\w+):-(.*)\}", mot)
    return env.get(trouve[1], trouve[2]) if trouve else mot


def port_libre() -> int:
    """Return a port that nobody listens to now."""
    with socket.socket() as prise:
        prise.bind((HOTE, 0))
        return int(prise.getsockname()[1])
