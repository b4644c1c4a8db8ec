"""A setting that is missing is said in a sentence: who installs the portal reads no trace."""

import os
import subprocess
import sys

import pytest
from argon2 import Type
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.module_loading import import_string

from espace_partenaires import settings as settings_du_portail
from tests.maison.depot import RACINE


@pytest.mark.parametrize("absent", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_setting_is_a_sentence(absent: str):
    env = {
        "PATH": os.defpath,
        "SECRET_KEY": "x",
        "DATABASE_URL": "postgres://a@b/c",
        "REDIS_URL": "redis://r",
    }
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


def test_passwords_are_hashed_by_argon2id():
    """The first hasher makes the new ones (ASVS 11.4.2); tests replace it by a quick one, so the file is asked."""
    hacheur = import_string(settings_du_portail.PASSWORD_HASHERS[0])()
    assert isinstance(hacheur, Argon2PasswordHasher)
    assert hacheur.params().type == Type.ID and hacheur.memory_cost >= 19 * 1024
