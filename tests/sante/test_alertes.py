"""The rules of alert as they are shipped, judged by Prometheus’ own tool on what /metriques says before and after a cause."""

import datetime as dt
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
import yaml
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from conformite.models.travaux import FreinPurge
from conformite.scellement import magasin
from espace_partenaires import metriques
from espace_partenaires.celery import app
from socle import horloge
from socle.courriels import ESSAIS_REFUS, deposer_courriel
from tests.maison.arbre import RACINE

pytestmark = [pytest.mark.django_db, pytest.mark.supervision]

REGLES = RACINE / "deploiement/supervision/alertes.yml"
TABLEAU = RACINE / "deploiement/supervision/tableau.json"
MINUTES = 40
Lecture = dict[str, float]


class Refus(BaseEmailBackend):
    """A mail server that knows nobody."""

    def send_messages(self, messages: list[Any]) -> int:
        """Refuse each addressee for ever."""
        raise SMTPRecipientsRefused({})


def lire() -> Lecture:
    """Return what /metriques says, by series."""
    familles = text_string_to_metric_families(Client().get("/metriques").content.decode())
    return {_serie(un.name, un.labels): un.value for famille in familles for un in famille.samples}


def _serie(nom: str, etiquettes: dict[str, str]) -> str:
    dedans = ",".join(f'{cle}="{valeur}"' for cle, valeur in sorted(etiquettes.items()))
    return f"{nom}{{{dedans}}}"


def sonnent(dossier: Path, avant: Lecture, apres: Lecture) -> set[str]:
    """Return the alerts that fire within forty minutes, when the figures go from the first ones to the others."""
    assert shutil.which("promtool"), "promtool est absent : installez le paquet prometheus"
    series = [
        {"series": nom, "values": _valeurs(nom, avant, apres)}
        for nom in avant | apres
        if not re.search("_created|^python_|^process_", nom)
    ]
    questions = [
        {
            "expr": f'count(max_over_time(ALERTS{{alertname="{nom}",alertstate="firing"}}[{MINUTES}m])) > bool 0',
            "eval_time": f"{MINUTES}m",
            # Nothing is expected: what promtool finds all the same is what fires.
            "exp_samples": [],
        }
        for nom in (regle["alert"] for regle in yaml.safe_load(REGLES.read_text())["groups"][0]["rules"])
    ]
    essai = {
        "rule_files": [str(REGLES)],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": questions}],
    }
    (dossier / "essai.yml").write_text(yaml.safe_dump(essai, allow_unicode=True))
    commande = ["promtool", "test", "rules", str(dossier / "essai.yml")]
    fait = subprocess.run(commande, capture_output=True, text=True)
    dit = fait.stdout + fait.stderr
    assert dit.count("got: {} 1E+00") == dit.count("got:") and (fait.returncode == 0 or "got:" in dit), dit
    return set(re.findall(r'alertname=\\"(\w+)', dit))


def _valeurs(nom: str, avant: Lecture, apres: Lecture) -> str:
    """A cause lasts: what is counted goes on growing as it did, what is measured stays."""
    if not re.search(r"_(total|bucket|count|sum)\{", nom):
        return f"{avant.get(nom, '_')} {apres.get(nom, '_')}x{MINUTES}"
    debut, fin = avant.get(nom, 0), apres.get(nom, 0)
    return f"{debut} {fin}+{fin - debut}x{MINUTES}"


@pytest.fixture
def calme(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal for which nobody is asked, on a machine that is never slow; its queue and its counts are of no other test."""
    for compteur in (metriques._DUREES, metriques._PAGES, metriques.OCCUPE):
        compteur.clear()
    monkeypatch.setattr(metriques, "time", SimpleNamespace(perf_counter=lambda: 0.0))
    monkeypatch.setattr(metriques, "FILE_D_ATTENTE", f"essai-{uuid.uuid4().hex}")
    settings.DOSSIER_FICHIERS = tmp_path
    settings.SAUVEGARDE_AGE_HEURES = 0
    settings.DEMO = True
    settings.CLAMD_URL = ""


# --- The causes


def sonde(settings: Settings, **_: Any) -> None:
    settings.CLAMD_URL = "unix:///nulle/part"


def courriels(settings: Settings, **_: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refus"
    deposer_courriel("ada@structure.example", "accounts/mot_de_passe_change", {"identifiant": "ada"})
    for jour in range(ESSAIS_REFUS + 1):
        with time_machine.travel(horloge.temps_reel() + dt.timedelta(hours=jour), tick=False):
            app.tasks["courriels.envoyer"].apply()


def execution_en_retard(**_: Any) -> None:
    with time_machine.travel(horloge.temps_reel() - dt.timedelta(minutes=20), tick=False):
        app.tasks["fichiers.balayer"].apply()


def purge(**_: Any) -> None:
    FreinPurge.objects.create(
        modele="signalements.Demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )


def cles(settings: Settings, tmp_path: Path, **_: Any) -> None:
    (tmp_path / "cles").mkdir()
    settings.DOSSIER_CLES = tmp_path / "cles"
    magasin.vider_le_cache()


def taches(**_: Any) -> None:
    for _ in range(501):
        app.send_task("fichiers.balayer", queue=metriques.FILE_D_ATTENTE)


def occupe(settings: Settings, **_: Any) -> None:
    settings.PAGES_A_LA_FOIS = 0
    client = Client()
    assert {client.get("/connexion/").status_code for _ in range(30)} == {503}


def lentes(monkeypatch: pytest.MonkeyPatch, **_: Any) -> None:
    rangs = count()
    monkeypatch.setattr(metriques, "time", SimpleNamespace(perf_counter=lambda: next(rangs) * 3.0))
    for _ in range(60):
        Client().get("/connexion/")


CAUSES: dict[str, tuple[Callable[..., None], set[str]]] = {
    "SondeEnAlerte": (sonde, set()),
    "CourrielsAbandonnes": (courriels, {"SondeEnAlerte"}),
    "ExecutionEnRetard": (execution_en_retard, {"SondeEnAlerte"}),
    "PurgeRetenue": (purge, set()),
    "ClesTropCourtes": (cles, set()),
    "TachesEnAttente": (taches, set()),
    "PortailOccupe": (occupe, {"ErreursDuPortail"}),
    "ErreursDuPortail": (occupe, {"PortailOccupe"}),
    "PagesLentes": (lentes, set()),
}


@pytest.mark.parametrize("nom", CAUSES)
def test_a_rule_fires_for_its_cause_and_is_silent_before(
    nom: str, calme: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each cause is made by what makes it in life; nothing else rings."""
    cause, aussi = CAUSES[nom]
    Client().get("/connexion/")
    avant = lire()
    try:
        cause(settings=settings, tmp_path=tmp_path, monkeypatch=monkeypatch)
        apres = lire()
    finally:
        magasin.vider_le_cache()
        with app.connection_for_write() as lien:
            lien.default_channel.client.delete(metriques.FILE_D_ATTENTE)
    (tmp_path / "avant").mkdir()
    assert sonnent(tmp_path / "avant", avant, avant) == set()
    assert sonnent(tmp_path / "avant", avant, apres) == {nom} | aussi


def test_silence_is_an_alert(tmp_path: Path):
    assert sonnent(tmp_path, {}, {}) == {"PortailMuet"}


def test_each_rule_has_its_cause():
    regles = yaml.safe_load(REGLES.read_text())["groups"][0]["rules"]
    assert {regle["alert"] for regle in regles} == {*CAUSES, "PortailMuet"}


def test_the_dashboard_shows_figures_that_exist(calme: None, settings: Settings):
    """Each panel asks for something that the page says once the portal has lived a little."""
    settings.PAGES_A_LA_FOIS = 0
    Client().get("/connexion/")
    app.tasks["fichiers.balayer"].apply()
    connues = {nom.partition("{")[0] for nom in lire()}
    demandees = set(re.findall(r"\bportail_\w+", TABLEAU.read_text()))
    assert demandees and demandees - connues == set()
