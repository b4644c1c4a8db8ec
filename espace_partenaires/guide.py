"""The guide of the portal: articles of guide.toml, by profile, their search, and all of it as one document.

The pictures are screenshots of the demonstration: `python -m outils.captures --guide` takes them again.
"""

import base64
import functools
import io
import re
import tomllib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings
from PIL import Image

from socle.ecriture import sans_accents
from socle.pdf import rendre_pdf
from socle.texte import espaces_francaises

FICHIER = Path(__file__).with_name("guide.toml")
POIDS_TITRE = 10
IMAGES = Path(settings.BASE_DIR) / "static/guide"


@dataclass(frozen=True)
class Bloc:
    """A paragraph (`p`) or a list (`ul`, `ol`) with its lines."""

    genre: str
    lignes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of an article under a title of its own."""

    titre: str
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True)
class Article:
    """A page of the guide. `profils` empty: for everyone."""

    cle: str
    titre: str
    profils: tuple[str, ...]
    resume: str
    sections: tuple[Section, ...]
    # What its picture shows; empty: no picture. The file bears the key of the article.
    image: str = ""

    @property
    def fichier(self) -> str:
        """The picture among the static files."""
        return f"guide/{self.cle}.webp"

    @property
    def image_en_ligne(self) -> str:
        """The picture as an address that holds it, for a document that fetches nothing."""
        contenu = io.BytesIO()
        # A document holds JPEG as it is, and any other format without compression.
        with Image.open(IMAGES / f"{self.cle}.webp") as image:
            image.convert("RGB").save(contenu, "JPEG", quality=65)
        return f"data:image/jpeg;base64,{base64.b64encode(contenu.getvalue()).decode()}"

    def pour(self, profil: str) -> bool:
        """Whether the article is among those that the profile needs first."""
        return not self.profils or bool({profil}.intersection(self.profils))

    @functools.cached_property
    def cherchable(self) -> tuple[str, str]:
        """Return the title and the whole text, without case nor accent."""
        textes = [self.resume]
        for section in self.sections:
            textes += [section.titre, *(ligne for bloc in section.blocs for ligne in bloc.lignes)]
        return _plat(f"{self.titre} {self.cle}"), _plat(" ".join(textes))


def _plat(texte: str) -> str:
    return sans_accents(texte).lower().replace("’", "'")


def _blocs(texte: str) -> tuple[Bloc, ...]:
    """Cut a text into paragraphs and lists: a line that starts with « - » or « 1. » is an item."""

    def genre(ligne: str) -> str:
        return "ul" if ligne.startswith("- ") else "ol" if ligne.startswith("1. ") else "p"

    blocs = []
    for paragraphe in re.split(r"\n\s*\n", texte.strip()):
        for sorte, lignes in groupby(paragraphe.splitlines(), key=genre):
            contenu = tuple(re.sub(r"^(- |1\. )", "", ligne) for ligne in lignes)
            blocs.append(Bloc(sorte, contenu if sorte != "p" else (" ".join(contenu),)))
    return tuple(blocs)


@functools.cache
def articles() -> tuple[Article, ...]:
    """Return every article, in the order of the file."""
    return tuple(
        Article(
            cle=fiche["cle"],
            titre=fiche["titre"],
            profils=tuple(fiche["profils"]),
            resume=fiche["resume"],
            image=fiche.get("image", ""),
            sections=tuple(Section(s["titre"], _blocs(s["texte"])) for s in fiche["sections"]),
        )
        for fiche in tomllib.loads(espaces_francaises(FICHIER.read_text()))["article"]
    )


@functools.cache
def mode_d_emploi() -> bytes:
    """Return the whole guide as one PDF, made once per process."""
    return rendre_pdf("pages/mode_d_emploi.html", {"articles": articles()})


def article(cle: str) -> Article | None:
    """Return the article of this key, None when there is none."""
    return next((a for a in articles() if a.cle == cle), None)


def chercher(saisie: str) -> list[Article]:
    """Return the articles that hold every word typed (beginnings of words), best first."""
    mots = re.findall(r"\w+", _plat(saisie))[:8]
    if not mots:
        return []
    notes = [(_note(a, mots), rang, a) for rang, a in enumerate(articles())]
    return [a for note, _, a in sorted(notes, key=lambda n: (-n[0], n[1])) if note]


def _note(candidat: Article, mots: list[str]) -> int:
    titre, texte = candidat.cherchable
    total = 0
    for mot in mots:
        motif = re.compile(rf"\b{re.escape(_racine(mot))}")
        points = POIDS_TITRE * len(motif.findall(titre)) + len(motif.findall(texte))
        if not points:
            return 0
        total += points
    return total


def _racine(mot: str) -> str:
    """Drop the plural: « pièces jointes » finds « pièce jointe »."""
    return mot.rstrip("sx") if len(mot) > 3 else mot
