"""The sealed storage: a file is a suite of sealed pieces under a random name, in the storage called « fichiers ».

Each piece is sealed by the owner of the file (an `ObjetScelle`), with what it is as additional data: the owner, the
place (the random name), the rank, and whether it is the last. A piece moved, swapped, repeated or left out cannot be
opened; neither can a file that lost its end. Memory does not depend on the size of a file.
"""

import io
import uuid
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.files.base import File
from django.core.files.storage import storages

from conformite.models.objet_scelle import ObjetScelle
from conformite.scellement import AES_GCM_OVERHEAD, Illisible
from fichiers.limites import MORCEAU

if TYPE_CHECKING:
    # Whoever keeps files in a folder never loads the client of the object store.
    from fichiers.stockage_local import StockageLocal
    from fichiers.stockage_s3 import StockageS3

ALIAS = "fichiers"
# Where contents are: the first two figures of their random name.
DOSSIERS = [f"{rang:02x}" for rang in range(256)]


class Perdu(Illisible):
    """The storage does not have this file."""


def stockage() -> "StockageLocal | StockageS3":
    """Return the storage: a folder shared by all machines, or an object store (settings)."""
    return cast("StockageLocal | StockageS3", storages[ALIAS])


def nom_stocke(emplacement: uuid.UUID) -> str:
    """Return the name under which a file is stored: random, in one of 256 folders."""
    return f"{emplacement.hex[:2]}/{emplacement.hex}"


def ecrire(proprietaire: ObjetScelle, emplacement: uuid.UUID, contenu: bytes) -> None:
    """Seal and store `contenu`. Raise OSError when the storage cannot, FileExistsError when the place is taken."""
    nom = nom_stocke(emplacement)
    if stockage().exists(nom):
        raise FileExistsError(nom)
    flux = cast(IO[bytes], _Flux(_sceller(proprietaire, emplacement, memoryview(contenu))))
    try:
        stockage().save(nom, File(flux))
    except BaseException:
        # A full disk leaves half a file.
        stockage().delete(nom)
        raise


def lire(proprietaire: ObjetScelle, emplacement: uuid.UUID) -> Iterator[bytes]:
    """Return the clear pieces, one at a time. Raise Perdu, or Illisible when the key or a piece is not right.

    The first piece is opened at once: what cannot be read is known before an answer begins.
    """
    try:
        fichier = stockage().open(nom_stocke(emplacement))
    except FileNotFoundError as erreur:
        raise Perdu(f"{emplacement} : absent du stockage") from erreur
    return _Lecture(_ouvrir(proprietaire, emplacement, fichier))


def effacer(nom: str) -> None:
    """Erase a stored file; safe to run twice. Raise OSError when the storage refuses."""
    stockage().delete(nom)


def existe(emplacement: uuid.UUID) -> bool:
    """Whether the storage has this file."""
    return stockage().exists(nom_stocke(emplacement))


def repond() -> bool:
    """Whether the storage can be asked for a file."""
    try:
        existe(uuid.uuid4())
    except OSError:
        return False
    return True


def lister(dossier: str) -> Iterator[tuple[str, datetime]]:
    """Return each stored name of one folder with the real instant of its writing."""
    return stockage().lister(dossier)


def _lien(emplacement: uuid.UUID, rang: int, dernier: bool) -> str:
    return f"fichier:{emplacement}:{rang}:{'fin' if dernier else 'suite'}"


def _sceller(proprietaire: ObjetScelle, emplacement: uuid.UUID, contenu: memoryview) -> Iterator[bytes]:
    total = max(1, -(-len(contenu) // MORCEAU))
    for rang in range(total):
        clair = contenu[rang * MORCEAU : (rang + 1) * MORCEAU]
        yield proprietaire.sceller_octets(clair, _lien(emplacement, rang, rang == total - 1))


def _ouvrir(proprietaire: ObjetScelle, emplacement: uuid.UUID, fichier: File) -> Generator[bytes, None, None]:
    taille = MORCEAU + AES_GCM_OVERHEAD
    with fichier:
        rang, courant = 0, fichier.read(taille)
        while True:
            suivant = fichier.read(taille)
            yield proprietaire.ouvrir_octets(courant, _lien(emplacement, rang, not suivant))
            if not suivant:
                return
            rang, courant = rang + 1, suivant


class _Lecture(Iterator[bytes]):
    """Clear pieces, the first one already opened. Closing it closes the stored file, read to its end or not."""

    def __init__(self, morceaux: Generator[bytes, None, None]) -> None:
        self._suite = morceaux
        self._premier: bytes | None = next(morceaux)

    def __next__(self) -> bytes:
        if self._premier is not None:
            premier, self._premier = self._premier, None
            return premier
        return next(self._suite)

    def close(self) -> None:
        self._suite.close()


class _Flux(io.RawIOBase):
    """A reader over pieces made one at a time, as storages want it."""

    def __init__(self, morceaux: Iterable[bytes]) -> None:
        self._morceaux = iter(morceaux)
        self._reste = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        """Fill `tampon` with what comes next; 0 at the end."""
        if not self._reste:
            self._reste = memoryview(next(self._morceaux, b""))
        pris = min(len(tampon), len(self._reste))
        tampon[:pris] = self._reste[:pris]
        self._reste = self._reste[pris:]
        return pris
