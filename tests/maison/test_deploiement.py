"""The files of deployment: sound by their own linters, and in line with the settings and the documentation."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from outils.amorce import trouver_uv
from tests.maison.arbre import RACINE
from tests.maison.livraison import COMPOSE, compose, exemple, variables_du_compose

NOM = re.compile(r"`([A-Z][A-Z_]+)`")
BIN = Path(sys.executable).parent
UV = Path(trouver_uv())


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


# Fixed by the image or by the compose file: the documentation says so in a sentence that begins with these words.
FIXEES = "Fixed by the image or the compose file, whatever `.env` says:"


def variables_du_guide() -> set[str]:
    """Return the variables of the table of the documentation."""
    tableau = (RACINE / "docs/exploitation.md").read_text().partition("## Variables")[2].partition("\n## ")[0]
    return {nom for ligne in re.findall(r"^\|(.+?)\|", tableau, re.MULTILINE) for nom in NOM.findall(ligne)}


def test_every_documented_variable_reaches_the_portal_or_is_named_as_fixed():
    """What is written in .env changes the environment of web, worker, beat and migration."""
    fixees = set(NOM.findall(guide_fixe := phrase(FIXEES)))
    assert guide_fixe and fixees < variables_du_guide()
    temoins = {nom: f"temoin-{nom}" for nom in variables_du_guide() | set(variables_du_compose())}
    for service in ("web", "worker", "beat", "migration"):
        env = compose(temoins)["services"][service]["environment"]
        muettes = {nom for nom in variables_du_guide() - fixees if temoins[nom] not in str(env.get(nom))}
        # These are made of several variables of .env.
        assert muettes == {"DATABASE_URL", "REDIS_URL", "ADRESSE_DU_PORTAIL", "ALLOWED_HOSTS"}, service
        for nom, morceau in (
            ("DATABASE_URL", "MOT_DE_PASSE_APPLICATION"),
            ("REDIS_URL", "MOT_DE_PASSE_VALKEY"),
        ):
            assert temoins[morceau] in env[nom]
        assert temoins["DOMAINE"] in env["ADRESSE_DU_PORTAIL"] and temoins["DOMAINE"] in env["ALLOWED_HOSTS"]


@pytest.mark.parametrize(
    ("variable", "valeur", "reglage", "lu", "defaut"),
    [
        ("FICHIERS_URL", "s3+https://c:s@h.example/b?region=r", "FICHIERS_URL", None, ""),
        ("DATABASE_POOL_MAX", "9", "DATABASES['default']['OPTIONS']['pool']['max_size']", 9, 10),
        ("NIVEAU_JOURNAUX", "ERROR", "LOGGING['root']['level']", "ERROR", "INFO"),
        ("REDIRIGER_VERS_HTTPS", "0", "SECURE_SSL_REDIRECT", False, True),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example", "CSRF_TRUSTED_ORIGINS", ["https://a.example"], []),
        ("COURRIEL_BAIL_SECONDES", "7", "COURRIEL_BAIL_SECONDES", 7, 120),
        ("COURRIEL_REGROUPER_SECONDES", "7", "COURRIEL_REGROUPER_SECONDES", 7, 120),
        ("COURRIEL_SILENCE_HEURES", "7", "COURRIEL_SILENCE_HEURES", 7, 72),
        ("MANDATAIRES", "2", "MANDATAIRES", 2, 1),
        ("VOLUMES_USUELS", "agent=200;dpo=90", "VOLUMES_USUELS['agent']", 200, 120),
    ],
)
def test_what_is_written_in_env_is_what_the_settings_read(
    variable: str, valeur: str, reglage: str, lu: Any, defaut: Any
):
    """Without a line in .env, the default of the documentation; with one, its value."""
    lus = [reglage_sous_compose(reglage, env) for env in ({}, {variable: valeur})]
    assert lus == [defaut, valeur if lu is None else lu]


def reglage_sous_compose(reglage: str, env: dict[str, str]) -> Any:
    """Return a setting as a web container of the compose file reads it."""
    services = compose(exemple() | env)["services"]
    ecrire = f"import json; from espace_partenaires import settings; print(json.dumps(settings.{reglage}))"
    fait = subprocess.run(
        [sys.executable, "-c", ecrire],
        cwd=RACINE,
        env={"PATH": os.environ["PATH"]} | {nom: str(v) for nom, v in services["web"]["environment"].items()},
        capture_output=True,
        text=True,
    )
    assert fait.returncode == 0, fait.stderr
    return json.loads(fait.stdout)


def phrase(debut: str) -> str:
    """Return the paragraph of the documentation that begins with these words."""
    return (RACINE / "docs/exploitation.md").read_text().partition(debut)[2].partition("\n\n")[0]


@pytest.mark.parametrize(
    "service", ["web", "worker", "beat", "migration", "lecteur", "postgres", "valkey", "clamav", "proxy"]
)
def test_every_service_is_hardened_and_bounded(service: str):
    blocs = re.split(
        r"^  (?=[a-z]+:$)", COMPOSE.read_text().partition("\nservices:\n")[2], flags=re.MULTILINE
    )
    bloc = next(bloc for bloc in blocs if bloc.startswith(f"{service}:"))
    assert "<<: *durci" in bloc or "<<: *portail" in bloc
    # As much memory with the swap as without: none of it is written on a disk.
    [memoire] = re.findall(r"memory: (\w+)", bloc)
    assert f"memswap_limit: {memoire}\n" in bloc
    assert "healthcheck:" in bloc or service == "migration"


def test_the_reader_of_files_has_nothing_to_give():
    """F11: another user, no network, no variable, no folder but that of its socket; the same for systemd."""
    services = compose(exemple())["services"]
    lecteur, prise = services["lecteur"], services["web"]["environment"]["LECTEUR"]
    assert lecteur["user"].startswith("10002:") and lecteur["network_mode"] == "none"
    assert "environment" not in lecteur and "networks" not in lecteur
    assert lecteur["volumes"] == ["lecteur:/donnees/lecteur"] and lecteur["command"][-1] == prise
    unites = RACINE / "deploiement/systemd"
    portail, lui = ((unites / f"espace-partenaires{un}.service").read_text() for un in ("@", "-lecteur"))
    assert "EnvironmentFile" not in lui and "PrivateNetwork=yes" in lui and "InaccessiblePaths" in lui
    assert re.findall(r"^User=.*", portail, re.MULTILINE) != re.findall(r"^User=.*", lui, re.MULTILINE)
    for reglage in ("LimitCORE=0", "MemorySwapMax=0", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n"):
        assert reglage in portail and reglage in lui


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


MANIFESTES = yaml.safe_load((RACINE / "deploiement/kubernetes/portail.yaml").read_text())["items"]


@pytest.mark.parametrize("manifeste", MANIFESTES, ids=lambda un: f"{un['kind']}-{un['metadata']['name']}")
def test_kubernetes_manifests_follow_its_schemas(manifeste: dict[str, Any]):
    kubernetes_validate.validate(manifeste, "1.31", strict=True)


def test_kubernetes_runs_what_compose_runs():
    """Same commands, same hardening, and only variables that exist."""
    image = json.loads((RACINE / "Dockerfile").read_text().partition("\nCMD ")[2].replace("\\\n", ""))
    services = compose(exemple())["services"]
    for manifeste in MANIFESTES:
        if "template" not in manifeste.get("spec", {}):
            continue
        nom, modele = manifeste["metadata"]["name"], manifeste["spec"]["template"]["spec"]
        [conteneur, *autres] = modele["containers"]
        assert [un["command"] for un in autres] == [services["lecteur"]["command"]] * (nom == "web")
        assert all("envFrom" not in un and un["securityContext"]["runAsUser"] == 10002 for un in autres)
        assert conteneur["command"] == services[nom].get("command", image), nom
        assert (
            conteneur["securityContext"]["readOnlyRootFilesystem"]
            and modele["securityContext"]["runAsNonRoot"]
        )
        proprietaire = {"secretRef": {"name": "portail-proprietaire"}} in conteneur["envFrom"]
        assert proprietaire == (nom == "migration")
    [variables] = [un["data"] for un in MANIFESTES if un["kind"] == "ConfigMap"]
    assert set(variables) <= variables_du_guide()


def test_the_image_lists_what_it_holds(tmp_path: Path):
    """The words of the Dockerfile make a list of components that names every locked package with its digest."""
    mots = re.search(r"uv (export [^\\&]*cyclonedx[^\\&]*)", (RACINE / "Dockerfile").read_text())
    assert mots
    sortie = tmp_path / "composants.json"
    commande = [str(UV), *mots[1].split()[:-1], str(sortie)]
    fait = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True)
    assert fait.returncode == 0, fait.stderr
    composants = {un["name"]: un for un in json.loads(sortie.read_text())["components"]}
    assert {"django", "psycopg", "weasyprint"} <= composants.keys() and "pytest" not in composants
    assert all(un["purl"].startswith("pkg:pypi/") for un in composants.values())
