"""The key folder: one small wrapped file per key, shared by all machines.

A file is written under a temporary name, synced, then *linked* to its own: of two machines that create the same
key, one wins and the other reads it. Nothing ever overwrites a key but its own re-wrapping.
A process keeps an unwrapped key 10 minutes (real time): a key destroyed elsewhere is forgotten by then.
"""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from conformite.scellement.chiffre import Illisible, nouvelle_cle
from conformite.scellement.maitres import developper, envelopper, sous_la_cle_en_usage

CACHE_SECONDES = 600
# What a key that will replace another is called until it does.
NEUVE = ".neuve"
_cache: dict[tuple[str, str], tuple[float, bytes]] = {}
_en_place: dict[str, bytes] = {}


class CleAbsente(Illisible):
    """The key is not in the folder: destroyed after its day, or not made yet (`manage.py creer_cles`)."""


def dossier() -> Path:
    """Return the key folder."""
    return Path(settings.DOSSIER_CLES)


def lire(nom: str) -> bytes:
    """Return the key called `nom` (`termes/2027-05-30`). Raise `CleAbsente`, `CleMaitreInvalide`."""
    if nom in _en_place:
        return _en_place[nom]
    reperes = (str(settings.DOSSIER_CLES), nom)
    garde = _cache.get(reperes)
    if garde is not None and garde[0] > time.monotonic():
        return garde[1]
    _cache.pop(reperes, None)
    try:
        contenu = _chemin(nom).read_bytes()
    except FileNotFoundError as erreur:
        raise CleAbsente(f"La clé {nom} n’existe pas ou n’existe plus") from erreur
    cle = developper(contenu, nom)
    _cache[reperes] = (time.monotonic() + CACHE_SECONDES, cle)
    return cle


@contextmanager
def en_place(cles: dict[str, bytes]) -> Iterator[None]:
    """Have these keys stand in place of those of the folder, in this process that is alone."""
    _en_place.update(cles)
    try:
        yield
    finally:
        _en_place.clear()


def preparer(cles: dict[str, bytes]) -> None:
    """Write each key beside the one that it will replace."""
    for nom, cle in cles.items():
        _chemin(nom).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ecrire_fichier(_neuve(nom), envelopper(cle, nom))


def preparees() -> dict[str, bytes]:
    """Return the keys that were prepared, and that nothing has adopted nor forgotten yet."""
    chemins = dossier().rglob(f"*.cle{NEUVE}")
    noms = [str(chemin.relative_to(dossier())).removesuffix(f".cle{NEUVE}") for chemin in chemins]
    return {nom: developper(_neuve(nom).read_bytes(), nom) for nom in noms}


def adopter() -> None:
    """Destroy each former key and put the prepared one in its place. Safe to kill, and to run again."""
    for nom in preparees():
        detruire(nom)
        _neuve(nom).replace(_chemin(nom))
        _synchroniser(_chemin(nom).parent)


def oublier() -> None:
    """Remove the keys that were prepared: nothing is sealed under them."""
    for nom in preparees():
        _neuve(nom).unlink()


def creer(noms: list[str]) -> int:
    """Create those of these keys that do not exist; return how many were made here. Safe beside other machines."""
    faites = 0
    for parent in {_chemin(nom).parent for nom in noms}:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for nom in noms:
        if not _chemin(nom).exists():
            faites += _creer_une(nom)
    for parent in {_chemin(nom).parent for nom in noms}:
        _synchroniser(parent)
    return faites


def detruire(nom: str) -> bool:
    """Overwrite and remove the key; return whether it was there. Safe to run twice."""
    _cache.pop((str(dossier()), nom), None)
    chemin = _chemin(nom)
    try:
        with chemin.open("r+b") as fichier:
            fichier.write(os.urandom(chemin.stat().st_size))
            fichier.flush()
            os.fsync(fichier.fileno())
        chemin.unlink()
    except FileNotFoundError:
        return False
    _synchroniser(chemin.parent)
    return True


def noms(famille: str) -> list[str]:
    """Return the names of the keys of a family (`termes`, `index`), sorted."""
    return sorted(f"{famille}/{chemin.stem}" for chemin in (dossier() / famille).glob("*.cle"))


def reenvelopper(nom: str) -> bool:
    """Re-wrap one key under the master key in use; return whether there was anything to do.

    To call under the lock of the key folder (`conformite.verrous`): re-wrapping while another process destroys
    the same key would bring it back.
    """
    chemin = _chemin(nom)
    try:
        contenu = chemin.read_bytes()
    except FileNotFoundError:
        return False
    if sous_la_cle_en_usage(contenu):
        return False
    ecrire_fichier(chemin, envelopper(developper(contenu, nom), nom))
    return True


def ecrire_fichier(chemin: Path, contenu: bytes) -> None:
    """Write or replace one file of the folder, whole or not at all."""
    _ecrire_provisoire(chemin, contenu).replace(chemin)
    _synchroniser(chemin.parent)


def vider_le_cache() -> None:
    """Forget every key held by this process."""
    _cache.clear()


def _creer_une(nom: str) -> int:
    chemin = _chemin(nom)
    provisoire = _ecrire_provisoire(chemin, envelopper(nouvelle_cle(), nom))
    try:
        os.link(provisoire, chemin)
    except FileExistsError:
        return 0
    finally:
        provisoire.unlink()
    return 1


def _ecrire_provisoire(chemin: Path, contenu: bytes) -> Path:
    provisoire = chemin.with_name(f".{chemin.name}.{uuid.uuid4().hex}")
    with provisoire.open("xb") as fichier:
        os.fchmod(fichier.fileno(), 0o600)
        fichier.write(contenu)
        fichier.flush()
        os.fsync(fichier.fileno())
    return provisoire


def _chemin(nom: str) -> Path:
    return dossier() / f"{nom}.cle"


def _neuve(nom: str) -> Path:
    return dossier() / f"{nom}.cle{NEUVE}"


def _synchroniser(parent: Path) -> None:
    """Make the folder's entries durable; some shared file systems cannot sync a folder, and need not."""
    descripteur = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    except OSError:
        return
    finally:
        os.close(descripteur)
