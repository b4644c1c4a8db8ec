"""The guard of texts, for the forms that do not stand on the fields of the floor yet."""

from django.core.exceptions import ValidationError

from socle.ecriture import normaliser
from socle.garde import (
    ALERTES,
    MESSAGE_NIR,
    PHRASE_ALERTE,
    alertes,
    contient_un_nir,
    pour_le_navigateur,
)

__all__ = [
    "ALERTES",
    "MESSAGE_NIR",
    "PHRASE_ALERTE",
    "alertes",
    "contient_un_nir",
    "pour_le_navigateur",
    "texte_libre",
]


def texte_libre(texte: str) -> str:
    """Return the normal form of a free text; raise ValidationError when it holds a NIR (D-03)."""
    propre = normaliser(texte)
    if contient_un_nir(propre):
        raise ValidationError(MESSAGE_NIR, code="nir")
    return propre
