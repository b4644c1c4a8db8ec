"""The demande, its thread, its documents, its rendez-vous, and the anonymous figures that remain.

Django finds them here; callers name the module.
"""

from signalements.models import (
    absences,
    avis,
    chiffres,
    demandes,
    etiquettes,
    fil,
    modeles,
    pieces,
    preferences,
    presences,
    rendez_vous,
)

__all__ = [
    "absences",
    "avis",
    "chiffres",
    "demandes",
    "etiquettes",
    "fil",
    "modeles",
    "pieces",
    "preferences",
    "presences",
    "rendez_vous",
]
