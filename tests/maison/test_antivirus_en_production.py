"""The antivirus as it is shipped: the daemon of Debian, started from deploiement/clamd.conf, judges streams by TCP."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from espace_partenaires import sante
from fichiers import clamd, limites
from tests.fichiers.clamav import BINAIRE, EICAR, LIVREE, Clamd
from tests.maison.arbre import RACINE


@pytest.fixture(scope="module")
def demarre() -> Iterator[Clamd]:
    assert Path(BINAIRE).exists(), "clamd est absent : installez le paquet clamav-daemon"
    serveur = Clamd()
    serveur.preparer()
    try:
        serveur.demarrer()
        yield serveur
    finally:
        serveur.ranger()


@pytest.fixture
def livre(demarre: Clamd, settings: Settings) -> Clamd:
    settings.CLAMD_URL = f"tcp://127.0.0.1:{demarre.port}"
    return demarre


@pytest.mark.antivirus
def test_the_shipped_file_starts_and_speaks_on_the_standard_output(livre: Clamd):
    """Its log goes where the logs of the container go."""
    assert sante._antivirus() == ("repond", False)
    assert (
        "Heuristic alerting enabled for scans that exceed set maximums"
        in (livre.dossier / "journal").read_text()
    )


@pytest.mark.antivirus
def test_clean_infected_and_beyond_the_limits(livre: Clamd):
    assert clamd.analyser([b"bonjour"]).sain
    assert clamd.analyser([EICAR]).signature.startswith("Essai.EICAR")
    gonfle = zlib.compress(bytes(100 * limites.MO), 9)
    document = b"%PDF-1.4\n1 0 obj<</Length " + str(len(gonfle)).encode() + b"/Filter/FlateDecode>>stream\n"
    document += gonfle + b"\nendstream endobj\ntrailer<<>>\n%%EOF"
    assert clamd.analyser([document]).non_examine, "beyond a limit is never « clean »"


def test_limits_are_above_those_of_the_portal_and_nothing_is_written_on_a_disk():
    reglages = dict(re.findall(r"^(\w+) (\S+)$", LIVREE.read_text(), re.MULTILINE))
    for nom in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"):
        assert int(reglages[nom].removesuffix("M")) * limites.MO > limites.FICHIER_MAX, nom
    compose = (RACINE / "docker-compose.yml").read_text().partition("\n  clamav:\n")[2]
    assert f'tmpfs: ["{reglages["TemporaryDirectory"]}:' in compose
