"""Search words in folders, under every form that bytes can give them.

`Fouille(mots).dans(dossier)` tells each file that holds a word as UTF-8, Latin-1, UTF-16, base64 at its three
alignments, hexadecimal, URL-encoded, JSON- or HTML-escaped; with and without accents, in any case.
"""

import base64
import mmap
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

SUITE = 24


def _sans_accents(mot: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", mot) if not unicodedata.combining(c))


def _base64(octets: bytes) -> list[bytes]:
    """Return the middle of the base64 form, which does not depend on the neighbours, at each alignment."""
    formes = []
    for decalage in range(3):
        code = base64.b64encode(b"\0" * decalage + octets)
        debut = (decalage * 8 + 5) // 6
        fin = (decalage + len(octets)) * 8 // 6
        formes.append(code[debut:fin])
    return formes + [forme.replace(b"+", b"-").replace(b"/", b"_") for forme in formes]


def _echappe(mot: str, forme: str) -> bytes:
    return "".join(c if c.isascii() else forme.format(ord(c)) for c in mot).encode()


FORMES: dict[str, Callable[[str], Iterable[bytes]]] = {
    "utf-8": lambda mot: [mot.encode()],
    "latin-1": lambda mot: [mot.encode("latin-1", "ignore")],
    "utf-16": lambda mot: [mot.encode("utf-16-le"), mot.encode("utf-16-be")],
    "base64": lambda mot: _base64(mot.encode()),
    "base64 utf-16": lambda mot: [*_base64(mot.encode("utf-16-le")), *_base64(mot.encode("utf-16-be"))],
    "hex": lambda mot: [mot.encode().hex().encode(), mot.encode().hex().upper().encode()],
    "url": lambda mot: [quote(mot, safe="").encode(), quote(mot, safe="").lower().encode()],
    "json": lambda mot: [
        _echappe(mot, "\\u{:04x}"),
        _echappe(mot, "\\u{:04X}"),
        _echappe(mot, "\\\\u{:04x}"),
    ],
    "html": lambda mot: [_echappe(mot, "&#{};"), _echappe(mot, "&#x{:x};")],
    "décomposé": lambda mot: [unicodedata.normalize("NFD", mot).encode()],
}


def variantes(mot: str) -> set[str]:
    """Return the word as typed, in capitals, in small letters, and without accents."""
    return {
        v for base in (mot, _sans_accents(mot)) for v in (base, base.upper(), base.lower(), base.capitalize())
    }


class Fouille:
    """The byte patterns of some words."""

    def __init__(self, mots: Iterable[str]) -> None:
        self.motifs: dict[bytes, str] = {}
        for mot in mots:
            for variante in variantes(mot):
                for nom, former in FORMES.items():
                    for motif in former(variante):
                        self.motifs.setdefault(motif, f"{mot} ({nom})")

    def dans_octets(self, octets: bytes | mmap.mmap) -> list[str]:
        """Return what is found, with the bytes that follow."""
        trouves = []
        for motif, nom in self.motifs.items():
            ou = octets.find(motif)
            if ou >= 0:
                trouves.append(f"{nom} : {bytes(octets[ou : ou + len(motif) + SUITE])!r}")
        return trouves

    def dans(self, *dossiers: Path) -> list[str]:
        """Return « file : what » for every file below the folders, names of files included."""
        trouves, suspects = [], self._suspects(dossiers)
        for dossier in dossiers:
            for chemin in sorted(dossier.rglob("*")):
                trouves += [f"{chemin} : nom : {quoi}" for quoi in self.dans_octets(bytes(chemin))]
                if bytes(chemin) not in suspects:
                    continue
                with (
                    chemin.open("rb") as fichier,
                    mmap.mmap(fichier.fileno(), 0, access=mmap.ACCESS_READ) as vue,
                ):
                    trouves += [f"{chemin} : {quoi}" for quoi in self.dans_octets(vue)]
        return trouves

    def _suspects(self, dossiers: Iterable[Path]) -> set[bytes]:
        """Return the files that hold one of the patterns: grep looks for all of them in one reading."""
        with tempfile.NamedTemporaryFile() as motifs:
            motifs.write(b"\n".join(self.motifs))
            motifs.flush()
            commande = ["grep", "-RlaFf", motifs.name, "--devices=skip", "--null", "--", *dossiers]
            fait = subprocess.run(commande, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, capture_output=True)
        # A file that cannot be read is told, never passed over; one that went meanwhile holds nothing.
        plaintes = [un for un in fait.stderr.splitlines() if not un.endswith(b"No such file or directory")]
        assert fait.returncode <= 2 and not plaintes, plaintes
        return set(filter(None, fait.stdout.split(b"\0")))
