"""The antivirus: a real clamd, then one that is stopped, silent, absurd or cut. Only a whole verdict counts."""

import datetime as dt
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine

from conformite.models.journal import LigneJournal
from fichiers import analyses
from fichiers import clamd as client
from fichiers.controle import Examine
from fichiers.verifications import antivirus
from signalements.models.pieces import Piece
from signalements.pieces.actions import joindre
from socle import horloge
from socle.models import CourrielSortant
from tests.fichiers.clamav import EICAR, POISON, POISON_NOUVEAU
from tests.fichiers.conftest import attacher, attacher_saine
from tests.fichiers.echantillons import jpeg, pdf

pytestmark = [pytest.mark.antivirus, pytest.mark.django_db]


def _etat(piece: Piece) -> str:
    piece.refresh_from_db()
    return piece.etat


def _dans(secondes: int) -> time_machine.travel:
    return time_machine.travel(horloge.temps_reel() + dt.timedelta(seconds=secondes), tick=True)


def test_sain(clamd, brouillon):
    """A clean file is told clean, with the version of what judged it."""
    piece = attacher(brouillon)
    assert (piece.etat, piece.est_telechargeable) == ("en_analyse", False)
    assert analyses.analyser_en_attente() == {"sain": 1}
    assert _etat(piece) == "sain" and piece.est_telechargeable
    assert piece.analyse_version.startswith("ClamAV") and piece.analyse_le is not None
    assert analyses.analyser_en_attente() == {}


def test_eicar(clamd, brouillon, technicien_metz):
    """A known virus: found, kept out of reach, written in the journal, told by mail without a name (D-14)."""
    [piece] = joindre(
        brouillon,
        examines=[Examine("Ada Exemple.pdf", "pdf", EICAR)],
        nature="identite",
        envoi=uuid.uuid4(),
        par=technicien_metz,
    )
    assert analyses.analyser_en_attente() == {"infecte": 1}
    assert (
        _etat(piece) == "infecte" and piece.raison.startswith("Essai.EICAR") and not piece.est_telechargeable
    )
    ligne = LigneJournal.objects.get(acte="fichier.verdict")
    assert ligne.reference == brouillon.reference and ligne.details == {"de": "en_analyse", "vers": "infecte"}
    courriel = CourrielSortant.objects.get(gabarit="signalements/piece_bloquee")
    assert courriel.destinataire == technicien_metz.email and brouillon.reference in courriel.sujet
    assert "Exemple" not in courriel.sujet + courriel.corps


@pytest.mark.parametrize("compression", [True, False])
def test_signature_dans_un_pdf(clamd, brouillon, compression):
    """A signature inside the stream of a page, compressed or not, still there after the cleaning."""
    piece = attacher(brouillon, pdf(texte=POISON, compress_streams=compression))
    assert analyses.analyser_en_attente() == {"infecte": 1}
    assert _etat(piece) == "infecte"


def test_trop_pour_l_antivirus(clamd, brouillon):
    """What goes beyond the limits of clamd is refused, with how to mend it, and not called a virus."""
    assert client.Verdict("Heuristics.Limits.Exceeded.MaxFileSize").non_examine
    piece = attacher(brouillon)
    analyses.conclure(piece, Piece.Etat.REFUSE, "limites", "")
    assert _etat(piece) == "refuse" and "Imprimer" in piece.explication


def test_clamd_arrete_puis_de_retour(clamd, brouillon):
    """Stopped: the file waits, whatever the number of runs; back: it is scanned at the next one."""
    clamd.arreter()
    piece = attacher(brouillon)
    for _ in range(3):
        assert analyses.analyser_en_attente() == {"echecs": 1}
    assert _etat(piece) == "en_analyse"
    clamd.demarrer()
    assert analyses.analyser_en_attente() == {"sain": 1}


@contextmanager
def _faux_clamd(
    dossier: Path, analyse: bytes | None, attendre: bool = True, version: bytes = b"ClamAV 1.0/1/x\0"
) -> Iterator[str]:
    """A server that speaks like clamd but for its verdict: `analyse`, then the end; None is silence."""
    prise = socket.socket(socket.AF_UNIX)
    chemin = str(dossier / "faux.sock")
    prise.bind(chemin)
    prise.listen()
    gardees = []

    def servir() -> None:
        while True:
            try:
                lien, _ = prise.accept()
            except OSError:
                return
            gardees.append(lien)
            commande = lien.recv(10)
            if commande == b"zVERSION\0":
                lien.sendall(version)
            elif analyse is not None:
                while attendre and not lien.recv(1 << 20).endswith(b"\0\0\0\0"):
                    pass
                lien.sendall(analyse)
                lien.close()

    fil = threading.Thread(target=servir, daemon=True)
    fil.start()
    try:
        yield f"unix://{chemin}"
    finally:
        prise.shutdown(socket.SHUT_RDWR)
        prise.close()
        for lien in gardees:
            lien.close()
        fil.join(5)


@pytest.mark.parametrize(
    "analyse",
    [
        b"stream: OK",
        b"stream: O",
        b"",
        b"OK\0",
        b"stream: OK FOUND ERROR\0",
        b"stream: rien de grave\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"HTTP/1.1 200 OK\r\n\r\n\0",
        b"stream: OK\0stream: OK\0x",
        b"\xff\xfe\x00",
        b"a" * 5000,
    ],
)
def test_reponse_absurde(brouillon, settings, tmp_path, analyse):
    """Anything but a whole verdict leaves the file waiting."""
    piece = attacher(brouillon)
    with _faux_clamd(tmp_path, analyse) as settings.CLAMD_URL:
        assert analyses.analyser_en_attente() == {"echecs": 1}
    assert _etat(piece) == "en_analyse" and not piece.est_telechargeable


@pytest.mark.parametrize(("age", "attend"), [(2, False), (8, True), (300, True)])
def test_des_signatures_anciennes(brouillon, client, settings, tmp_path, age, attend):
    """Ten months old, they call nothing clean: the file waits, the page of supervision is red."""
    jour = horloge.temps_reel() - dt.timedelta(days=age)
    dite = f"ClamAV 1.4.3/27800/{jour:%a %b %d %H:%M:%S %Y}\0".encode()
    piece = attacher(brouillon)
    with _faux_clamd(tmp_path, b"stream: OK\0", version=dite) as settings.CLAMD_URL:
        assert analyses.analyser_en_attente() == ({"echecs": 1} if attend else {"sain": 1})
        etat = client.get("/sante/etat").json()
    assert _etat(piece) == ("en_analyse" if attend else "sain")
    assert etat["mesures"]["antivirus"] == ("signatures anciennes" if attend else "repond")
    assert ("antivirus" in etat["alertes"]) == attend


def test_deux_serveurs(brouillon, settings, tmp_path):
    """The second one judges while the first is away."""
    piece = attacher(brouillon)
    with _faux_clamd(tmp_path, b"stream: OK\0") as url:
        settings.CLAMD_URL = f"unix://{tmp_path}/personne, {url}"
        assert analyses.analyser_en_attente() == {"sain": 1}
    assert _etat(piece) == "sain"


def test_clamd_coupe_pendant_l_envoi(brouillon, settings, tmp_path):
    """The connection breaks while the file is sent: the file waits."""
    piece = attacher(brouillon, jpeg((3000, 2000)), "a.jpg")
    with _faux_clamd(tmp_path, b"", attendre=False) as settings.CLAMD_URL:
        assert analyses.analyser_en_attente() == {"echecs": 1}
    assert _etat(piece) == "en_analyse"


def test_clamd_fige(brouillon, settings, tmp_path, monkeypatch):
    """Silent: given up in time; the file comes back later, and lets the others pass first."""
    monkeypatch.setattr(client, "CLAMD_SECONDES", 0.5)
    piece = attacher(brouillon)
    with _faux_clamd(tmp_path, None) as settings.CLAMD_URL:
        assert analyses.analyser_en_attente() == {"echecs": 1}
        assert analyses.analyser_en_attente() == {}
        suivante = attacher(brouillon)
        assert analyses.analyser_en_attente() == {"echecs": 1}
    suivante.refresh_from_db()
    assert _etat(piece) == "en_analyse" and (piece.essais, suivante.essais) == (1, 1)


def test_clamd_fige_puis_de_retour(clamd, brouillon, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(client, "CLAMD_SECONDES", 0.5)
    piece = attacher(brouillon)
    with _faux_clamd(tmp_path, None) as settings.CLAMD_URL:
        analyses.analyser_en_attente()
    settings.CLAMD_URL = clamd.url
    monkeypatch.setattr(client, "CLAMD_SECONDES", 45)
    assert analyses.analyser_en_attente() == {}
    with _dans(130):
        assert analyses.analyser_en_attente() == {"sain": 1}
    assert _etat(piece) == "sain"


def test_nouvelle_analyse(clamd, brouillon):
    """New signatures find what the old ones let through: blocked from that moment, told."""
    bon = attacher_saine(brouillon)
    mauvais = attacher_saine(brouillon, pdf(texte=POISON_NOUVEAU))
    assert analyses.reanalyser() == {}
    clamd.apprendre()
    Piece.objects.update(analyse_version="ClamAV d’hier")
    assert analyses.reanalyser() == {"sain": 1, "infecte": 1}
    assert (_etat(bon), _etat(mauvais)) == ("sain", "infecte") and not mauvais.est_telechargeable
    assert CourrielSortant.objects.filter(gabarit="signalements/piece_bloquee").count() == 1
    assert analyses.reanalyser() == {}
    with _dans(8 * 86400):
        assert analyses.reanalyser() == {"sain": 1}


def test_nouvelle_analyse_sans_reponse(clamd, brouillon):
    """While clamd is away, what was clean stays clean, and the run says that it failed."""
    piece = attacher_saine(brouillon)
    Piece.objects.update(analyse_version="ClamAV d’hier")
    clamd.arreter()
    assert analyses.reanalyser() == {"echecs": 1}
    assert _etat(piece) == "sain"
    clamd.demarrer()
    assert analyses.reanalyser() == {"sain": 1}


def test_piece_retiree_pendant_l_analyse(clamd, brouillon):
    """A verdict on a file that is gone meanwhile changes nothing."""
    piece = attacher(brouillon)
    Piece.objects.filter(pk=piece.pk).delete()
    assert analyses.conclure(piece, Piece.Etat.SAIN, "", "") == "disparus"


def test_contenu_perdu(clamd, brouillon, stockage_a_soi):
    """A file that cannot be read is neither clean nor infected: refused, to be sent again."""
    piece = attacher(brouillon)
    next(stockage_a_soi.rglob(piece.emplacement.hex)).unlink()
    assert analyses.analyser_en_attente() == {"refuse": 1}
    assert _etat(piece) == "refuse" and piece.raison == "perdu"


def test_rien_en_clair_apres_l_analyse(clamd, brouillon):
    """clamd's temporary folder is in memory, and holds nothing afterwards."""
    attacher_saine(brouillon, pdf(texte=b"CANARI"))
    assert str(clamd.memoire).startswith("/dev/shm/")
    assert [chemin for chemin in clamd.memoire.rglob("*") if chemin.is_file()] == []


def test_sans_antivirus_en_demonstration(brouillon, settings):
    """A demonstration without clamd says « non analysé » and lets the file through; the deployment is refused."""
    settings.DEMO = True
    piece = attacher(brouillon)
    assert piece.etat == "non_analyse" and piece.est_telechargeable
    settings.DEMO = False
    assert not piece.est_telechargeable
    assert [un.id for un in antivirus(None)] == ["fichiers.E001"]


def test_sans_antivirus_ailleurs(brouillon, settings):
    """Elsewhere nothing passes without a verdict."""
    piece = attacher(brouillon)
    assert piece.etat == "en_analyse" and analyses.analyser_en_attente() == {}


def test_antivirus_branche_apres_coup(clamd, brouillon, settings):
    """What a demonstration let through is scanned as soon as there is an antivirus, and waits for it meanwhile."""
    url, settings.CLAMD_URL, settings.DEMO = settings.CLAMD_URL, "", True
    piece = attacher(brouillon)
    settings.CLAMD_URL = url
    assert not piece.est_telechargeable
    assert analyses.analyser_en_attente() == {"sain": 1}


def test_verification_du_deploiement(clamd, settings):
    settings.CLAMD_TEMPORAIRE_EN_MEMOIRE = False
    assert [un.id for un in antivirus(None)] == ["fichiers.W001"]
    settings.CLAMD_TEMPORAIRE_EN_MEMOIRE = True
    assert antivirus(None) == []
