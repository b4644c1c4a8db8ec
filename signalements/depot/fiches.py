"""The sheet of a motif, read before its form: when to use it, how long it takes, what to gather, which channel else (D-17)."""

from caisses.models import Motif, ReglageMotif, Service
from caisses.referentiels import PIECES_ENTRANTES, lire
from conventions.models.conventions import Participation
from socle.templatetags.portail import accorder

_FICHES = lire("fiches")
_JOURS = "jour ouvré,jours ouvrés"


def aide(service: Service) -> str:
    """Return what a service is for, in the words of those who use it."""
    return str(_FICHES["service"].get(service.code, {}).get("aide", ""))


def quand(motif: Motif) -> str:
    """Return when to use a motif, in a sentence."""
    return _textes(motif).get("quand", "")


def accord(motif: Motif, *, dit: str = "accord") -> str:
    """Return what the person agrees to for a motif that asks it apart (D-05), attested (`accord`) or signed (`accord_dit`)."""
    return str(_FICHES[dit][motif.code])


def fiche(motif: Motif, participation: Participation) -> list[tuple[str, str]]:
    """Return the sheet of `motif` with one caisse, as titles and sentences. Reads the caisse's settings."""
    textes = _textes(motif)
    pieces = [PIECES_ENTRANTES[code] for code in motif.pieces if code in PIECES_ENTRANTES]
    lignes = [
        ("Quand l’utiliser", quand(motif)),
        ("Délai de réponse promis", _delai(motif, participation)),
    ]
    if pieces:
        titre = "Pièces à réunir, selon le cas" if motif.pieces_facultatives else "Pièces à réunir"
        lignes.append((titre, ", ".join(pieces)))
    return [*lignes, ("Pas pour", textes.get("pas_pour", ""))]


def _textes(motif: Motif) -> dict[str, str]:
    """The sentences of a motif over those of its service; a test says which are missing."""
    return _FICHES["service"].get(motif.service_id, {}) | _FICHES["motif"].get(motif.code, {})


def _delai(motif: Motif, participation: Participation) -> str:
    """The promised delay of this caisse, in working days (D-08)."""
    caisse = participation.caisse
    habituel = ReglageMotif.objects.delai_cible(caisse, motif)
    if not motif.assure or motif.urgent:
        return f"{accorder(habituel, _JOURS)}."
    urgent = ReglageMotif.objects.delai_cible(caisse, motif, urgent=True)
    return f"{accorder(habituel, _JOURS)}, ou {accorder(urgent, _JOURS)} si la situation est urgente."
