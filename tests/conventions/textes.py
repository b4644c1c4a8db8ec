"""What a document says, wherever its lines and its pages are cut."""

import io
import re

import pypdf


def mots(texte):
    """Return a text on one line, without bullets, foot of page, or the cut of a compound word."""
    sans_pied = re.sub(r"Espace Partenaires – .*|Page \d+ sur \d+|•", "", texte)
    return re.sub(r"(?<=\w)-\s+", "-", " ".join(sans_pied.split()))


def texte_du_pdf(contenu):
    """Return what a real document says."""
    return mots("\n".join(feuille.extract_text() for feuille in pypdf.PdfReader(io.BytesIO(contenu)).pages))
