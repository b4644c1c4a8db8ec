"""A setting that is missing is said in a sentence: who installs the portal reads no trace."""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from argon2 import Type
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.module_loading import import_string

from espace_partenaires import settings as settings_du_portail
from tests.maison.arbre import RACINE
from tests.maison.autorite import Autorite

MINIMUM = {"SECRET_KEY": "x", "DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://r"}
# What is read of each, in the settings.
LUS = {
    "SECRET_KEY": "SECRET_KEY",
    "CLES_MAITRES": "CLES_MAITRES",
    "DATABASE_URL": "DATABASES['default']['HOST']",
    "EMAIL_URL": "EMAIL_HOST_PASSWORD",
}


# Plays one command under each environment: a child of one interpreter each time, for what they all import first.
JOUER = """
import json, os, runpy, signal, sys
import celery.bin.celery, csp.constants, django.core.management, environ, granian.cli, structlog
from outils.processus import mourir_avec_le_parent
cas, *sys.argv = json.loads(sys.argv[1]), *sys.argv[2:]
faits, lie = [], mourir_avec_le_parent(signal.SIGKILL)
for env in cas:
    lecture, ecriture = os.pipe()
    if os.fork() == 0:
        lie()
        os.environ.clear()
        os.environ.update(env)
        for sortie in (1, 2):
            os.dup2(ecriture, sortie)
        os.close(lecture)
        os.close(ecriture)
        runpy.run_path(sys.argv[0], run_name="__main__")
        sys.exit()
    os.close(ecriture)
    with open(lecture) as dit:
        texte = dit.read()
    faits.append((os.waitstatus_to_exitcode(os.wait()[1]), texte))
print(json.dumps(faits))
"""
ABSENTS = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")
ILLISIBLES = [
    ("DATABASE_URL", "Canari"),
    ("DATABASE_URL", "mysql://a:Canari@b/c"),
    ("DATABASE_URL", "postgres://a:Canari@b:port/c"),
    ("DATABASE_URL_PROPRIETAIRE", "Canari"),
    ("REDIS_URL", "Canari"),
    ("EMAIL_URL", "Canari"),
    ("MANDATAIRES", "Canari"),
    ("SAUVEGARDE_AGE_HEURES", "Canari"),
    ("SECRET_KEY_FILE", "/nulle/part/Canari"),
]


@cache
def fins(commande: str) -> dict[tuple[str, str], tuple[int, str]]:
    """Return how a command ends, and what it says, under each setting that is not right."""
    cas = [*((nom, "") for nom in ABSENTS), *ILLISIBLES]
    envs = [MINIMUM | {"PATH": os.defpath, nom: valeur} for nom, valeur in cas]
    dits = python(JOUER, {}, json.dumps(envs), *commande.split())
    return dict(zip(cas, map(tuple, json.loads(dits)), strict=True))


@pytest.mark.parametrize("absent", ABSENTS)
def test_a_missing_setting_is_a_sentence(absent: str):
    code, dit = fins("manage.py check")[absent, ""]
    assert code == 1
    assert dit.startswith(f"Réglages absents : {absent}."), dit
    assert "Traceback" not in dit


@pytest.mark.parametrize(("reglage", "valeur"), ILLISIBLES)
@pytest.mark.parametrize(
    "commande",
    [
        "manage.py check",
        "servir.py granian --interface wsgi espace_partenaires.wsgi:application",
        "servir.py celery -A espace_partenaires worker",
    ],
    ids=["check", "web", "worker"],
)
def test_a_wrong_setting_is_a_sentence_that_does_not_tell_it(commande: str, reglage: str, valeur: str):
    """Whatever is started says the same, and what was given, which may be a secret, stands nowhere."""
    code, dit = fins(commande)[reglage, valeur]
    assert code != 0
    assert f"Réglage illisible : {reglage.removesuffix('_FILE')}." in dit
    assert "Traceback" not in dit and "Canari" not in dit and "File " not in dit


def test_a_secret_may_come_from_a_file(tmp_path: Path):
    """What stands in a file is not seen by who may inspect a container."""
    voulus = {**MINIMUM, "CLES_MAITRES": "x", "EMAIL_URL": "smtp://a:b@c:25"}
    en_fichiers = dict(voulus)
    for reglage in LUS:
        (tmp_path / reglage).write_text(en_fichiers.pop(reglage) + "\n")
        en_fichiers[f"{reglage}_FILE"] = str(tmp_path / reglage)
    lus = ", ".join(f"settings.{un}" for un in LUS.values())
    dire = f"from espace_partenaires import settings; print({lus}, sep='\\n')"
    direct = python(dire, voulus)
    assert python(dire, en_fichiers) == direct and all(direct.splitlines()), direct
    assert len(direct.splitlines()) == len(LUS)


CLIENTS = {
    "courriel": "from django.core.mail import get_connection; get_connection().open()",
    "fichiers": "from django.core.files.storage import storages; storages['fichiers'].exists('a')",
    "courtier": "import redis; redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5).ping()",
    "base": "from django.db import connection; connection.ensure_connection()",
}


def test_every_client_believes_the_authorities_of_the_house(tmp_path: Path):
    """And no other client does: the certificate is judged."""
    autorite = Autorite(tmp_path)
    appel = "import django; django.setup(); from django.conf import settings\n" + "".join(
        f"try:\n    {client}\nexcept Exception:\n    pass\n" for client in CLIENTS.values()
    )
    certificat = autorite.certifier("localhost")
    with ExitStack() as pile:
        serveurs = {nom: pile.enter_context(ServeurTLS(*certificat)) for nom in CLIENTS}
        ports = {nom: serveur.port for nom, serveur in serveurs.items()}
        env = {
            "SECRET_KEY": "x",
            "DATABASE_URL": f"postgres://a:b@localhost:{ports['base']}/c?sslmode=verify-full&sslnegotiation=direct",
            "DATABASE_POOL": "0",
            "REDIS_URL": f"rediss://localhost:{ports['courtier']}/0",
            "EMAIL_URL": f"smtp+ssl://a:b@localhost:{ports['courriel']}",
            "FICHIERS_URL": f"s3+https://a:b@localhost:{ports['fichiers']}/seau?region=x",
            "DJANGO_SETTINGS_MODULE": "espace_partenaires.settings",
        }
        python(appel, env | {"AUTORITES": str(autorite.racine)})
        for nom, serveur in serveurs.items():
            assert serveur.poignees and all(serveur.poignees), nom
            serveur.poignees.clear()
        python(appel, env)
        for nom, serveur in serveurs.items():
            assert serveur.poignees and not any(serveur.poignees), nom


class ServeurTLS(threading.Thread):
    """Shakes hands and hangs up; `poignees` says for each client whether it believed the certificate."""

    def __init__(self, certificat: Path, cle: Path) -> None:
        super().__init__(daemon=True)
        self.contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.contexte.load_cert_chain(certificat, cle)
        self.contexte.set_alpn_protocols(["postgresql", "http/1.1"])
        self.ecoute = socket.create_server(("127.0.0.1", 0))
        self.port, self.poignees = self.ecoute.getsockname()[1], list[bool]()

    def __enter__(self) -> "ServeurTLS":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ecoute.shutdown(socket.SHUT_RDWR)
        self.ecoute.close()
        self.join(10)

    def run(self) -> None:
        """Serve one client after the other."""
        while True:
            try:
                client, _ = self.ecoute.accept()
            except OSError:
                return
            with client:
                client.settimeout(20)
                try:
                    with self.contexte.wrap_socket(client, server_side=True) as lien:
                        # TLS 1.3: a client that refuses says so after the handshake.
                        lien.settimeout(1)
                        try:
                            lien.recv(1)
                        except TimeoutError:
                            pass
                    self.poignees.append(True)
                except OSError:
                    self.poignees.append(False)


def python(texte: str, env: dict[str, str], *mots: str) -> str:
    """Run these lines with this environment alone, and return what they print."""
    fait = subprocess.run(
        [sys.executable, "-c", texte, *mots],
        cwd=RACINE,
        env={"PATH": os.defpath} | env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert fait.returncode == 0, fait.stderr
    return fait.stdout


def test_passwords_are_hashed_by_argon2id():
    """The first hasher makes the new ones (ASVS 11.4.2); tests replace it by a quick one, so the file is asked."""
    hacheur = import_string(settings_du_portail.PASSWORD_HASHERS[0])()
    assert isinstance(hacheur, Argon2PasswordHasher)
    assert hacheur.params().type == Type.ID and hacheur.memory_cost >= 19 * 1024
