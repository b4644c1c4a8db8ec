"""Pieces of the demonstration: sheets drawn here, invented from the first word to the last."""

import io
import uuid

from PIL import Image, ImageDraw, ImageFont

from accounts.models.compte import Compte
from fichiers.controle import Examine
from signalements.documents import actions as documents
from signalements.models.demandes import Demande
from signalements.pieces import actions as pieces

_PAGE = (1240, 1754)
_ENCRE, _PAPIER = "#1e2a4a", "#fbfaf6"

# Who is concerned -> (kind, file name, format, lines) of what the structure attached.
JOINTES: dict[str, list[tuple[str, str, str, list[str]]]] = {
    "Bellecombe": [
        (
            "formulaire-c2s",
            "formulaire.pdf",
            "pdf",
            ["Demande de complémentaire santé solidaire", "Formulaire inventé"],
        ),
        ("avis-impot", "avis-2025.jpg", "jpeg", ["Avis d’impôt", "Revenu fiscal de référence : 11 240 €"]),
    ],
    "Verdolin": [
        ("autre", "courriers-des-caisses.pdf", "pdf", ["Trois caisses, trois réponses", "Courrier inventé"])
    ],
    "Aubrigeon": [("mesure-protection", "jugement.pdf", "pdf", ["Jugement de tutelle", "Tribunal inventé"])],
}
# Who is concerned -> (kind, file name, lines) of what the caisse sends when the convention lets it.
ENVOYEES: dict[str, tuple[str, str, list[str]]] = {
    "Aubrigeon": (
        "attestation-droits",
        "attestation-de-droits.pdf",
        ["Attestation de droits", "Document inventé"],
    ),
}


def joindre(demande: Demande, technicien: Compte, nom: str) -> None:
    """Attach what the story of that person calls for."""
    for nature, fichier, genre, lignes in JOINTES.get(nom, ()):
        examine = Examine(fichier, genre, _feuille(genre, lignes))
        pieces.joindre(demande, examines=[examine], nature=nature, envoi=uuid.uuid4(), par=technicien)


def envoyer(demande: Demande, agent: Compte, nom: str) -> None:
    """Send what the caisse sends to the structure of that person."""
    if nom in ENVOYEES:
        nature, fichier, lignes = ENVOYEES[nom]
        examine = Examine(fichier, "pdf", _feuille("pdf", lignes))
        documents.envoyer(demande, examines=[examine], nature=nature, envoi=uuid.uuid4(), par=agent)


def _feuille(genre: str, lignes: list[str]) -> bytes:
    """Draw a sheet: a title, words, and lines where a text would be."""
    page = Image.new("RGB", _PAGE, _PAPIER)
    crayon = ImageDraw.Draw(page)
    for rang, ligne in enumerate(lignes):
        crayon.text((120, 160 + 110 * rang), ligne, fill=_ENCRE, font=ImageFont.load_default(60 - 12 * rang))
    for haut in range(560, _PAGE[1] - 200, 64):
        crayon.rectangle((120, haut, _PAGE[0] - 120 - haut * 7 % 400, haut + 14), fill="#c9cdd8")
    sortie = io.BytesIO()
    options = {"resolution": 150} if genre == "pdf" else {"quality": 70}
    page.save(sortie, genre.upper(), **options)
    return sortie.getvalue()
