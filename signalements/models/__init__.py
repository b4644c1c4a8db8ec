"""The demande, its thread, its documents, its rendez-vous, and the anonymous figures that remain."""

from signalements.models.absences import Absence
from signalements.models.compteurs import Compteur
from signalements.models.demandes import Demande, DemandeQuerySet
from signalements.models.fil import Evenement, Message
from signalements.models.modeles import ModeleReponse
from signalements.models.pieces import Piece
from signalements.models.presences import Presence
from signalements.models.rendez_vous import RendezVous, RendezVousQuerySet

__all__ = [
    "Absence",
    "Compteur",
    "Demande",
    "DemandeQuerySet",
    "Evenement",
    "Message",
    "ModeleReponse",
    "Piece",
    "Presence",
    "RendezVous",
    "RendezVousQuerySet",
]
