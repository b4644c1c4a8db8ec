"""The object store of several machines, on an S3 server of our own: sealed as on a disk, read as it arrives, repaired."""

import datetime as dt
import logging
import os
import tracemalloc
import uuid
from collections.abc import Iterator

import boto3
import pytest
import time_machine
from moto.server import ThreadedMotoServer

from conformite.scellement import Illisible
from espace_partenaires.sante import _stockage
from fichiers import analyses, entretien, stockage
from fichiers.limites import MORCEAU
from fichiers.models import EmplacementAEffacer
from fichiers.verifications import stockage_objet
from socle import horloge
from tests.fichiers.conftest import attacher
from tests.fichiers.echantillons import pdf

pytestmark = pytest.mark.django_db
CANARI = b"CANARI-DODO"


@pytest.fixture(scope="module")
def serveur() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    serveur = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    serveur.start()
    yield "127.0.0.1:{1}".format(*serveur.get_host_and_port())
    serveur.stop()


@pytest.fixture
def seau(serveur, settings):
    """An empty bucket, where the portal keeps its files."""
    nom = f"fichiers-{uuid.uuid4().hex}"
    seau = boto3.resource(
        "s3",
        endpoint_url=f"http://{serveur}",
        aws_access_key_id="cle",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    ).create_bucket(Bucket=nom)
    brancher(settings, f"s3+http://cle:secret@{serveur}/{nom}")
    return seau


def brancher(settings, url: str) -> None:
    settings.FICHIERS_URL = url
    settings.STORAGES = settings.STORAGES | {
        "fichiers": {"BACKEND": "fichiers.stockage_s3.StockageS3", "OPTIONS": {"url": url}}
    }


def contenus(seau) -> dict[str, bytes]:
    return {objet.key: objet.get()["Body"].read() for objet in seau.objects.all()}


@pytest.mark.parametrize("taille", [1, MORCEAU, MORCEAU + 1, 3 * MORCEAU + 7])
def test_aller_et_retour(brouillon, seau, taille):
    """The same sealed pieces, under the same random name, as on a disk."""
    contenu, emplacement = (CANARI * (taille // len(CANARI) + 1))[:taille], uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, contenu)
    assert b"".join(stockage.lire(brouillon, emplacement)) == contenu
    [(nom, octets)] = contenus(seau).items()
    assert nom == f"{emplacement.hex[:2]}/{emplacement.hex}" and CANARI[:8] not in octets
    with pytest.raises(FileExistsError):
        stockage.ecrire(brouillon, emplacement, b"autre")
    stockage.effacer(nom)
    stockage.effacer(nom)
    assert contenus(seau) == {} and not stockage.existe(emplacement)


def test_altere_ou_perdu(brouillon, seau):
    emplacement = uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, b"x" * (2 * MORCEAU))
    [(nom, octets)] = contenus(seau).items()
    seau.put_object(Key=nom, Body=octets[:-1])
    with pytest.raises(Illisible):
        b"".join(stockage.lire(brouillon, emplacement))
    stockage.effacer(nom)
    with pytest.raises(stockage.Perdu):
        stockage.lire(brouillon, emplacement)


def test_la_memoire_ne_depend_pas_de_la_taille(brouillon, seau):
    """A file is opened as it arrives: one piece at a time, whatever there is of it."""
    emplacement = uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, os.urandom(8_000_000))
    # The server is in this process: what it holds is not counted, it was there before.
    next(stockage.lire(brouillon, emplacement))
    tracemalloc.start()
    lus = sum(len(morceau) for morceau in stockage.lire(brouillon, emplacement))
    pic = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lus == 8_000_000 and pic < 24_000_000


def test_une_piece_de_bout_en_bout(clamd, connecte, brouillon, technicien_metz, seau):
    """Attached, scanned, downloaded, removed: nothing of it is left in the bucket."""
    piece = attacher(brouillon, pdf(texte=CANARI))
    assert all(CANARI not in octets for octets in contenus(seau).values())
    assert analyses.analyser_en_attente() == {"sain": 1}
    adresse = f"/demandes/{brouillon.reference}/pieces/{piece.emplacement}/"
    reponse = connecte(technicien_metz).get(adresse)
    recu = b"".join(reponse.streaming_content)
    assert recu.startswith(b"%PDF-") and len(recu) == piece.taille
    brouillon.delete()
    assert EmplacementAEffacer.objects.count() == 1
    assert entretien.effacer_les_contenus() == {"effaces": 1, "echecs": 0}
    assert contenus(seau) == {}


def test_reparation(brouillon, seau):
    """A content without row is erased once it is old; a row without content is refused."""
    piece, perdue = attacher(brouillon), attacher(brouillon)
    stockage.ecrire(brouillon, uuid.uuid4(), b"orphelin")
    stockage.effacer(stockage.nom_stocke(perdue.emplacement))
    assert entretien.reparer() == {"perdus": 1, "orphelins": 0}
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(hours=7)):
        assert entretien.reparer() == {"perdus": 0, "orphelins": 1}
    assert list(contenus(seau)) == [stockage.nom_stocke(piece.emplacement)]
    perdue.refresh_from_db()
    assert (perdue.etat, perdue.raison) == ("refuse", "perdu")


@pytest.mark.parametrize("panne", ["seau absent", "personne n’écoute"])
def test_en_panne(brouillon, seau, serveur, settings, panne):
    """A store that is away is a disk that is away: OSError, nothing written, what is to be erased waits."""
    piece = attacher(brouillon)
    hote = serveur if panne == "seau absent" else "127.0.0.1:9"
    brancher(settings, f"s3+http://cle:secret@{hote}/absent")
    with pytest.raises(OSError, match="dépôt"):
        stockage.ecrire(brouillon, uuid.uuid4(), b"x")
    piece.delete()
    if panne == "personne n’écoute":
        assert entretien.effacer_les_contenus() == {"effaces": 0, "echecs": 1}
        assert _stockage()[1] and not stockage.repond()
    assert len(contenus(seau)) == 1


def test_verification_du_deploiement(settings):
    """Incomplete, or in clear to another machine: refused before it opens."""
    for url, attendu in (
        ("", []),
        ("s3+https://cle:secret@s3.hebergeur.example/seau?region=fr", []),
        ("s3+https://s3.hebergeur.example/seau", ["fichiers.E002"]),
        ("s3+https://cle:secret@s3.hebergeur.example/", ["fichiers.E002"]),
        ("https://cle:secret@s3.hebergeur.example/seau", ["fichiers.E002"]),
        ("s3+http://cle:secret@s3.hebergeur.example/seau", ["fichiers.E003"]),
    ):
        settings.FICHIERS_URL = url
        assert [un.id for un in stockage_objet(None)] == attendu, url
