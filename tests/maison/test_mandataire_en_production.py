"""The proxy as it is shipped: Debian's Caddy, started from deploiement/Caddyfile, before an upstream that tells what it got."""

import http.client
import json
import shutil
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fichiers import limites
from outils.portail import port_libre
from outils.processus import arreter, lancer
from tests.maison.arbre import RACINE
from tests.maison.autorite import Autorite
from tests.maison.livraison import compose, exemple
from tests.pannes.scene import attendre

pytestmark = [pytest.mark.mandataire, pytest.mark.lent]

CADDYFILE = RACINE / "deploiement/Caddyfile"


class Amont(BaseHTTPRequestHandler):
    """A web process: it is ready, and answers what it was asked."""

    def do_GET(self) -> None:
        corps = json.dumps(
            {"chemin": self.path} | {nom.lower(): v for nom, v in self.headers.items()}
        ).encode()
        if longueur := int(self.headers.get("Content-Length", 0)):
            self.rfile.read(longueur)
        self.send_response(200)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Mandataire:
    """The proxy, its upstream, and the folder of the page that a job writes."""

    port: int
    journal: Path
    indisponible: Path
    amont: ThreadingHTTPServer
    contexte: ssl.SSLContext

    def demander(self, chemin: str, methode: str = "GET", corps: bytes = b"", **entetes: str):
        lien = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=self.contexte)
        try:
            lien.request(
                methode, chemin, corps or None, {nom.replace("_", "-"): v for nom, v in entetes.items()}
            )
            reponse = lien.getresponse()
            return reponse, reponse.read()
        finally:
            lien.close()


@pytest.fixture(scope="module")
def ouvrir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Mandataire]]:
    """Return what starts a proxy with the environment of the compose file; only ports and folders are of this machine."""
    assert shutil.which("caddy"), "caddy est absent : installez le paquet caddy"
    with ExitStack() as pile:

        def demarrer(autorites: str = "", **env: str) -> Mandataire:
            dossier = tmp_path_factory.mktemp("caddy")
            amont = ThreadingHTTPServer(("127.0.0.1", 0), Amont)
            fil = threading.Thread(target=amont.serve_forever, args=(0.05,), daemon=True)
            fil.start()
            pile.callback(amont.server_close)
            pile.callback(amont.shutdown)
            (indisponible := dossier / "indisponible").mkdir()
            port = port_libre()
            du_lieu = {
                "admin 127.0.0.1:2019": f"admin off\nskip_install_trust\nhttp_port {port_libre()}\nhttps_port {port}",
                "/srv/indisponible": str(indisponible),
                "/srv/maintenance": str(RACINE / "deploiement/maintenance"),
            }
            texte = CADDYFILE.read_text()
            for livre, ici in du_lieu.items():
                assert livre in texte, livre
                texte = texte.replace(livre, ici)
            (dossier / "Caddyfile").write_text(texte)
            ici = {"DOMAINE": "localhost", "AMONTS": f"127.0.0.1:{amont.server_port}"} | env
            livre = compose(exemple() | ici)["services"]["proxy"]["environment"]
            processus = lancer(
                ["caddy", "run", "--config", dossier / "Caddyfile", "--adapter", "caddyfile"],
                journal=dossier / "journal",
                env=livre | {"HOME": str(dossier), "XDG_DATA_HOME": str(dossier), "PATH": "/usr/bin"},
            )
            pile.callback(arreter, processus)
            racine = Path(autorites or dossier / "caddy/pki/authorities/local/root.crt")
            attendre(lambda: racine.exists() or processus.poll() is not None, "la racine de Caddy", 60)
            assert processus.poll() is None, (dossier / "journal").read_text()[-3000:]
            contexte = ssl.create_default_context(cafile=str(racine))
            mandataire = Mandataire(port, dossier / "journal", indisponible, amont, contexte)
            attendre(lambda: _repond(mandataire), "Caddy répond", 60)
            return mandataire

        yield demarrer


def _repond(mandataire: Mandataire) -> bool:
    try:
        return mandataire.demander("/")[0].status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def mandataire(ouvrir: Callable[..., Mandataire]) -> Mandataire:
    return ouvrir()


def test_supervision_is_closed_from_outside(mandataire: Mandataire):
    """The proxy asks for readiness by itself; what is missing is nobody else’s to know."""
    for chemin in ("/sante/vivant", "/sante/pret", "/sante/etat", "/metriques"):
        assert mandataire.demander(chemin)[0].status == 404


def test_the_address_that_a_client_claims_is_dropped(mandataire: Mandataire):
    recu = json.loads(mandataire.demander("/", X_Forwarded_For="192.0.2.66")[1])
    assert recu["x-forwarded-for"] == "127.0.0.1"
    assert recu["x-forwarded-proto"] == "https"


def test_a_proxy_that_is_named_is_believed(ouvrir: Callable[..., Mandataire]):
    """What a firewall of applications wrote is kept, and its own address added: MANDATAIRES=2 finds the client's."""
    derriere = ouvrir(MANDATAIRES_EN_AMONT="127.0.0.0/8 10.0.0.0/8")
    recu = json.loads(derriere.demander("/", X_Forwarded_For="192.0.2.66")[1])
    assert recu["x-forwarded-for"].replace(" ", "") == "192.0.2.66,127.0.0.1"


def test_a_certificate_of_ones_own_is_served(ouvrir: Callable[..., Mandataire], tmp_path: Path):
    """No public authority is asked where there is no way out: the certificate is that of the file."""
    autorite = Autorite(tmp_path)
    certificat, cle = autorite.certifier("localhost")
    ferme = ouvrir(TLS=f"tls {certificat} {cle}", autorites=str(autorite.racine))
    assert ferme.demander("/")[0].status == 200


def test_no_answer_names_its_server(mandataire: Mandataire):
    for chemin in ("/", "/sante/etat"):
        assert mandataire.demander(chemin)[0].headers["Server"] is None


def test_a_large_sending_is_judged_by_the_portal(mandataire: Mandataire):
    """Several photographs at once, and what is too much: the message that is read is the portal's, not a maintenance page."""
    for poids in (limites.ENVOI_MAX, limites.ENVOI_MAX + 5 * limites.MO):
        reponse, corps = mandataire.demander("/depot/", "POST", bytes(poids))
        assert (reponse.status, json.loads(corps)["content-length"]) == (200, str(poids))


def test_lines_hold_no_personal_link_nor_whole_address(mandataire: Mandataire):
    mandataire.demander("/activation/JETON-SECRET/", Cookie="session=SECRET")
    mandataire.demander("/mot-de-passe/lien/JETON-SECRET/?x=1")
    attendre(lambda: "REDACTED" in mandataire.journal.read_text(), "la ligne du mandataire", 20)
    texte = mandataire.journal.read_text()
    assert "SECRET" not in texte
    acces = [json.loads(ligne) for ligne in texte.splitlines() if '"http.log.access' in ligne]
    assert {un["request"]["remote_ip"] for un in acces} == {"127.0.0.0"}


def test_maintenance_page_of_the_job_then_the_plain_one(ouvrir: Callable[..., Mandataire]):
    """D-16: nobody answers; the page that the job wrote is served, the plain one before its first run."""
    panne = ouvrir()
    panne.amont.shutdown()
    panne.amont.server_close()
    reponse, corps = panne.demander("/demandes/")
    assert (reponse.status, reponse.headers["Retry-After"]) == (503, "60")
    assert "momentanément interrompu" in corps.decode()
    (panne.indisponible / "index.html").write_text("<p>Moselle : 57 00</p>")
    reponse, corps = panne.demander("/demandes/")
    assert (reponse.status, reponse.headers["Cache-Control"]) == (503, "no-store")
    assert corps == b"<p>Moselle : 57 00</p>"
