"""A backup: the database in one encrypted file, the key folder in another, the sealed files copied beside.

Written by the portal itself: no tool of Postgres has to be in its image, at the version of its server. One snapshot,
read again from end to end before it takes its name. Keys are kept apart and for a few days only: what their
destruction made unreadable must stay so (docs/exploitation.md).
"""

import datetime as dt
import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.models.sessions import SessionPortail
from conformite import fermetures
from conformite.scellement import Illisible, chiffrer, cle_derivee, dechiffrer, nouvelle_cle
from conformite.scellement.maitres import CleMaitreInvalide, developper, envelopper
from socle import horloge
from socle.perimetre import MACHINE, au_nom_de

GARDE = {"base": dt.timedelta(days=30), "cles": dt.timedelta(days=7)}
_INSTANT = "%Y%m%dT%H%M%SZ"
_LIEN = "sauvegarde"
_MORCEAU = 1 << 20
_TAILLE = struct.Struct("!I")
ENTETE, PARTIE, DONNEES, FIN = b"E", b"P", b"D", b"F"
Ecrire = Callable[[bytes, bytes], None]


class SauvegardeInvalide(Exception):
    """The file is not a whole backup, or no master key of CLES_MAITRES reads it."""


@dataclass(frozen=True)
class Bilan:
    """What was saved."""

    base: Path
    cles: Path
    lignes: int
    fichiers: int


def sauvegarder() -> Bilan:
    """Write both files, verify them, copy the new sealed files, forget what is too old."""
    instant = horloge.temps_reel().strftime(_INSTANT)
    dossier = settings.DOSSIER_SAUVEGARDES
    faits = {}
    for famille, remplir in (("base", _remplir_base), ("cles", _remplir_cles)):
        chemin = dossier / famille / f"{instant}.{famille}"
        chemin.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        provisoire = chemin.with_suffix(".neuf")
        with _coffre(provisoire) as ecrire:
            remplir(ecrire, instant)
        lignes = verifier(provisoire)
        provisoire.rename(chemin)
        faits[famille] = (chemin, lignes)
        _oublier(famille, chemin)
    fermetures.oublier()
    return Bilan(faits["base"][0], faits["cles"][0], faits["base"][1], _copier_les_fichiers(dossier))


def derniere(famille: str) -> dt.datetime | None:
    """Return the instant of the last backup of a family (`base`, `cles`)."""
    return max((instant_de(un) for un in _presentes(famille)), default=None)


def instant_de(chemin: Path) -> dt.datetime:
    """Return the instant that the name of a backup says."""
    return dt.datetime.strptime(chemin.stem, _INSTANT).replace(tzinfo=dt.UTC)


def verifier(chemin: Path) -> int:
    """Read a backup from end to end; return its number of lines. Raise `SauvegardeInvalide`."""
    comptees = 0
    for genre, octets in lire(chemin):
        if genre == DONNEES:
            comptees += octets.count(b"\n")
        elif genre == FIN and (dites := json.loads(octets)["lignes"]) != comptees:
            raise SauvegardeInvalide(f"{chemin.name} : {comptees} lignes au lieu de {dites}")
    return comptees


def entete(chemin: Path) -> dict[str, Any]:
    """Return what the backup says of itself: instant, migrations, key folder."""
    genre, octets = next(lire(chemin))
    if genre != ENTETE:
        raise SauvegardeInvalide(f"{chemin.name} : pas d’en-tête")
    return json.loads(octets)


def lire(chemin: Path) -> Iterator[tuple[bytes, bytes]]:
    """Read the records one by one. Raise `SauvegardeInvalide` for one that is altered, moved, or missing at the end."""
    with chemin.open("rb") as flux:
        try:
            cle, rang, genre = developper(_enregistrement(flux), _LIEN), 0, b""
            while genre != FIN:
                clair = dechiffrer(cle, _enregistrement(flux), f"{_LIEN}/{rang}")
                genre, rang = clair[:1], rang + 1
                yield genre, zlib.decompress(clair[1:])
        except (CleMaitreInvalide, Illisible) as erreur:
            raise SauvegardeInvalide(f"{chemin.name} : {erreur}") from erreur


def _enregistrement(flux: IO[bytes]) -> bytes:
    longueur = flux.read(_TAILLE.size)
    octets = flux.read(_TAILLE.unpack(longueur)[0]) if len(longueur) == _TAILLE.size else b""
    if not octets:
        raise Illisible("fichier coupé")
    return octets


@contextmanager
def _coffre(chemin: Path) -> Iterator[Ecrire]:
    """Give what writes one sealed record; the file is on the disk at the end."""
    cle, rang = nouvelle_cle(), 0
    with open(os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as flux:

        def ecrire(genre: bytes, octets: bytes) -> None:
            nonlocal rang
            scelle = chiffrer(cle, genre + zlib.compress(octets, 1), f"{_LIEN}/{rang}")
            flux.write(_TAILLE.pack(len(scelle)) + scelle)
            rang += 1

        enveloppe = envelopper(cle, _LIEN)
        flux.write(_TAILLE.pack(len(enveloppe)) + enveloppe)
        yield ecrire
        flux.flush()
        os.fsync(flux.fileno())


def _en_json(valeur: object) -> bytes:
    return json.dumps(valeur).encode()


# --- The database


# Said by the first statement, for the whole transaction: the copies say nothing themselves.
@au_nom_de(MACHINE)
def _remplir_base(ecrire: Ecrire, instant: str) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        ecrire(
            ENTETE,
            _en_json(
                {"instant": instant, "migrations": migrations(curseur), "temoin": cle_derivee("temoin").hex()}
            ),
        )
        lignes = 0
        for table, colonnes in tables(curseur).items():
            ecrire(PARTIE, _en_json({"table": table, "colonnes": colonnes}))
            lignes += _copier_une_table(curseur, ecrire, table, colonnes)
        curseur.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        ecrire(FIN, _en_json({"lignes": lignes, "sequences": dict(curseur.fetchall())}))


def _copier_une_table(curseur: CursorWrapper, ecrire: Ecrire, table: str, colonnes: list[str]) -> int:
    noms = ", ".join(f'"{nom}"' for nom in colonnes)
    tampon, lignes = bytearray(), 0
    # A SELECT: a partitioned table is read too. Names come from the catalogue.
    with curseur.copy(f'COPY (SELECT {noms} FROM "{table}") TO STDOUT') as flux:  # noqa: S608
        for octets in flux:
            tampon += octets
            if len(tampon) >= _MORCEAU:
                lignes += tampon.count(b"\n")
                ecrire(DONNEES, bytes(tampon))
                tampon.clear()
    ecrire(DONNEES, bytes(tampon))
    return lignes + tampon.count(b"\n")


def migrations(curseur: CursorWrapper) -> list[str]:
    """Return the migrations that a database has."""
    curseur.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    return [nom for (nom,) in curseur.fetchall()]


def tables(curseur: CursorWrapper) -> dict[str, list[str]]:
    """Return every table with its stored columns. Sessions stay out: a copy of them would open the portal."""
    curseur.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " GROUP BY c.relname ORDER BY c.relname"
    )
    return {nom: list(c) for nom, c in curseur.fetchall() if nom != SessionPortail._meta.db_table}


# --- Keys and files


def _remplir_cles(ecrire: Ecrire, instant: str) -> None:
    """Keys are wrapped one by one already; the ledger of what was destroyed is with them."""
    ecrire(ENTETE, _en_json({"instant": instant}))
    racine = settings.DOSSIER_CLES
    lignes = 0
    for chemin in sorted(un for un in racine.rglob("*") if un.is_file()):
        try:
            contenu = chemin.read_bytes()
        except FileNotFoundError:
            # Destroyed meanwhile.
            continue
        ecrire(PARTIE, _en_json({"nom": str(chemin.relative_to(racine))}))
        ecrire(DONNEES, contenu)
        lignes += contenu.count(b"\n")
    ecrire(FIN, _en_json({"lignes": lignes}))


def _copier_les_fichiers(dossier: Path) -> int:
    """Copy what is not there yet, take away what the storage has no more; an object store has its own copy."""
    if settings.FICHIERS_URL:
        return 0
    source, copie = settings.DOSSIER_FICHIERS, dossier / "fichiers"
    presents = {un.relative_to(source) for un in source.rglob("*") if un.is_file()}
    copies = {un.relative_to(copie) for un in copie.rglob("*") if un.is_file()}
    for nom in presents - copies:
        cible = copie / nom
        cible.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        provisoire = cible.with_suffix(".neuf")
        shutil.copy2(source / nom, provisoire)
        provisoire.rename(cible)
    # An empty storage is one that is not mounted: its copy is what remains.
    for nom in copies - presents if presents else ():
        (copie / nom).unlink()
    return len(presents)


def _presentes(famille: str) -> list[Path]:
    return list((settings.DOSSIER_SAUVEGARDES / famille).glob(f"*.{famille}"))


def _oublier(famille: str, faite: Path) -> None:
    limite = instant_de(faite) - GARDE[famille]
    for chemin in _presentes(famille):
        if instant_de(chemin) < limite:
            chemin.unlink()
