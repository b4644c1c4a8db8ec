"""What is shipped runs as it is written: roles, migration, servers, health checks, commands of the documentation."""

import os
import re
import shlex
import subprocess
import urllib.request
from collections.abc import Iterator

import psycopg
import pytest

from outils.portail import developper, port_libre, procfile
from outils.processus import arreter, lancer
from outils.services import APPLICATION, BASE, PROPRIETAIRE
from tests.maison.arbre import RACINE
from tests.maison.livraison import exemple
from tests.maison.production import Production
from tests.pannes.scene import attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

GUIDE = (RACINE / "docs/exploitation.md").read_text()
# Commands of the page, in the order in which someone meets them; those of a container are run in its environment.
JOUEES = {
    "docker compose run --rm web python manage.py creer_national --nom NOM --prenom PRÉNOM --email ADRESSE": "web",
    "manage.py check --deploy --fail-level ERROR": "migration",
    "manage.py migrer": "migration",
    "manage.py tourner_cles": "web",
    "manage.py verifier_journal": "web",
    "docker compose run --rm web python manage.py sauvegarder": "web",
    "manage.py sauvegarder": "web",
    "manage.py rejouer_livre --depuis AAAA-MM-JJ --pour-de-vrai": "web",
    "manage.py purger --pour-de-vrai": "web",
}
RESTAURER = "docker compose run --rm migration python manage.py restaurer FICHIER.base"
# Not ours, or run by another test: each with its reason.
AILLEURS = {
    "docker compose build && docker compose up -d": "needs Docker: commands and environment of each service are run here",
    "docker compose build": "needs Docker",
    "docker compose restart proxy": "needs Docker",
    "docker compose up -d": "needs Docker",
    "docker compose run --rm migration": "test_the_migration_then_every_service",
    "manage.py mettre_a_jour": "test_the_migration_then_every_service",
    "docker compose stop web worker beat": "needs Docker",
    RESTAURER: "test_the_restore_that_is_written",
    f"{RESTAURER} --pour-de-vrai": "test_the_restore_that_is_written",
    "rclone copy": "a tool of the deployer",
    "pip-audit --strict": "a tool of the deployer; its database is not reachable from a test",
    "make run": "tests/maison/test_make_run.py",
    "make test": "this very run",
    "make bench": "outils/bench",
    "make bench DEMANDES=1000000": "outils/bench, hours",
    "make bench MESURES=echanges": "outils/bench",
    "manage.py changer_cles --pour-de-vrai": "tests/sante/test_changement_de_cles.py",
}
_COMMANDE = re.compile(r"^(?:manage\.py |docker compose |make |pip-audit|rclone |pg_\w+ |\w+\.sh)")


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with Production(tmp_path_factory.mktemp("production")) as ouverte:
        ouverte.executer("migration", ouverte.commande("migration"))
        yield ouverte


def test_the_roles_script_makes_two_roles_that_know_their_passwords(production: Production):
    env = exemple()
    for role, mot in ((PROPRIETAIRE, "MOT_DE_PASSE_PROPRIETAIRE"), (APPLICATION, "MOT_DE_PASSE_APPLICATION")):
        with production.connexion(role, env[mot]) as lien:
            proprietaires = lien.execute(
                "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
            )
            assert proprietaires.fetchall() == [(PROPRIETAIRE,)]
        with pytest.raises(psycopg.OperationalError, match="password"):
            production.connexion(role, "un autre")
    with production.connexion(APPLICATION, env["MOT_DE_PASSE_APPLICATION"]) as lien:
        for interdit in ("CREATE TABLE x (i int)", "DELETE FROM conformite_lignejournal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                lien.execute(interdit)
    with production.postgres.connexion() as admin:
        ouverte_a = admin.execute(
            "SELECT datacl::text FROM pg_database WHERE datname = %s", [BASE]
        ).fetchone()
        assert ouverte_a and "{=" not in ouverte_a[0] and ",=" not in ouverte_a[0], "closed to PUBLIC"


def test_the_migration_then_every_service(production: Production):
    """Each command of the compose file starts, and its own health check finds it well."""
    production.collecter()
    for service in ("valkey", "web", "worker", "beat"):
        production.lancer(service)
    for service in ("web", "worker"):
        attendre(lambda service=service: production.en_sante(service), f"{service} va bien", 120)
    attendre(lambda: production.en_sante("beat"), "beat va bien", 240)
    # A web process may run again what the migration ran: nothing changes.
    assert production.commande("migration") == ["python", "manage.py", "mettre_a_jour"]
    production.executer("migration", production.commande("migration"))


@pytest.mark.parametrize("nom", [*procfile(), "release"])
def test_a_platform_and_systemd_read_the_procfile(nom: str):
    """The unit runs each line of it; `release` is for platforms."""
    unite = (RACINE / "deploiement/systemd/espace-partenaires@.service").read_text()
    [ligne] = re.findall(r"^ExecStart=/bin/sh -euc '(.+)'$", unite, re.MULTILINE)
    montrer = ligne.replace("%i", nom).replace('"exec ', '"echo ')
    fait = subprocess.run(
        ["sh", "-euc", montrer],
        cwd=RACINE,
        env={"PATH": os.defpath, "PORT": "9"},
        capture_output=True,
        text=True,
    )
    attendue = re.search(rf"^{nom}: (.+)$", (RACINE / "Procfile").read_text(), re.MULTILINE)
    assert attendue and fait.stdout.split() == [
        developper(mot, {"PORT": "9"}) for mot in shlex.split(attendue[1])
    ]


def test_a_platform_starts_the_web_line_by_its_shell(production: Production):
    ligne = procfile()["web"]
    port = port_libre()
    env = production.environnement("web") | {"PORT": str(port)}
    processus = lancer(
        ["sh", "-c", f"exec {ligne}"], journal=production.dossier / "paas.log", env=env, dossier=RACINE
    )
    try:
        attendre(lambda: _pret(port), "la ligne web répond", 120)
    finally:
        arreter(processus, delai=20)


def _pret(port: int) -> bool:
    demande = urllib.request.Request(f"http://127.0.0.1:{port}/sante/pret", headers={"Host": "web"})
    try:
        return urllib.request.urlopen(demande, timeout=5).status == 200
    except OSError:
        return False


def test_cookies_belong_to_this_name_alone(production: Production):
    """Over TLS: no sub-domain plants one, none is read by a script or sent in clear."""
    demande = urllib.request.Request(
        f"http://127.0.0.1:{production.ports['web']}/connexion/",
        headers={"Host": "espace-partenaires.example", "X-Forwarded-Proto": "https"},
    )
    if "web" not in production.processus:
        production.lancer("web")
    attendre(lambda: _pret(production.ports["web"]), "le web", 120)
    poses = urllib.request.urlopen(demande, timeout=30).headers.get_all("Set-Cookie")
    assert poses
    for pose in poses:
        assert pose.startswith("__Host-") and "Domain" not in pose, pose
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= {
            mot.strip().lower() for mot in pose.split(";")
        }


def commandes_du_guide() -> set[str]:
    """Return every command line of the page, in a block or in the middle of a sentence."""
    blocs = re.findall(r"^    (.+)$", GUIDE, re.MULTILINE)
    return {un for un in [*blocs, *re.findall(r"`([^`]+)`", GUIDE)] if _COMMANDE.match(un)}


def test_every_command_of_the_page_is_run_or_says_why_not():
    assert commandes_du_guide() == JOUEES.keys() | AILLEURS.keys()


# What is said twice, with Docker and without, is run once.
LIGNES = list(dict.fromkeys((service, dite.partition("manage.py")[2]) for dite, service in JOUEES.items()))


@pytest.mark.parametrize(("service", "ligne"), LIGNES)
def test_commands_are_run_as_they_are_written(production: Production, service: str, ligne: str):
    exemples = {
        "NOM": "Exemple",
        "PRÉNOM": "Ada",
        "ADRESSE": "ada@national.example",
        "AAAA-MM-JJ": "2026-01-31",
    }
    for mot, valeur in exemples.items():
        ligne = re.sub(rf"(?<= ){mot}\b", valeur, ligne)
    production.executer(service, f"python manage.py{ligne}")


def test_the_first_mail_reaches_the_first_administrateur(production: Production):
    """The worker started above sends it."""
    attendre(lambda: production.puits.pour("ada@national.example"), "le courriel d’activation", 120)


def test_the_restore_that_is_written(production: Production):
    """Refused while servers run; then dry, then for good, with the words of the page."""
    [base] = sorted((production.dossier / "donnees/sauvegardes/base").glob("*.base"))[-1:]
    ligne = RESTAURER.partition("--rm migration ")[2].replace(
        "FICHIER.base", f"/donnees/sauvegardes/base/{base.name}"
    )
    assert "arrêtez web, worker et beat" in production.executer("migration", ligne).stdout
    for service in ("web", "worker", "beat"):
        arreter(production.processus[service], delai=90)
    assert "Refus" not in production.executer("migration", ligne).stdout
    dit = production.executer("migration", f"{ligne} --pour-de-vrai").stdout
    assert "Démarrez worker, beat puis web" in dit
    production.executer("migration", production.commande("migration"))


def test_the_statements_of_the_page_make_the_same_roles(production: Production):
    ordres = [un for un in re.findall(r"^    (CREATE .+;)$", GUIDE, re.MULTILINE)]
    assert len(ordres) == 3
    with production.postgres.connexion() as admin:
        for ordre in ordres:
            admin.execute(re.sub(r"espace_(\w+)", r"essai_\1", ordre))
        base = (
            "SELECT pg_get_userbyid(datdba), datcollate FROM pg_database WHERE datname = 'essai_partenaires'"
        )
        assert admin.execute(base).fetchone() == ("essai_proprietaire", "C.UTF-8")
