"""A production of one machine, from what is shipped: the environment and commands of the compose file, the CMD of the
image, the roles script. Only names of places differ: sockets and ports for services, folders for volumes."""

import json
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from outils.portail import port_libre
from outils.processus import arreter, lancer
from outils.services import (
    APPLICATION,
    BASE,
    PROPRIETAIRE,
    Postgres,
    binaire_valkey,
    binaires_postgres,
    dossier_ephemere,
)
from tests.base_gardee import poser
from tests.maison.arbre import RACINE
from tests.maison.livraison import compose, exemple
from tests.pannes.puits import Puits

DOCKERFILE = (RACINE / "Dockerfile").read_text()
_ACCES = "local all postgres trust\nlocal all all scram-sha-256\n"


class Production:
    """Use as a context manager; `migrer`, then `lancer("web")`…, `executer("web", "python manage.py …")`.

    `migree`: on the migrated database that the tests keep, for what is not about its making.
    """

    def __init__(self, dossier: Path, *, migree: bool = False) -> None:
        self.dossier, self.migree = dossier, migree
        self.ephemere = dossier_ephemere()
        self.ports = {nom: port_libre() for nom in ("web", "valkey")}
        self.puits = Puits()
        self.postgres = Postgres(self.ephemere / "pg", self.ephemere, rapide=True)
        self._pile = ExitStack()
        self.processus: dict[str, subprocess.Popen[bytes]] = {}
        self.env = exemple() | {"EMAIL_URL": self.puits.url}
        self.services = compose(self.env)["services"]
        (dossier / "bin").mkdir()
        # Not a link: the interpreter finds its environment by its own path.
        (dossier / "bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (dossier / "bin/python").chmod(0o755)
        (dossier / "bin/valkey-server").symlink_to(binaire_valkey())

    def __enter__(self) -> "Production":
        with self._pile:
            self._pile.enter_context(self.puits)
            if self.migree:
                poser(self.postgres)
            self._pile.enter_context(self.postgres)
            self._regler()
            if self.migree:
                self._donner_les_mots_de_passe()
            else:
                self._creer_les_roles()
            for nom in ("cles", "fichiers", "indisponible", "sauvegardes", "tmp"):
                (self.dossier / "donnees" / nom).mkdir(parents=True, mode=0o700)
            self._pile = self._pile.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for processus in self.processus.values():
            arreter(processus, delai=20)
        self._pile.close()

    def _regler(self) -> None:
        """Ask for passwords, and set what the compose file sets."""
        with self.postgres.connexion() as admin:
            # What the command of the compose file sets must be a setting of Postgres, with a value that it accepts.
            for reglage in self.services["postgres"]["command"][2::2]:
                nom, _, valeur = reglage.partition("=")
                admin.execute(f"ALTER SYSTEM SET {nom} TO '{valeur}'")
            (self.postgres.donnees / "pg_hba.conf").write_text(_ACCES)
            admin.execute("SELECT pg_reload_conf()")

    def _donner_les_mots_de_passe(self) -> None:
        """The roles that own what is kept have none."""
        with self.postgres.connexion() as admin:
            for role, mot in ((PROPRIETAIRE, "PROPRIETAIRE"), (APPLICATION, "APPLICATION")):
                admin.execute(f"ALTER ROLE {role} PASSWORD '{self.env[f'MOT_DE_PASSE_{mot}']}'")

    def _creer_les_roles(self) -> None:
        """From an empty cluster, run the script as the image of Postgres does."""
        with self.postgres.connexion() as admin:
            admin.execute(f"DROP DATABASE {BASE}")
            for role in (PROPRIETAIRE, APPLICATION):
                admin.execute(f"DROP ROLE {role}")
        env = self.services["postgres"]["environment"] | {"POSTGRES_USER": "postgres"}
        fait = subprocess.run(
            ["sh", str(RACINE / "deploiement/postgres/10-roles.sh")],
            env=env | {"PGHOST": str(self.postgres.socket), "PATH": f"{binaires_postgres()}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert fait.returncode == 0, fait.stderr

    # --- From the words of the files to this machine

    def ici(self, texte: str) -> str:
        """Replace the places of the containers by those of this machine."""
        lieux = {
            "@postgres:5432/": f"@/{quote(str(self.postgres.socket), safe='')}/",
            "@valkey:6379": f"@127.0.0.1:{self.ports['valkey']}",
            "exec valkey-server": f"exec valkey-server --bind 127.0.0.1 --port {self.ports['valkey']}",
            "http://127.0.0.1:8000/": f"http://127.0.0.1:{self.ports['web']}/",
            "/application/statique": str(self.dossier / "statique"),
            "/donnees/": f"{self.dossier}/donnees/",
            "/tmp/beat": f"{self.dossier}/donnees/tmp/beat",
            "find /tmp": f"find {self.dossier}/donnees/tmp",
        }
        for livre, reel in lieux.items():
            texte = texte.replace(livre, reel)
        return str(self.ports["web"]) if texte == "8000" else texte

    def environnement(self, service: str) -> dict[str, str]:
        """Return the variables of a container: the image's, then the compose file's, and no other."""
        image = dict(
            re.findall(r"^(?:ENV)? +([A-Z_]+)=(\S+)", DOCKERFILE.partition("\nUSER ")[2], re.MULTILINE)
        )
        env = image | {nom: str(valeur) for nom, valeur in self.services[service]["environment"].items()}
        chemin = f"{self.dossier}/bin:{binaires_postgres()}:/usr/bin:/bin"
        propre = {
            "PATH": chemin,
            "HOSTNAME": socket.gethostname(),
            "TMPDIR": str(self.dossier / "donnees/tmp"),
        }
        return {nom: self.ici(valeur) for nom, valeur in env.items()} | propre

    def commande(self, service: str) -> list[str]:
        """Return the command of a container, the image's when the compose file gives none."""
        image = json.loads(DOCKERFILE.partition("\nCMD ")[2].replace("\\\n", ""))
        return [self.ici(mot) for mot in self.services[service].get("command", image)]

    def lancer(self, service: str) -> None:
        """Start a service with its own command."""
        self.processus[service] = lancer(
            self.commande(service),
            journal=self.dossier / f"{service}.log",
            env=self.environnement(service),
            dossier=self.dossier if service == "valkey" else RACINE,
        )

    def executer(
        self, service: str, commande: str | list[str], **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command line (by the shell) or words in a container of this service; it must succeed."""
        mots = (
            ["sh", "-euc", self.ici(commande)]
            if isinstance(commande, str)
            else [self.ici(m) for m in commande]
        )
        fait = subprocess.run(
            mots,
            cwd=RACINE,
            env=self.environnement(service) | env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert fait.returncode == 0, f"{commande}\n{fait.stdout[-2000:]}\n{fait.stderr[-3000:]}"
        return fait

    def en_sante(self, service: str) -> bool:
        """Whether the health check of the compose file succeeds."""
        genre, *mots = self.services[service]["healthcheck"]["test"]
        commande: Any = [self.ici(m) for m in mots] if genre == "CMD" else ["sh", "-c", self.ici(mots[0])]
        env = self.environnement(service)
        return subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, timeout=60).returncode == 0

    def collecter(self) -> None:
        """Collect the static files with the very words of the Dockerfile."""
        ligne = re.search(r"manage\.py collectstatic[^\\&]+", DOCKERFILE)
        assert ligne
        self.executer("web", f"python {ligne[0]}")

    def connexion(self, role: str, mot_de_passe: str, base: str = BASE) -> "psycopg.Connection[tuple]":
        """Return a connection of a role with a password."""
        return psycopg.connect(
            host=str(self.postgres.socket), user=role, password=mot_de_passe, dbname=base, autocommit=True
        )
