"""Two web machines, two workers, PgBouncer by transaction, the proxy: from the shipped files, through faults, under use."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from outils.portail import port_libre
from outils.processus import arreter, lancer
from outils.services import APPLICATION
from tests.maison.arbre import RACINE
from tests.maison.pooleur import lancer_le_pooleur
from tests.maison.production import Production
from tests.pannes.scene import attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent, pytest.mark.pooleur, pytest.mark.mandataire]

MACHINES = ("a", "b")


class DeuxMachines:
    """A production whose web processes and workers exist twice, behind one pooler and one proxy."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.ports = {nom: port_libre() for nom in ("pooleur", "proxy", "a", "b")}
        self.mot_de_passe = production.env["MOT_DE_PASSE_APPLICATION"]

    def _du_processus(self, service: str, nom: str, env: dict[str, str]) -> None:
        production = self.production
        base = "espace_partenaires" if service == "web" else "espace_travaux"
        propre = {
            "DATABASE_URL": f"postgres://{APPLICATION}:{self.mot_de_passe}@127.0.0.1:{self.ports['pooleur']}/{base}",
            "DATABASE_POOLEUR": "1",
        }
        mots = [
            str(self.ports[nom]) if mot == str(production.ports["web"]) else mot
            for mot in production.commande(service)
        ]
        production.processus[f"{service}-{nom}"] = lancer(
            [*mots, *(["--hostname", nom] if service == "worker" else [])],
            journal=production.dossier / f"{service}-{nom}.log",
            env=production.environnement(service) | propre | env,
            dossier=RACINE,
        )

    def lancer(self, service: str, nom: str) -> None:
        """Start the process of one machine."""
        self._du_processus(service, nom, {})

    def pooler(self) -> None:
        """Start PgBouncer with the shipped file; only places differ."""
        production = self.production
        production.processus["pooleur"] = lancer_le_pooleur(
            production.dossier, production.postgres, self.ports["pooleur"], self.mot_de_passe
        )
        attendre(lambda: self.compter() is not None, "PgBouncer répond", 30)

    def compter(self) -> int | None:
        """Return the jobs that ran, asked through the pooler; None when it does not answer."""
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=self.ports["pooleur"],
                user=APPLICATION,
                password=self.mot_de_passe,
                dbname="espace_travaux",
                autocommit=True,
                connect_timeout=5,
            ) as lien:
                return lien.execute("SELECT count(*) FROM conformite_execution").fetchone()[0]
        except psycopg.OperationalError:
            return None

    def mandater(self) -> None:
        """Start the shipped proxy before both web machines, in clear and on this machine only."""
        dossier = self.production.dossier
        texte = (RACINE / "deploiement/Caddyfile").read_text()
        (dossier / "Caddyfile").write_text(texte.replace("admin 127.0.0.1:2019", "admin off\nauto_https off"))
        self.production.processus["proxy"] = lancer(
            ["caddy", "run", "--config", dossier / "Caddyfile", "--adapter", "caddyfile"],
            journal=dossier / "caddy.log",
            env={
                "DOMAINE": f"http://localhost:{self.ports['proxy']}",
                "AMONTS": " ".join(f"127.0.0.1:{self.ports[nom]}" for nom in MACHINES),
                "HOME": str(dossier),
                "PATH": "/usr/bin",
            },
        )

    def demander(self, chemin: str = "/identifiant/oublie/") -> int:
        """Return the status of a page asked through the proxy."""
        adresse = f"http://localhost:{self.ports['proxy']}{chemin}"
        # The name and the scheme that the proxy has in life.
        entetes = {"Host": f"localhost:{self.ports['proxy']}"}
        try:
            return urllib.request.urlopen(urllib.request.Request(adresse, headers=entetes), timeout=30).status
        except urllib.error.HTTPError as erreur:
            return erreur.code
        except OSError:
            return 0

    def pret(self, nom: str) -> bool:
        """Whether the web process of this machine is ready."""
        demande = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[nom]}/sante/pret", headers={"Host": "web"}
        )
        try:
            return urllib.request.urlopen(demande, timeout=5).status == 200
        except OSError:
            return False


class Usage(threading.Thread):
    """Somebody who reads page after page until told to stop; `statuts` says what was seen."""

    def __init__(self, machines: DeuxMachines) -> None:
        super().__init__(daemon=True)
        self.machines, self.fini, self.statuts = machines, threading.Event(), list[int]()

    def __enter__(self) -> "Usage":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fini.set()
        self.join(60)

    def run(self) -> None:
        """Read."""
        while not self.fini.wait(0.1):
            self.statuts.append(self.machines.demander())


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeuxMachines]:
    with Production(tmp_path_factory.mktemp("machines"), migree=True) as production:
        production.services["web"]["environment"] |= {
            "ADRESSE_DU_PORTAIL": "http://localhost",
            "ALLOWED_HOSTS": "*",
        }
        production.services["worker"]["environment"] = production.services["web"]["environment"]
        production.executer("migration", production.commande("migration"))
        production.collecter()
        production.lancer("valkey")
        machines = DeuxMachines(production)
        machines.pooler()
        for nom in MACHINES:
            machines.lancer("web", nom)
            machines.lancer("worker", nom)
        machines.mandater()
        for nom in MACHINES:
            attendre(lambda nom=nom: machines.pret(nom), f"la machine {nom}", 120)
        attendre(lambda: machines.demander() == 200, "le mandataire sert", 60)
        yield machines


def test_every_job_runs_through_the_pooler(machines: DeuxMachines):
    """By transaction: no cursor, no lock, no setting that outlives one; the limits of jobs are theirs."""
    production = machines.production
    appel = (
        "import sys; from espace_partenaires.celery import app; [app.send_task(nom) for nom in sys.argv[1:]]"
    )
    taches = sorted({une["task"] for une in settings.CELERY_BEAT_SCHEDULE.values()})
    production.executer(
        "worker", ["python", "-c", appel, *taches], DJANGO_SETTINGS_MODULE="espace_partenaires.settings"
    )
    with production.postgres.connexion("espace_partenaires") as admin:

        def statuts() -> dict[str, str]:
            lignes = "SELECT DISTINCT ON (nom) nom, statut FROM conformite_execution ORDER BY nom, debut DESC"
            return dict(admin.execute(lignes).fetchall())

        attendre(
            lambda: set(statuts()) >= set(taches) and "en_cours" not in statuts().values(), "les travaux", 180
        )
        assert {
            nom: statut for nom, statut in statuts().items() if statut not in {"reussie", "incomplete"}
        } == {}
    for base, delai in (("espace_partenaires", "10s"), ("espace_travaux", "15min")):
        with psycopg.connect(
            host="127.0.0.1",
            port=machines.ports["pooleur"],
            user=APPLICATION,
            password=machines.mot_de_passe,
            dbname=base,
        ) as lien:
            assert lien.execute("SHOW statement_timeout").fetchone() == (delai,)


def test_one_web_machine_killed_under_use_is_seen_by_nobody(machines: DeuxMachines):
    with Usage(machines) as usage:
        attendre(lambda: len(usage.statuts) > 10, "des pages lues")
        arreter(machines.production.processus["web-a"], 9)
        deja = len(usage.statuts)
        attendre(lambda: len(usage.statuts) > deja + 30, "des pages lues sans elle")
        machines.lancer("web", "a")
        attendre(lambda: machines.pret("a"), "la machine revenue", 120)
    assert set(usage.statuts) == {200}


def test_one_worker_killed_the_other_does_its_tasks(machines: DeuxMachines):
    arreter(machines.production.processus["worker-a"], 9)
    machines.production.executer(
        "web",
        [
            "python",
            "manage.py",
            "creer_national",
            "--nom",
            "Exemple",
            "--prenom",
            "Ada",
            "--email",
            "ada@national.example",
        ],
    )
    attendre(lambda: machines.production.puits.pour("ada@national.example"), "le courriel de l’autre", 120)
    machines.lancer("worker", "a")


def test_the_pooler_restarted_costs_no_page_once_it_is_back(machines: DeuxMachines):
    """While it is away a page says that the portal is busy; nothing has to be started again after it."""
    arreter(machines.production.processus["pooleur"])
    assert {machines.demander() for _ in range(3)} <= {200, 503}
    machines.pooler()
    attendre(lambda: machines.demander() == 200, "les pages reviennent", 60)
    with Usage(machines) as usage:
        attendre(lambda: len(usage.statuts) > 20, "des pages lues")
    assert set(usage.statuts) == {200}
    assert machines.compter() is not None
