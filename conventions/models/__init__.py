"""Caisses, partenaires, conventions, and what they open."""

from conventions.models.caisses import (
    Caisse,
    JourChome,
    Motif,
    Pole,
    ReglageMotif,
    Service,
    VecteurContact,
)
from conventions.models.conventions import Convention, Objet, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.vie import (
    Avenant,
    Document,
    Evenement,
    MiseEnDemeure,
    Partie,
    Preuve,
    Rappel,
    Referent,
    Signataire,
    Signature,
    SousTraitance,
    Suivi,
)

__all__ = [
    "Avenant",
    "Caisse",
    "Convention",
    "Document",
    "Evenement",
    "JourChome",
    "MiseEnDemeure",
    "Motif",
    "Objet",
    "Partenaire",
    "Participation",
    "Partie",
    "Pole",
    "Preuve",
    "Rappel",
    "Referent",
    "ReglageMotif",
    "Service",
    "Signataire",
    "Signature",
    "SousTraitance",
    "Suivi",
    "VecteurContact",
]
