"""A backup put back: refused when it would open too early, replayed, closed again; what remains is said.

A mark in the key folder keeps `/sante/pret` closed and workers stopped from the first row to the end of the replay.
"""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from conformite import purge
from conformite.restauration import QUARANTAINE, rejouer
from conformite.scellement import CleAbsente, CleMaitreInvalide, cle_derivee, vider_le_cache
from conformite.scellement.magasin import ecrire_fichier
from espace_partenaires import sauvegarde
from espace_partenaires.refermeture import refermer
from espace_partenaires.sauvegarde import DONNEES, FIN, PARTIE
from socle import horloge
from socle.models import CourrielSortant

MARQUE = "restauration-en-cours"
ESSAIS, PAUSE = 10, 0.2  # times, seconds


class RestaurationRefusee(Exception):
    """The message says what would open too early, or be lost, in French."""


def en_cours() -> bool:
    """Whether a restoration began and has not come to its end."""
    return (settings.DOSSIER_CLES / MARQUE).exists()


def refus(base: Path, cles: Path | None) -> list[str]:
    """Say what forbids to put this backup back now. Empty: nothing does. Raise `SauvegardeInvalide`."""
    sauvegarde.verifier(base)
    dite = sauvegarde.entete(base)
    trouves = []
    if settings.DEMO or settings.DEBUG:
        trouves.append(
            "Ce portail n’est pas la production : aucune donnée réelle n’en sort. Répétez avec « peupler »."
        )
    if "proprietaire" not in connections:
        return ["DATABASE_URL_PROPRIETAIRE manque : lancez la commande dans le service « migration »."]
    with connections["proprietaire"].cursor() as curseur:
        if differe := set(dite["migrations"]) ^ set(sauvegarde.migrations(curseur)):
            noms = ", ".join(sorted(differe)[:5])
            trouves.append(
                f"Le schéma n’est pas celui de la sauvegarde ({noms}) : installez sa version, puis migrez."
            )
        if autres := autres_connexions(curseur):
            trouves.append(f"{autres} connexions à la base sont ouvertes : arrêtez web, worker et beat.")
    if cles is not None:
        sauvegarde.verifier(cles)
        if any(settings.DOSSIER_CLES.iterdir()):
            trouves.append(
                "Le dossier de clés n’est pas vide : celui d’aujourd’hui vaut mieux que sa sauvegarde."
            )
    elif _temoin() != dite["temoin"]:
        trouves.append(
            "Le dossier de clés n’est pas celui de cette sauvegarde : montez le bon, ou donnez --cles."
        )
    return trouves


def restaurer(base: Path, cles: Path | None = None) -> list[str]:
    """Put the backup back and replay what came after it; return what remains for a person to do.

    Raise `RestaurationRefusee`. Killed before its end, the portal stays closed: run it again.
    """
    if trouves := refus(base, cles):
        raise RestaurationRefusee("\n".join(trouves))
    if cles is not None:
        _rendre_les_cles(cles)
    ecrire_fichier(settings.DOSSIER_CLES / MARQUE, base.name.encode())
    instant = sauvegarde.instant_de(base)
    _rendre_la_base(base)
    vider_le_cache()
    fichiers = _rendre_les_fichiers()
    reste = refermer(instant)
    compteurs = rejouer(instant.date())
    purgees = purge.purger()
    (settings.DOSSIER_CLES / MARQUE).unlink()
    faits = [
        f"{nom} : {nombre}" for nom, nombre in {"fichiers rendus": fichiers, **compteurs}.items() if nombre
    ]
    if purgees.get("freins"):
        reste.append(
            "La purge est retenue : un DPO la libère sur la page « Conservation », avant toute lecture."
        )
    if retenus := CourrielSortant.objects.filter(derniere_erreur=QUARANTAINE, envoye_le=None).count():
        reste.append(
            f"{retenus} courriels sont retenus : un administrateur national les relit (« Courriels retenus »)."
        )
    return [*faits, *reste, "Démarrez worker, beat puis web, et lisez /sante/etat."]


def _temoin() -> str:
    try:
        return cle_derivee("temoin").hex()
    except (CleAbsente, CleMaitreInvalide):
        return ""


def autres_connexions(curseur: CursorWrapper) -> int:
    """Return how many others are connected to the base; one that was just stopped takes a moment to leave."""
    connections["default"].close()
    nombre = 0
    for _ in range(ESSAIS):
        # The kind of a process is hidden from an ordinary role; those of the server have no user.
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND usename IS NOT NULL"
        )
        if not (nombre := curseur.fetchone()[0]):
            break
        time.sleep(PAUSE)
    return nombre


def _rendre_la_base(base: Path) -> None:
    """Replace every row in one transaction of the owner: killed, nothing has changed."""
    connexion = connections["proprietaire"]
    with transaction.atomic(using="proprietaire"), connexion.cursor() as curseur:
        noms = [f'"{nom}"' for nom in sauvegarde.tables(curseur)]
        curseur.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A'")
        toujours = curseur.fetchall()
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")
        for nom in noms:
            curseur.execute(f"ALTER TABLE {nom} DISABLE TRIGGER USER")
        curseur.execute(f"TRUNCATE {', '.join(noms)} CASCADE")
        for sequence, valeur in _copier(base, curseur).items():
            if valeur is not None:
                curseur.execute("SELECT setval(%s::regclass, %s)", [f'public."{sequence}"', valeur])
        # In the same transaction: a worker started too early sends none of them twice.
        CourrielSortant.objects.using("proprietaire").filter(envoye_le=None, abandonne_le=None).update(
            abandonne_le=horloge.maintenant(), derniere_erreur=QUARANTAINE, reclame_jusqu_a=None
        )
        # Foreign keys are checked here; a table with checks to come cannot be altered.
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for nom in noms:
            curseur.execute(f"ALTER TABLE {nom} ENABLE TRIGGER USER")
        for nom, garde in toujours:
            curseur.execute(f"ALTER TABLE {nom} ENABLE ALWAYS TRIGGER {garde}")
    connexion.close()


def _copier(base: Path, curseur: CursorWrapper) -> dict[str, int | None]:
    """Load every table; return the last value of each sequence."""
    flux, sequences = sauvegarde.lire(base), {}
    next(flux)
    for partie, morceaux in _parties(flux, sequences):
        colonnes = ", ".join(f'"{nom}"' for nom in partie["colonnes"])
        with curseur.copy(f'COPY "{partie["table"]}" ({colonnes}) FROM STDIN') as copie:
            for octets in morceaux:
                copie.write(octets)
    return sequences


def _parties(
    flux: Iterator[tuple[bytes, bytes]], fin: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], list[bytes] | Iterator[bytes]]]:
    """Return each part with its data, one after the other; `fin` receives what the last record says."""
    suivante: list[bytes] = [octets for genre, octets in [next(flux)] if genre == PARTIE]

    def donnees() -> Iterator[bytes]:
        for genre, octets in flux:
            if genre == DONNEES:
                yield octets
            elif genre == PARTIE:
                suivante.append(octets)
                return
            elif genre == FIN:
                fin.update(json.loads(octets).get("sequences", {}))
                return

    while suivante:
        partie, morceaux = json.loads(suivante.pop()), donnees()
        yield partie, morceaux


def _rendre_les_cles(cles: Path) -> None:
    flux = sauvegarde.lire(cles)
    next(flux)
    for partie, morceaux in _parties(flux, {}):
        chemin = settings.DOSSIER_CLES / partie["nom"]
        chemin.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ecrire_fichier(chemin, b"".join(morceaux))
    vider_le_cache()


def _rendre_les_fichiers() -> int:
    """Copy back the sealed files that the storage has lost; those of rows that are gone are swept as orphans."""
    source, cible = settings.DOSSIER_SAUVEGARDES / "fichiers", settings.DOSSIER_FICHIERS
    rendus = 0
    for chemin in () if settings.FICHIERS_URL else source.rglob("*"):
        if chemin.is_file() and not (ou := cible / chemin.relative_to(source)).exists():
            ou.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(chemin, ou)
            rendus += 1
    return rendus
