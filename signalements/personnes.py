"""The same person in several demandes: found by keyed tokens, confirmed by unsealing a handful (D-21, R-04).

Starts from what the account sees: nothing is ever said of another structure's demandes.
"""

import datetime as dt
from typing import Any

from conformite import index
from signalements.models.demandes import Demande, DemandeQuerySet
from socle.texte import sans_accents

# Tokens already say name, first name and birth date: more candidates than this are never the same person.
CANDIDATES_MAX = 40


def meme_personne(visibles: DemandeQuerySet, demande: Demande, contenu: dict[str, Any]) -> list[Demande]:
    """Return those of `visibles`, sent, that are about the assuré of `contenu`; latest first, itself left out."""
    assure = contenu.get("assure") or {}
    if not all(assure.get(nom) for nom in ("nom", "prenom", "naissance")):
        return []
    naissance = dt.date.fromisoformat(assure["naissance"])
    candidates = visibles.deposees().exclude(pk=demande.pk)
    for jetons in index.jetons_recherche(f"{assure['prenom']} {assure['nom']} {naissance:%d/%m/%Y}"):
        candidates = candidates.filter(jetons__overlap=jetons)
    liste = candidates.select_related("motif", "caisse", "partenaire").order_by("-pk")[:CANDIDATES_MAX]
    return [une for une in liste if _identite(une.contenu.get("assure") or {}) == _identite(assure)]


def _identite(assure: dict[str, Any]) -> tuple[str, str, str]:
    """Name, first name and birth date, as they compare: no accent, no case, no punctuation."""
    nom, prenom = (
        "".join(c for c in sans_accents(assure.get(champ, "")) if c.isalnum()) for champ in ("nom", "prenom")
    )
    return nom, prenom, assure.get("naissance", "")
