"""The third wall on real connections: a pool, PgBouncer by transaction, a backup, the plan of the desk's search (ADR 27)."""

import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg_pool import ConnectionPool

from accounts.actions.acces import publier_cgu
from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite import index
from espace_partenaires import sauvegarde
from outils.portail import port_libre
from outils.processus import arreter
from outils.services import APPLICATION, PROPRIETAIRE, Postgres, binaires_postgres
from signalements.models.demandes import Demande
from signalements.personnes import lieux_de
from signalements.recherche import rechercher
from socle.acteurs import MACHINE as ACTEUR
from socle.perimetre import MACHINE, PERSONNE, Curseur, au_nom_de
from tests.maison.arbre import RACINE
from tests.maison.pooleur import lancer_le_pooleur
from tests.pannes.scene import attendre

COMPTER = "SELECT count(*) FROM signalements_demande"
DEMANDES = 900
# What asks as the machine outside a job, a command, a test: each because it must see beyond who acts.
AU_NOM_DE_LA_MACHINE = {
    "conformite/executions.py": 1,
    "conformite/gels.py": 1,
    "demonstration/temps.py": 1,
    "echanges/bilan.py": 1,
    "espace_partenaires/sauvegarde.py": 1,
    "signalements/actions/orientation.py": 1,
    "signalements/aiguillage/actions.py": 1,
    "signalements/departs.py": 1,
}


@pytest.fixture
def peuplee(base_reelle: str, settings: Any) -> tuple[Compte, Compte]:
    """Two caisses full of demandes; return an agent of each."""
    settings.DEMO = True
    publier_cgu("Conditions d’essai.", ACTEUR)
    call_command("peupler", f"--demandes={DEMANDES}", "--caisses=2", verbosity=0)
    premiere, seconde = Caisse.objects.order_by("code")[:2]
    agents = Compte.objects.filter(profil="agent")
    return agents.filter(caisses=premiere)[0], agents.filter(caisses=seconde)[0]


def vues(lien: "psycopg.Connection[Any]", acteur: int) -> int:
    """How many demandes are seen on this connection in the name of this actor."""
    with au_nom_de(acteur):
        return lien.execute(COMPTER).fetchone()[0]


def promener(emprunter: Callable[[], Any], premier: Compte, second: Compte) -> None:
    """One after the other on the connection that is lent: committed, rolled back, failed; nothing is left for the next one."""
    moitie = DEMANDES // 2
    for acteur, attendu in (
        (premier.pk, moitie),
        (PERSONNE, 0),
        (MACHINE, DEMANDES),
        (second.pk, moitie),
        (PERSONNE, 0),
    ):
        with emprunter() as lien:
            assert vues(lien, acteur) == attendu
        with emprunter() as lien:
            # What knows nothing of the portal says nothing.
            assert psycopg.Cursor(lien).execute(COMPTER).fetchone() == (0,)
        with emprunter() as lien, lien.transaction(force_rollback=True):
            assert vues(lien, acteur) == attendu
        with (
            emprunter() as lien,
            pytest.raises(psycopg.errors.DivisionByZero),
            lien.transaction(),
            au_nom_de(acteur),
        ):
            lien.execute("SELECT 1 / 0")
        with emprunter() as lien:
            assert psycopg.Cursor(lien).execute(COMPTER).fetchone() == (0,)


def test_a_pooled_connection_keeps_nobody_s_name(
    peuplee: tuple[Compte, Compte], postgres: Postgres, base_reelle: str
):
    options = {"autocommit": True, "cursor_factory": Curseur}
    place = {"host": str(postgres.socket), "user": APPLICATION, "dbname": base_reelle}
    with ConnectionPool(kwargs=place | options, min_size=1, max_size=1) as pool:
        promener(pool.connection, *peuplee)


@pytest.mark.pooleur
@pytest.mark.pannes
def test_behind_a_pooler_by_transaction_neither(
    peuplee: tuple[Compte, Compte], postgres: Postgres, base_reelle: str, tmp_path: Path
):
    """One connection to the server for all the clients: two of them turn about, transaction by transaction."""
    port = port_libre()
    processus = lancer_le_pooleur(tmp_path, postgres, port, "essai", base=base_reelle, connexions=1)
    place = {
        "host": "127.0.0.1",
        "port": port,
        "user": APPLICATION,
        "password": "essai",
        "dbname": "espace_partenaires",
    }
    options = {"autocommit": True, "cursor_factory": Curseur, "prepare_threshold": None}

    def lier() -> Any:
        return psycopg.connect(**place, **options)

    def repond() -> bool:
        try:
            return lier().close() is None
        except psycopg.OperationalError:
            return False

    try:
        attendre(repond, "PgBouncer répond", 30)
        promener(lier, *peuplee)
        premier, second = peuplee
        with lier() as un, lier() as autre:
            for _ in range(5):
                assert vues(un, premier.pk) == vues(autre, second.pk) == DEMANDES // 2
                assert vues(autre, PERSONNE) == 0
            serveurs = {lien.execute("SELECT pg_backend_pid()").fetchone() for lien in (un, autre)}
            assert len(serveurs) == 1
    finally:
        arreter(processus)


def copiees(base: Path) -> Counter[str]:
    """Count the rows of each table in a backup of the portal."""
    table, nombres = "", Counter[str]()
    for genre, octets in sauvegarde.lire(base):
        if genre == sauvegarde.PARTIE:
            table = json.loads(octets)["table"]
        elif genre == sauvegarde.DONNEES:
            nombres[table] += octets.count(b"\n")
    return nombres


def test_a_backup_holds_every_row(
    peuplee: tuple[Compte, Compte], postgres: Postgres, base_reelle: str, tmp_path: Path, settings: Any
):
    """The portal's own, whoever asks for it; the server's, taken by the owner. The application's role can take none."""
    commande = [
        binaires_postgres() / "pg_dump",
        "--host",
        postgres.socket,
        "--data-only",
        "--table=signalements_demande",
    ]
    fait = subprocess.run(
        [*commande, "--username", PROPRIETAIRE, base_reelle], capture_output=True, text=True, check=True
    )
    [donnees] = re.findall(
        r"^COPY public\.signalements_demande .*?;\n(.*?)^\\\.$", fait.stdout, re.DOTALL | re.MULTILINE
    )
    assert donnees.count("\n") == DEMANDES
    settings.DOSSIER_SAUVEGARDES, settings.DOSSIER_FICHIERS = tmp_path / "sauvegardes", tmp_path / "fichiers"
    settings.DOSSIER_FICHIERS.mkdir()
    with au_nom_de(PERSONNE):
        call_command("sauvegarder", stdout=io.StringIO())
    [base] = (tmp_path / "sauvegardes/base").glob("*.base")
    assert copiees(base)["signalements_demande"] == DEMANDES
    refuse = subprocess.run(
        [*commande, "--username", APPLICATION, base_reelle], capture_output=True, text=True
    )
    assert refuse.returncode
    assert "row-level security" in refuse.stderr


def plan(lien: Any, requete: str, parametres: Any = None) -> str:
    """Return how the database would answer."""
    return "\n".join(ligne for (ligne,) in lien.execute(f"EXPLAIN {requete}", parametres).fetchall())


def test_the_search_of_the_desk_keeps_its_indexes(
    peuplee: tuple[Compte, Compte], postgres: Postgres, base_reelle: str
):
    """The page goes by the keys that the function gives back; the function, the owner’s, by the index of the tokens."""
    agent, _ = peuplee
    with postgres.connexion(base_reelle) as admin:
        admin.execute("ANALYZE")
    demande = Demande.objects.filter(caisse__in=agent.caisses.all()).deposees()[0]
    nom = demande.contenu["assure"]["nom"]
    mots = index.jetons_recherche(nom, lieux_de(agent))[0]
    cherchees = rechercher(Demande.objects.visibles_par(agent), nom, agent)
    with au_nom_de(agent.pk), connection.cursor() as curseur:
        assert demande in cherchees
        dit = plan(curseur, *cherchees.query.sql_with_params())
    assert "signalements_demande_pkey" in dit
    assert "Seq Scan on signalements_demande" not in dit
    with postgres.connexion(base_reelle, PROPRIETAIRE) as lien, lien.transaction():
        # A table this small is read whole, unless it is forbidden.
        lien.execute("SET LOCAL enable_seqscan = off")
        lien.execute("SELECT set_config('portail.acteur', %s, true)", [str(agent.pk)])
        for fonction, cherche, voulu in (
            ("signalements_portant", mots, "demande_jetons"),
            ("signalements_finissant", demande.reference[-4:], "demande_fin"),
        ):
            corps, argument = lien.execute(
                "SELECT prosrc, proargnames[1] FROM pg_proc WHERE proname = %s", [fonction]
            ).fetchone()
            corps = re.sub(rf"\b{argument}\b", "%(cherche)s", corps.replace("%", "%%"))
            assert voulu in plan(lien, corps, {"cherche": cherche}), fonction


def test_the_machine_s_name_is_asked_where_it_is_said_here():
    """A page that sees beyond who acts is an exception with its reason."""
    trouves = {}
    for fichier in RACINE.glob("*/**/*.py"):
        chemin = fichier.relative_to(RACINE)
        if chemin.parts[0] not in {"tests", "outils", ".venv", "var"} and (
            n := fichier.read_text().count("au_nom_de(MACHINE)")
        ):
            trouves[str(chemin)] = n
    assert trouves == AU_NOM_DE_LA_MACHINE
