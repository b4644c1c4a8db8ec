"""A setting that is missing is said in a sentence: who installs the portal reads no trace."""

import os
import subprocess
import sys

import pytest

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
