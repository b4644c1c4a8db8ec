"""The files of deployment: sound by their own linters, and in line with the settings and the documentation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.maison.depot import RACINE

COMPOSE = RACINE / "docker-compose.yml"
BIN = Path(sys.executable).parent


def variables_du_compose() -> dict[str, bool]:
    """Return name → required, for each variable that the compose file takes from the environment."""
    return {
        nom: suffixe.startswith(":?")
        for nom, suffixe in re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[?-][^}]*)?\}", COMPOSE.read_text())
    }


def test_dockerfile_is_linted():
    fait = subprocess.run([str(BIN / "hadolint"), "Dockerfile"], cwd=RACINE, capture_output=True, text=True)
    assert fait.returncode == 0, fait.stdout


def test_compose_follows_its_schema():
    commande = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE),
    ]
    fait = subprocess.run(commande, capture_output=True, text=True)
    assert fait.returncode == 0, fait.stdout


def test_environment_example_names_every_variable_of_compose():
    exemple = (RACINE / ".env.example").read_text()
    requises = {nom for nom, requise in variables_du_compose().items() if requise}
    assert {
        nom for nom in variables_du_compose() if not re.search(rf"^#? ?{nom}=", exemple, re.MULTILINE)
    } == set()
    assert {nom for nom in requises if not re.search(rf"^{nom}=", exemple, re.MULTILINE)} == set()


def test_no_secret_has_a_value_in_the_example():
    for ligne in (RACINE / ".env.example").read_text().splitlines():
        nom, _, valeur = ligne.partition("=")
        if re.match(r"^(SECRET|CLES|MOT_DE_PASSE|EMAIL_URL)", nom):
            assert valeur == "", nom


def test_secrets_are_required_in_compose():
    secrets = {nom for nom in variables_du_compose() if re.match(r"SECRET|CLES|MOT_DE_PASSE", nom)}
    assert len(secrets) >= 6
    assert all(variables_du_compose()[nom] for nom in secrets)


def test_every_variable_of_the_settings_is_documented():
    reglages = (RACINE / "espace_partenaires/settings.py").read_text()
    noms = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', reglages))
    assert len(noms) > 20
    guide = (RACINE / "docs/exploitation.md").read_text()
    assert {nom for nom in noms | set(variables_du_compose()) if f"`{nom}`" not in guide} == set()


@pytest.mark.parametrize(
    "service", ["web", "worker", "beat", "migration", "postgres", "valkey", "clamav", "proxy"]
)
def test_every_service_is_hardened_and_bounded(service: str):
    blocs = re.split(
        r"^  (?=[a-z]+:$)", COMPOSE.read_text().partition("\nservices:\n")[2], flags=re.MULTILINE
    )
    bloc = next(bloc for bloc in blocs if bloc.startswith(f"{service}:"))
    assert "<<: *durci" in bloc or "<<: *portail" in bloc
    assert "memory:" in bloc
    assert "healthcheck:" in bloc or service == "migration"


def test_only_the_migration_knows_the_owner():
    texte = COMPOSE.read_text()
    assert texte.count("DATABASE_URL_PROPRIETAIRE") == 1
    assert "DATABASE_URL_PROPRIETAIRE" in texte.partition("  migration:\n")[2].partition("  postgres:\n")[0]


def test_personal_links_stay_out_of_the_proxy_logs():
    caddy = (RACINE / "deploiement/Caddyfile").read_text()
    motif = re.search(r"request>uri regexp (\S+) \$\{1\}REDACTED", caddy)
    assert motif
    for chemin in ("/activation/abc/", "/mot-de-passe/lien/abc/", "/second-facteur/abc/"):
        assert "abc" not in re.sub(motif[1], r"\1REDACTED", chemin)
