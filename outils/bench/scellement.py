"""What sealing a file costs, storage included, against bare AES-GCM over the same bytes.

Runs in processes of its own, with the portal's settings: `python -m outils.bench.scellement` prints the results.
"""

import datetime as dt
import json
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps

from outils.bench.dedans import demander
from outils.bench.resultats import Mesure, mediane
from outils.portail import Portail
from socle.perimetre import MACHINE, devenir

FOIS = 15
MEGAOCTETS = 10
RATIO = 2.0
# Peak of the process while a file of this many megabytes passes, beside its content when that is in memory.
TAILLES = (1, 10, 50)
MEMOIRE_MO = 8.0


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Measure in processes that have the keys and the storage of this portal, one for each size of file."""
    for ligne in demander(portail, "scellement"):
        yield Mesure(**ligne)
    for taille in TAILLES:
        prises = demander(portail, "scellement", taille)
        for geste, octets in prises.items():
            yield Mesure(f"{geste} {taille} Mo : mémoire en plus du contenu", octets / 1e6, "Mo", MEMOIRE_MO)


def _ici() -> Iterator[Mesure]:
    stockage, taille = import_module("fichiers.stockage"), import_module("fichiers.limites").MORCEAU
    proprietaire = _proprietaire()
    contenu = os.urandom(MEGAOCTETS * 1_000_000)
    clairs = [contenu[debut : debut + taille] for debut in range(0, len(contenu), taille)]
    scelles = [proprietaire.sceller_octets(clair, "essai") for clair in clairs]
    nu, jetable = AESGCM(os.urandom(32)), os.urandom(12)
    chiffres = [nu.encrypt(jetable, clair, None) for clair in clairs]
    cas = {
        "sceller": (
            lambda: [proprietaire.sceller_octets(clair, "essai") for clair in clairs],
            lambda: [nu.encrypt(jetable, clair, None) for clair in clairs],
        ),
        "ouvrir": (
            lambda: [proprietaire.ouvrir_octets(scelle, "essai") for scelle in scelles],
            lambda: [nu.decrypt(jetable, chiffre, None) for chiffre in chiffres],
        ),
    }
    for nom, (notre, nue) in cas.items():
        duree = mediane(notre, FOIS)
        yield Mesure(f"{nom} {MEGAOCTETS} Mo", duree * 1000, "ms")
        yield Mesure(f"{nom}, rapport à AES-GCM seul", duree / mediane(nue, FOIS), "×", RATIO)
    place = uuid.uuid4()
    stockage.ecrire(proprietaire, place, contenu)
    ranger = mediane(lambda: stockage.ecrire(proprietaire, uuid.uuid4(), contenu), FOIS)
    lire = mediane(lambda: b"".join(stockage.lire(proprietaire, place)), FOIS)
    yield Mesure(f"sceller et ranger {MEGAOCTETS} Mo", ranger * 1000, "ms")
    yield Mesure(f"lire et ouvrir {MEGAOCTETS} Mo", lire * 1000, "ms")
    texte = "x" * 500
    message = mediane(lambda: proprietaire.sceller(texte, "message"), 500)
    yield Mesure("sceller un message de 500 caractères", message * 1e6, "µs")


def _memoire(taille: int) -> dict[str, int]:
    """What writing, then reading a file of `taille` megabytes takes at its highest, in bytes."""
    stockage = import_module("fichiers.stockage")
    proprietaire, place = _proprietaire(), uuid.uuid4()
    contenu = os.urandom(taille * 1_000_000)
    prises: dict[str, int] = {}
    with _pic(prises, "sceller et ranger"):
        stockage.ecrire(proprietaire, place, contenu)
    del contenu
    with _pic(prises, "lire et ouvrir"):
        lus = sum(len(morceau) for morceau in stockage.lire(proprietaire, place))
    stockage.effacer(stockage.nom_stocke(place))
    if lus != taille * 1_000_000:
        raise RuntimeError(f"{lus} octets lus")
    return prises


@contextmanager
def _pic(prises: dict[str, int], geste: str) -> Iterator[None]:
    # Linux forgets the highest moment of a process that asks for it.
    Path("/proc/self/clear_refs").write_text("5")
    avant = _statut("VmRSS")
    yield
    prises[geste] = _statut("VmHWM") - avant


def _statut(cle: str) -> int:
    lignes = Path("/proc/self/status").read_text().splitlines()
    return next(int(ligne.split()[1]) * 1024 for ligne in lignes if ligne.startswith(cle))


def _proprietaire() -> Any:
    proprietaire = apps.get_model("signalements", "Demande")()
    proprietaire.fixer_terme(dt.date.today() + dt.timedelta(days=180))
    return proprietaire


if __name__ == "__main__":
    django.setup()
    devenir(MACHINE)
    if sys.argv[1:]:
        print(json.dumps(_memoire(int(sys.argv[1]))))
    else:
        print(json.dumps([asdict(resultat) for resultat in _ici()]))
