"""What sealing a file costs, storage included, against bare AES-GCM over the same bytes.

Runs in a process of its own, with the portal's settings: `python -m outils.bench.scellement` prints the results.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict

import django
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps

from outils.bench.resultats import Resultat, mediane
from outils.portail import RACINE, Portail

FOIS = 15
MEGAOCTETS = 10
RATIO = 2.0


def mesurer(portail: Portail) -> Iterator[Resultat]:
    """Measure in a process that has the keys and the storage of this portal."""
    fait = subprocess.run(
        [sys.executable, "-m", "outils.bench.scellement"],
        cwd=RACINE,
        env=portail.environnement(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    for ligne in json.loads(fait.stdout):
        yield Resultat(**ligne)


def _ici() -> Iterator[Resultat]:
    depot, taille = sys.modules["fichiers.depot"], sys.modules["fichiers.limites"].MORCEAU
    proprietaire = apps.get_model("signalements", "Demande")()
    proprietaire.fixer_terme(dt.date.today() + dt.timedelta(days=180))
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
        yield Resultat(f"{nom} {MEGAOCTETS} Mo", duree * 1000, "ms")
        yield Resultat(f"{nom}, rapport à AES-GCM seul", duree / mediane(nue, FOIS), "×", RATIO)
    place = uuid.uuid4()
    depot.ecrire(proprietaire, place, contenu)
    ranger = mediane(lambda: depot.ecrire(proprietaire, uuid.uuid4(), contenu), FOIS)
    lire = mediane(lambda: b"".join(depot.lire(proprietaire, place)), FOIS)
    yield Resultat(f"sceller et ranger {MEGAOCTETS} Mo", ranger * 1000, "ms")
    yield Resultat(f"lire et ouvrir {MEGAOCTETS} Mo", lire * 1000, "ms")
    texte = "x" * 500
    message = mediane(lambda: proprietaire.sceller(texte, "message"), 500)
    yield Resultat("sceller un message de 500 caractères", message * 1e6, "µs")


if __name__ == "__main__":
    django.setup()
    print(json.dumps([asdict(resultat) for resultat in _ici()]))
