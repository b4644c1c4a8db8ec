"""What sealing costs, against the library that it stands on, over the same bytes."""

import os
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from conformite.scellement.chiffre import chiffrer, dechiffrer, nouvelle_cle
from outils.bench.resultats import Resultat, mediane

FOIS = 15
MEGAOCTETS = 10


def mesurer() -> Iterator[Resultat]:
    """Seal and open ten megabytes, then a short text."""
    cle, octets, lien = nouvelle_cle(), os.urandom(MEGAOCTETS * 1_000_000), "demande:0:essai"
    nu = AESGCM(cle)
    jetable = os.urandom(12)
    scelle, scelle_nu = chiffrer(cle, octets, lien), nu.encrypt(jetable, octets, lien.encode())
    sceller = mediane(lambda: chiffrer(cle, octets, lien), FOIS)
    ouvrir = mediane(lambda: dechiffrer(cle, scelle, lien), FOIS)
    yield Resultat(f"sceller {MEGAOCTETS} Mo", sceller * 1000, "ms")
    yield Resultat(
        "sceller, rapport à AES-GCM seul",
        sceller / mediane(lambda: nu.encrypt(jetable, octets, lien.encode()), FOIS),
        "×",
        2.0,
    )
    yield Resultat(f"ouvrir {MEGAOCTETS} Mo", ouvrir * 1000, "ms")
    yield Resultat(
        "ouvrir, rapport à AES-GCM seul",
        ouvrir / mediane(lambda: nu.decrypt(jetable, scelle_nu, lien.encode()), FOIS),
        "×",
        2.0,
    )
    court = b"x" * 500
    yield Resultat(
        "sceller un message de 500 octets", mediane(lambda: chiffrer(cle, court, lien), 500) * 1e6, "µs"
    )
