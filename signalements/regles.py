"""Pure rules of the demandes: reference, dates. No database."""

import datetime as dt
import secrets

from socle.ecriture import pour_juger
from socle.references import ALPHABET

TIRAGES = 2**35
_CONFUSIONS = str.maketrans("OIL", "011")


def nouvelle_reference(jour: dt.date) -> str:
    """Return a reference that nobody can guess and anybody can spell: `D26-7KQ4-M9XP` (35 random bits)."""
    return reference_du_tirage(jour, secrets.randbelow(TIRAGES))


def reference_du_tirage(jour: dt.date, tirage: int) -> str:
    """Return the reference of a drawn number, from 0 to `TIRAGES` excluded: seven characters and their check."""
    corps = "".join(ALPHABET[tirage >> decalage & 31] for decalage in range(30, -1, -5))
    corps += _controle(f"{jour:%y}{corps}")
    return f"D{jour:%y}-{corps[:4]}-{corps[4:]}"


def reference_normalisee(saisie: str) -> str | None:
    """Return the reference that was typed or dictated, in its canonical form; None when its check fails."""
    brut = "".join(c for c in pour_juger(saisie).upper() if c.isalnum())
    if len(brut) != 11 or not brut.isascii() or brut[0] != "D" or not brut[1:3].isdigit():
        return None
    corps = brut[3:].translate(_CONFUSIONS)
    if any(c not in ALPHABET for c in corps) or _controle(brut[1:3] + corps[:7]) != corps[7]:
        return None
    return f"D{brut[1:3]}-{corps[:4]}-{corps[4:]}"


def fin_de_reference(saisie: str) -> str | None:
    """Return the end of a reference that was typed (four to eight characters, dash put back); None for anything else."""
    brut = "".join(c for c in pour_juger(saisie).upper() if c not in "- ")
    fin = brut.translate(_CONFUSIONS)
    if not 4 <= len(fin) <= 8 or any(c not in ALPHABET for c in fin):
        return None
    return fin if len(fin) == 4 else f"{fin[:-4]}-{fin[-4:]}"


def _controle(corps: str) -> str:
    """Check character (Luhn mod 32): catches one wrong character and one swap of neighbours."""
    somme = 0
    for rang, caractere in enumerate(reversed(corps)):
        produit = ALPHABET.index(caractere) * (2 if rang % 2 == 0 else 1)
        somme += produit // 32 + produit % 32
    return ALPHABET[-somme % 32]


# A draft disappears this many days after its last change (D-15).
JOURS_BROUILLON = 30
# « Il reste une question » within this many days after the answer was read; then the job closes (D-20).
JOURS_QUESTION = 15
# Still open at its term, a demande is prolonged by this many days at a time; once closed it goes as late (D-15).
JOURS_PROLONGATION = 15
# Days before the term on which technicien, agent and superviseur are told (D-15).
PREAVIS_JOURS = (30, 7)
