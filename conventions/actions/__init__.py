"""The acts on caisses, partenaires and conventions: keyword-only, atomic, journaled."""

from conventions.actions.caisses import (
    charger_referentiels,
    creer_caisse,
    creer_pole,
    regler_motif,
)
from conventions.actions.conventions import (
    Ouverture,
    SignataireSaisi,
    mettre_a_la_signature,
    rediger_convention,
    renvoyer_en_redaction,
    signer,
)
from conventions.actions.partenaires import creer_partenaire, modifier_partenaire

__all__ = [
    "Ouverture",
    "SignataireSaisi",
    "charger_referentiels",
    "creer_caisse",
    "creer_partenaire",
    "creer_pole",
    "mettre_a_la_signature",
    "modifier_partenaire",
    "rediger_convention",
    "regler_motif",
    "renvoyer_en_redaction",
    "signer",
]
