"""The sealed storage: nothing in clear, nothing moved, nothing cut; memory independent of the size (architecture)."""

import os
import tracemalloc
import uuid

import pytest

from conformite.scellement import Illisible
from fichiers import stockage
from fichiers.limites import MORCEAU
from tests.fichiers.conftest import attacher
from tests.fichiers.echantillons import pdf

CANARI = b"CANARI-ARCHAEOPTERYX"


def _contenus(dossier):
    return [chemin for chemin in dossier.rglob("*") if chemin.is_file()]


@pytest.mark.parametrize("taille", [1, MORCEAU - 1, MORCEAU, MORCEAU + 1, 3 * MORCEAU + 7])
def test_aller_et_retour(brouillon, stockage_a_soi, taille):
    contenu = (CANARI * (taille // len(CANARI) + 1))[:taille]
    emplacement = uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, contenu)
    assert b"".join(stockage.lire(brouillon, emplacement)) == contenu
    [chemin] = _contenus(stockage_a_soi)
    assert CANARI[:12] not in chemin.read_bytes() and chemin.stat().st_mode & 0o077 == 0


def _alterer(octets: bytes, cas: str) -> bytes:
    morceau = MORCEAU + 29
    return {
        "coupé au milieu": octets[: morceau + 100],
        "coupé entre deux morceaux": octets[: 2 * morceau],
        "vidé": b"",
        "échangé": octets[morceau : 2 * morceau] + octets[:morceau] + octets[2 * morceau :],
        "répété": octets[:morceau] + octets,
        "rallongé": octets + octets[:morceau],
        "un bit": octets[:50] + bytes([octets[50] ^ 1]) + octets[51:],
    }[cas]


@pytest.mark.parametrize(
    "cas",
    ["coupé au milieu", "coupé entre deux morceaux", "vidé", "échangé", "répété", "rallongé", "un bit"],
)
def test_contenu_altere(brouillon, stockage_a_soi, cas):
    """What was changed, cut or moved inside a stored file is never read as if it were right."""
    emplacement = uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, b"x" * (2 * MORCEAU + 10))
    [chemin] = _contenus(stockage_a_soi)
    chemin.write_bytes(_alterer(chemin.read_bytes(), cas))
    with pytest.raises(Illisible):
        b"".join(stockage.lire(brouillon, emplacement))


def test_contenu_deplace(brouillon, stockage_a_soi):
    """A stored file put in the place of another is not read."""
    un, autre = uuid.uuid4(), uuid.uuid4()
    stockage.ecrire(brouillon, un, b"un")
    stockage.ecrire(brouillon, autre, b"autre")
    (stockage_a_soi / stockage.nom_stocke(un)).replace(stockage_a_soi / stockage.nom_stocke(autre))
    with pytest.raises(Illisible):
        next(stockage.lire(brouillon, autre))
    with pytest.raises(stockage.Perdu):
        stockage.lire(brouillon, un)


def test_disque_plein(brouillon, stockage_a_soi, monkeypatch):
    """A storage that refuses leaves nothing behind."""

    def plein(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", plein)
    with pytest.raises(OSError, match="No space"):
        stockage.ecrire(brouillon, uuid.uuid4(), b"x" * 1000)
    assert not _contenus(stockage_a_soi)


def test_place_deja_prise(brouillon):
    emplacement = uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, b"premier")
    with pytest.raises(FileExistsError):
        stockage.ecrire(brouillon, emplacement, b"second")
    assert b"".join(stockage.lire(brouillon, emplacement)) == b"premier"


def test_memoire_plate(brouillon):
    """Sealing and opening ten megabytes takes no more memory than one: a few pieces."""
    emplacement, contenu = uuid.uuid4(), os.urandom(10_000_000)
    tracemalloc.start()
    stockage.ecrire(brouillon, emplacement, contenu)
    total = sum(len(morceau) for morceau in stockage.lire(brouillon, emplacement))
    _, pointe = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == len(contenu) and pointe < 8 * MORCEAU


def test_nom_scelle(brouillon):
    """The name of a file is sealed as its content is: neither the row nor the place tells it."""
    piece = attacher(brouillon, pdf(), "Ordonnance de Ada Exemple.pdf")
    assert piece.nom == "Ordonnance de Ada Exemple.pdf"
    assert b"Exemple" not in bytes(piece.nom_scelle)
    piece.emplacement = uuid.uuid4()
    with pytest.raises(Illisible):
        _ = piece.nom


def test_lecture_abandonnee(brouillon, stockage_a_soi):
    """A download given up in the middle, or before its first byte, leaves no open file."""
    emplacement = uuid.uuid4()
    stockage.ecrire(brouillon, emplacement, b"x" * (3 * MORCEAU))
    for lus in (0, 1, 2):
        lecture = stockage.lire(brouillon, emplacement)
        for _ in range(lus):
            next(lecture)
        lecture.close()
    ouverts = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _existe(fd)]
    assert not any(str(stockage_a_soi) in chemin for chemin in ouverts)


def _existe(fd: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{fd}")
