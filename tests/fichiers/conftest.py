"""A clamd of our own, a storage of our own, and a demande with pieces."""

import shutil
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import LazySettings

from caisses.models import Motif
from conventions.models.conventions import Participation
from fichiers import analyses
from fichiers.controle import Examine, examiner
from signalements.depot.actions import commencer
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.pieces.actions import joindre
from tests.fichiers.clamav import BINAIRE, Clamd
from tests.fichiers.echantillons import pdf

ASSURE = {
    "civilite": "madame",
    "nom": "Exemple",
    "prenom": "Ada",
    "naissance": "1985-03-27",
    "departement": "57",
}


@pytest.fixture(scope="session")
def clamd_partage() -> Iterator[Clamd]:
    if not Path(BINAIRE).exists():
        pytest.fail("clamd est absent : installez le paquet clamav-daemon")
    serveur = Clamd()
    serveur.preparer()
    serveur.demarrer()
    yield serveur
    serveur.ranger()


@pytest.fixture
def clamd(clamd_partage: Clamd, settings: LazySettings) -> Clamd:
    """The antivirus of the portal, running."""
    if clamd_partage.processus is None:
        clamd_partage.demarrer()
    settings.CLAMD_URL = clamd_partage.url
    return clamd_partage


@pytest.fixture(autouse=True)
def stockage_a_soi(settings: LazySettings, tmp_path: Path) -> Path:
    """A storage for each test."""
    dossier = tmp_path / "fichiers"
    options = settings.STORAGES["fichiers"]["OPTIONS"] | {"location": dossier}
    settings.STORAGES = settings.STORAGES | {"fichiers": settings.STORAGES["fichiers"] | {"OPTIONS": options}}
    settings.DOSSIER_FICHIERS = dossier
    yield dossier
    shutil.rmtree(dossier, ignore_errors=True)


@pytest.fixture
def brouillon(technicien_metz) -> Demande:
    """A draft of étude de dossier (four pieces called for)."""
    demande = commencer(
        participation=Participation.objects.select_related("caisse").get(
            partenaire=technicien_metz.partenaire
        ),
        motif=Motif.objects.get(code="ame"),
        jeton=uuid.uuid4(),
        par=technicien_metz,
    )
    return Demande.objects.select_related("caisse", "partenaire", "motif", "technicien", "agent").get(
        pk=demande.pk
    )


@cache
def _examine(nom: str, contenu: bytes) -> Examine:
    """Check once: the same bytes come out the same, and the child that reads them starts an interpreter."""
    return examiner(nom, contenu or pdf())


def attacher(demande: Demande, contenu: bytes = b"", nom: str = "identité.pdf") -> Piece:
    """Attach one piece by the action, through the real check."""
    [piece] = joindre(
        demande,
        examines=[_examine(nom, contenu)],
        nature="identite",
        envoi=uuid.uuid4(),
        par=demande.technicien,
    )
    return piece


def attacher_saine(demande: Demande, contenu: bytes = b"", nom: str = "identité.pdf") -> Piece:
    """Attach one piece and have it scanned."""
    piece = attacher(demande, contenu, nom)
    assert analyses.analyser_en_attente() == {"sain": 1}
    piece.refresh_from_db()
    return piece


def piece_saine(demande: Demande) -> Piece:
    """Attach one piece, judged clean without an antivirus: for what is not about files."""
    piece = attacher(demande)
    analyses.conclure(piece, Piece.Etat.SAIN, "", "essai")
    piece.refresh_from_db()
    return piece
