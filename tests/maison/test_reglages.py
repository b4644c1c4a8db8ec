"""A setting that is missing is said in a sentence: who installs the portal reads no trace."""

import os
import socket
import ssl
import subprocess
import sys
import threading
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


@pytest.mark.parametrize("absent", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_setting_is_a_sentence(absent: str):
    env = MINIMUM | {"PATH": os.defpath}
    fait = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=RACINE,
        env=env | {absent: ""},
        capture_output=True,
        text=True,
    )
    assert fait.returncode == 1
    assert fait.stderr.startswith(f"Réglages absents : {absent}."), fait.stderr
    assert "Traceback" not in fait.stderr


@pytest.mark.parametrize(
    ("reglage", "valeur"),
    [
        ("DATABASE_URL", "Canari"),
        ("DATABASE_URL", "mysql://a:Canari@b/c"),
        ("DATABASE_URL", "postgres://a:Canari@b:port/c"),
        ("DATABASE_URL_PROPRIETAIRE", "Canari"),
        ("REDIS_URL", "Canari"),
        ("EMAIL_URL", "Canari"),
        ("MANDATAIRES", "Canari"),
        ("SAUVEGARDE_AGE_HEURES", "Canari"),
        ("SECRET_KEY_FILE", "/nulle/part/Canari"),
    ],
)
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
    fait = subprocess.run(
        [sys.executable, *commande.split()],
        cwd=RACINE,
        env=MINIMUM | {"PATH": os.defpath, reglage: valeur},
        capture_output=True,
        text=True,
        timeout=60,
    )
    dit = fait.stdout + fait.stderr
    assert fait.returncode != 0
    assert f"Réglage illisible : {reglage.removesuffix('_FILE')}." in dit
    assert "Traceback" not in dit and "Canari" not in dit and "File " not in dit


@pytest.mark.parametrize("reglage", ["SECRET_KEY", "CLES_MAITRES", "DATABASE_URL", "EMAIL_URL"])
def test_a_secret_may_come_from_a_file(reglage: str, tmp_path: Path):
    """What stands in a file is not seen by who may inspect a container."""
    voulus = {**MINIMUM, "CLES_MAITRES": "x", "EMAIL_URL": "smtp://a:b@c:25"}
    (tmp_path / "secret").write_text(voulus.pop(reglage) + "\n")
    dire = f"from espace_partenaires import settings; print(settings.{LUS[reglage]})"
    direct, par_fichier = (
        python(dire, env)
        for env in (
            {**MINIMUM, "CLES_MAITRES": "x", "EMAIL_URL": "smtp://a:b@c:25"},
            voulus | {f"{reglage}_FILE": str(tmp_path / "secret")},
        )
    )
    assert par_fichier == direct and direct.strip()


@pytest.mark.parametrize(
    "client",
    [
        "from django.core.mail import get_connection; get_connection().open()",
        "from django.core.files.storage import storages; storages['fichiers'].exists('a')",
        "import redis; redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5).ping()",
        "from django.db import connection; connection.ensure_connection()",
    ],
    ids=["courriel", "fichiers", "courtier", "base"],
)
def test_every_client_believes_the_authorities_of_the_house(client: str, tmp_path: Path):
    """And no other client does: the certificate is judged."""
    autorite = Autorite(tmp_path)
    with ServeurTLS(*autorite.certifier("localhost")) as serveur:
        port = serveur.port
        env = {
            "SECRET_KEY": "x",
            "DATABASE_URL": f"postgres://a:b@localhost:{port}/c?sslmode=verify-full&sslnegotiation=direct",
            "DATABASE_POOL": "0",
            "REDIS_URL": f"rediss://localhost:{port}/0",
            "EMAIL_URL": f"smtp+ssl://a:b@localhost:{port}",
            "FICHIERS_URL": f"s3+https://a:b@localhost:{port}/seau?region=x",
            "DJANGO_SETTINGS_MODULE": "espace_partenaires.settings",
        }
        appel = f"import django; django.setup(); from django.conf import settings; {client}"
        python(appel, env | {"AUTORITES": str(autorite.racine)}, accepter=False)
        assert serveur.poignees and all(serveur.poignees)
        serveur.poignees.clear()
        python(appel, env, accepter=False)
        assert serveur.poignees and not any(serveur.poignees)


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


def python(texte: str, env: dict[str, str], accepter: bool = True) -> str:
    """Run these words with this environment alone, and return what they print."""
    fait = subprocess.run(
        [sys.executable, "-c", texte],
        cwd=RACINE,
        env={"PATH": os.defpath} | env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert fait.returncode == 0 or not accepter, fait.stderr
    return fait.stdout


def test_passwords_are_hashed_by_argon2id():
    """The first hasher makes the new ones (ASVS 11.4.2); tests replace it by a quick one, so the file is asked."""
    hacheur = import_string(settings_du_portail.PASSWORD_HASHERS[0])()
    assert isinstance(hacheur, Argon2PasswordHasher)
    assert hacheur.params().type == Type.ID and hacheur.memory_cost >= 19 * 1024
