"""Files through faults, on real processes: killed in the middle, nothing in clear, nothing lost, the site answers."""

import base64
import concurrent.futures
import mmap
import os
import re
import signal
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from accounts.models.compte import Compte
from fichiers.controle import PROGRAMME
from outils.visiteur import Reponse, Visiteur
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from tests.fichiers.clamav import Clamd
from tests.fichiers.echantillons import bombe_pdf, pdf
from tests.pannes.scene import Scene, attendre
from tests.signalements.fabrique import commencer

pytestmark = [pytest.mark.pannes, pytest.mark.antivirus, pytest.mark.lent]

MOT, TEMOIN = "CANARI-THYLACINE", "TEMOIN-QUAGGA"


@pytest.fixture(scope="module")
def scene(scene_du_module: Scene, clamd_partage: Clamd) -> Scene:
    """The portal of the file, its antivirus, and a temporary folder of its own."""
    temporaire = scene_du_module.portail.etat / "temporaire"
    temporaire.mkdir()
    scene_du_module.portail.surcharges |= {"CLAMD_URL": clamd_partage.url, "TMPDIR": str(temporaire)}
    scene_du_module.lancer("web")
    return scene_du_module


@pytest.fixture(scope="module")
def visiteur(scene: Scene) -> Visiteur:
    """A technicien signed in."""
    visiteur = Visiteur(scene.portail.adresse)
    visiteur.se_connecter("technicien.metz")
    return visiteur


@cache
def bombe() -> bytes:
    """A file whose reading does not end by itself."""
    return bombe_pdf(4 << 30)


@pytest.fixture
def demande(scene: Scene) -> Demande:
    """A draft of theirs."""
    return commencer(Compte.objects.get(identifiant="technicien.metz"))


def envoyer(visiteur: Visiteur, demande: Demande, nom: str, contenu: bytes) -> Reponse:
    """Attach a file through the page, as a browser does."""
    chemin = f"/demandes/{demande.reference}/pieces/"
    champs = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visiteur.lire(chemin).texte)
    ) | {"nature": "identite"}
    borne = uuid.uuid4().hex
    corps = b"".join(
        f'--{borne}\r\nContent-Disposition: form-data; name="{cle}"\r\n\r\n{valeur}\r\n'.encode()
        for cle, valeur in champs.items()
    )
    corps += f'--{borne}\r\nContent-Disposition: form-data; name="fichiers"; filename="{nom}"\r\n'.encode()
    corps += b"Content-Type: application/pdf\r\n\r\n" + contenu + f"\r\n--{borne}--\r\n".encode()
    url = visiteur.adresse + chemin
    requete = urllib.request.Request(
        url,
        data=corps,
        headers={"Referer": url, "Content-Type": f"multipart/form-data; boundary={borne}"},
    )
    debut = time.perf_counter()
    try:
        with visiteur.ouvreur.open(requete, timeout=60) as reponse:
            return Reponse(reponse.status, reponse.url, reponse.read(), time.perf_counter() - debut)
    except urllib.error.HTTPError as erreur:
        return Reponse(erreur.code, url, erreur.read(), time.perf_counter() - debut)
    except (urllib.error.URLError, ConnectionError):
        return Reponse(0, url, b"", time.perf_counter() - debut)


def test_ouvrier_tue_pendant_l_analyse(scene: Scene, clamd: Clamd, visiteur: Visiteur, demande: Demande):
    """SIGKILL of the worker while clamd has the file: nothing in clear anywhere, then scanned by the next worker."""
    scene.lancer("web", "worker", "beat")
    os.kill(clamd.processus.pid, signal.SIGSTOP)
    try:
        contenu = pdf(texte=MOT.encode(), compress_streams=False)
        assert envoyer(visiteur, demande, f"{MOT}.pdf", contenu).status == 200
        piece = attendre(lambda: Piece.objects.filter(demande=demande).first(), "la pièce enregistrée")
        time.sleep(1)
        assert _ou_est(scene, MOT) == []
        scene.portail.tuer("worker")
        assert _ou_est(scene, MOT) == []
    finally:
        os.kill(clamd.processus.pid, signal.SIGCONT)
    piece.refresh_from_db()
    assert piece.etat == "en_analyse"
    # The lease of the killed worker ends.
    Piece.objects.filter(pk=piece.pk).update(prochain_essai_le=None)
    scene.lancer("worker")
    attendre(lambda: Piece.objects.filter(pk=piece.pk, etat="sain").exists(), "l’analyse reprise")
    assert _ou_est(scene, MOT) == []
    assert {lieu.split("/")[0] for lieu in _ou_est(scene, TEMOIN, semer=True)} == {
        "fichiers",
        "journaux",
        "base",
        "courtier",
        "temporaire",
    }


def test_web_tue_pendant_le_controle(scene: Scene, clamd: Clamd, visiteur: Visiteur, demande: Demande):
    """SIGKILL of the web process while a file is checked: no row, no content, no child left; sent again, it is taken."""
    avant = _fichiers(scene)
    lourd = bombe()
    with concurrent.futures.ThreadPoolExecutor(1) as fil:
        envoi = fil.submit(envoyer, visiteur, demande, "lourd.pdf", lourd)
        siens = attendre(lambda: _enfants(scene), "l’enfant au travail")
        scene.portail.tuer("web")
        assert envoi.result().status == 0
    attendre(lambda: not siens & _examens(), "la fin de l’enfant", 10)
    assert not Piece.objects.filter(demande=demande).exists()
    assert _fichiers(scene) == avant
    scene.lancer("web")
    assert envoyer(visiteur, demande, "bon.pdf", pdf()).status == 200
    assert Piece.objects.filter(demande=demande).count() == 1


def test_bombes_et_site_ouvert(scene: Scene, clamd: Clamd, visiteur: Visiteur, demande: Demande):
    """Six bombs at once: each is refused, the others are served meanwhile, the web processes do not grow."""
    lourd = bombe()
    assert envoyer(visiteur, demande, "lourd.pdf", lourd).status == 422
    avant = _memoire(scene)
    with concurrent.futures.ThreadPoolExecutor(6) as fils:
        envois = [fils.submit(envoyer, visiteur, demande, "lourd.pdf", lourd) for _ in range(6)]
        pendant = []
        while not all(envoi.done() for envoi in envois):
            pendant.append(visiteur.lire("/aide/"))
            time.sleep(0.2)
    assert {envoi.result().status for envoi in envois} == {422}
    assert len(pendant) > 1 and {page.status for page in pendant} == {200}
    # Six sendings of four megabytes, held once each, and nothing of what they unfold to.
    assert _memoire(scene) - avant < 150_000_000
    assert not Piece.objects.filter(demande=demande).exists()


def _fichiers(scene: Scene) -> set[Path]:
    return {un for un in (scene.portail.etat / "fichiers").rglob("*") if un.is_file()}


def _enfants(scene: Scene) -> set[int]:
    """The children of the web process that check files; other tests have theirs."""
    chef = scene.portail.processus["web"].pid
    return {pid for pid in _examens() if chef in _ancetres(pid)}


def _ancetres(pid: int) -> Iterator[int]:
    while pid > 1:
        try:
            statut = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        pid = int(re.search(r"PPid:\s+(\d+)", statut)[1])
        yield pid


def _examens() -> set[int]:
    """The living processes that check files, by their command."""
    trouves = set()
    for chemin in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            mots = chemin.read_bytes().split(b"\0")
        except OSError:
            continue
        if PROGRAMME.encode() in mots:
            trouves.add(int(chemin.parent.name))
    return trouves


def _memoire(scene: Scene) -> int:
    """Peak resident memory of the web processes, in bytes."""
    chef = scene.portail.processus["web"].pid
    enfants = Path(f"/proc/{chef}/task/{chef}/children").read_text().split()
    total = 0
    for pid in [str(chef), *enfants]:
        statut = Path(f"/proc/{pid}/status").read_text()
        total += int(re.search(r"VmHWM:\s+(\d+) kB", statut)[1]) * 1024
    return total


def _ou_est(scene: Scene, mot: str, semer: bool = False) -> list[str]:
    """Return where a word is found, in any of its spellings; `semer` plants it in clear in each place first."""
    lieux = {
        "fichiers": scene.portail.etat / "fichiers",
        "journaux": scene.portail.journaux,
        "base": scene.postgres.donnees,
        "courtier": scene.portail.etat / "valkey",
        "temporaire": scene.portail.etat / "temporaire",
        "systeme": Path("/tmp"),
    }
    if semer:
        _semer(scene, lieux, mot)
    with scene.postgres.connexion() as admin:
        admin.execute("CHECKPOINT")
    formes, depuis = _formes(mot), scene.portail.etat.stat().st_ctime - 600
    trouves = []
    for nom, dossier in lieux.items():
        for chemin in _parcourir(dossier) if nom != "systeme" else dossier.iterdir():
            if _contient(chemin, formes, depuis):
                trouves.append(f"{nom}/{chemin.name}")
    return trouves


def _parcourir(dossier: Path) -> Iterator[Path]:
    """Every file, in folders that others may be emptying meanwhile."""
    for parent, _, noms in os.walk(dossier):
        yield from (Path(parent) / nom for nom in noms)


def _semer(scene: Scene, lieux: dict[str, Path], mot: str) -> None:
    (lieux["fichiers"] / "temoin").write_bytes(base64.b64encode(mot.encode() + b"-suite"))
    (lieux["journaux"] / "temoin.log").write_text(mot, encoding="utf-16-le")
    (lieux["courtier"] / "temoin").write_text(mot.encode().hex(), encoding="ascii")
    (lieux["temporaire"] / "temoin").write_text(mot, encoding="utf-8")
    with scene.postgres.connexion() as admin:
        admin.execute("CREATE TABLE IF NOT EXISTS temoin (mot text)")
        admin.execute("INSERT INTO temoin VALUES (%s)", [mot])


def _formes(mot: str) -> list[bytes]:
    brut = mot.encode()
    # Three alignments of base64, without what depends on the neighbours.
    en_64 = [base64.b64encode(b"x" * decalage + brut)[4 if decalage else 0 : -4] for decalage in range(3)]
    return [brut, mot.encode("utf-16-le"), mot.encode("utf-16-be"), brut.hex().encode(), *en_64]


def _contient(chemin: Path, formes: list[bytes], depuis: float) -> bool:
    try:
        if not chemin.is_file() or chemin.suffix in (".py", ".pyc"):
            return False
        etat = chemin.stat()
        if not etat.st_size or etat.st_mtime < depuis:
            return False
        with chemin.open("rb") as fichier, mmap.mmap(fichier.fileno(), 0, access=mmap.ACCESS_READ) as octets:
            return any(octets.find(forme) >= 0 for forme in formes)
    except (OSError, ValueError):
        return False
