"""The settings of production: clean under Django's own deployment check, and closed where they must be."""

import base64
import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from pytest_django import Settings as SettingsWrapper

from conformite.scellement import magasin
from espace_partenaires.controles import controler_le_deploiement
from tests.maison.arbre import APPS, RACINE

PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "ADRESSE_DU_PORTAIL": "https://espace-partenaires.example",
    "ALLOWED_HOSTS": "espace-partenaires.example",
    "REDIRIGER_VERS_HTTPS": "1",
    "SECRET_KEY": "x7!kQ2vZ-9pLmR4tYbN8wEsD6fGhJ3cA5uVzXo1iPqT0rWnBk-Zr5",
    "CLAMD_URL": "tcp://127.0.0.1:3310",
    "CLAMD_TEMPORAIRE_EN_MEMOIRE": "1",
    "LECTEUR": "/run/espace-partenaires-lecteur/prise",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DATABASE_URL_PROPRIETAIRE": "",
    "EXPLOITANT_EDITEUR": "CPAM d’exemple",
    "EXPLOITANT_DIRECTEUR": "Camille Exemple",
    "EXPLOITANT_HEBERGEUR": "Hébergeur d’exemple",
    "EXPLOITANT_CONTACT": "01 23 45 67 89",
}


def test_deployment_check_is_clean():
    env = os.environ | PRODUCTION | {"PYTHONPATH": str(RACINE)}
    # The browser tests set it for themselves when they are collected.
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    commande = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    fait = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True)
    assert fait.returncode == 0, fait.stderr[-3000:]


@pytest.fixture
def production(settings: SettingsWrapper) -> SettingsWrapper:
    settings.DEMO = settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["espace-partenaires.example"]
    settings.HTTPS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EXPLOITANT = dict.fromkeys(settings.EXPLOITANT, "CPAM d’exemple")
    return settings


def test_a_sound_production_has_nothing_to_mend(production: SettingsWrapper):
    assert controler_le_deploiement(None) == []


@pytest.mark.parametrize(
    ("reglage", "valeur", "code"),
    [
        ("DEMO", True, "espace.E001"),
        ("DEBUG", True, "espace.E002"),
        ("CLES_MAITRES", [], "espace.E003"),
        ("CLES_MAITRES", ["dHJvcCBjb3VydA=="], "espace.E003"),
        ("HTTPS", False, "espace.E004"),
        ("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend", "espace.E005"),
        ("EXPLOITANT", {"Éditeur": "CPAM d’exemple", "Contact": ""}, "espace.E007"),
    ],
)
def test_deployment_check_refuses(production: SettingsWrapper, reglage: str, valeur: Any, code: str):
    setattr(production, reglage, valeur)
    assert [faute.id for faute in controler_le_deploiement(None)] == [code]


def test_a_master_key_of_another_portal_is_refused_before_the_migration(production: SettingsWrapper):
    """Well formed, and opening nothing of the folder."""
    production.CLES_MAITRES = [base64.b64encode(os.urandom(32)).decode()]
    magasin.vider_le_cache()
    assert [faute.id for faute in controler_le_deploiement(None)] == ["espace.E006"]


def test_demonstration_is_allowed_at_home_only(production: SettingsWrapper):
    production.DEMO, production.HTTPS = True, False
    production.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert controler_le_deploiement(None) == []
    production.ALLOWED_HOSTS = ["localhost", "portail.example"]
    assert "espace.E001" in [faute.id for faute in controler_le_deploiement(None)]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_linear():
    chargeur = MigrationLoader(None)
    assert chargeur.detect_conflicts() == {}
    assert {app: n for app in APPS if (n := len(chargeur.graph.leaf_nodes(app))) > 1} == {}
