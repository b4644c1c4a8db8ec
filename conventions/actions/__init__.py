"""The acts on caisses, partenaires and conventions: keyword-only, atomic, journaled."""

from conventions.actions.avenants import appliquer_avenants, rediger_avenant, signer_avenant
from conventions.actions.caisses import (
    ajouter_jour_chome,
    charger_referentiels,
    creer_caisse,
    creer_pole,
    decrire_caisse,
    definir_vecteurs,
    regler_motif,
    regler_relances,
)
from conventions.actions.conventions import (
    Ouverture,
    SignataireSaisi,
    mettre_a_la_signature,
    modifier_brouillon,
    ouvrir_motifs,
    rediger_convention,
    renvoyer_en_redaction,
)
from conventions.actions.fiches import (
    ajouter_referent,
    enregistrer_evaluation,
    enregistrer_sous_traitance,
    enregistrer_suivi,
    lire_code,
    renouveler_code,
    retirer_referent,
)
from conventions.actions.fins import (
    clore_mise_en_demeure,
    constater_les_fins,
    denoncer,
    lever_suspension,
    mettre_en_demeure,
    noter_reception,
    resilier,
    suspendre,
)
from conventions.actions.partenaires import creer_partenaire, modifier_partenaire
from conventions.actions.preuves import joindre_preuves, prolonger_les_preuves
from conventions.actions.rappels import rappeler
from conventions.actions.signatures import signer

__all__ = [
    "Ouverture",
    "SignataireSaisi",
    "ajouter_jour_chome",
    "ajouter_referent",
    "appliquer_avenants",
    "charger_referentiels",
    "clore_mise_en_demeure",
    "constater_les_fins",
    "creer_caisse",
    "creer_partenaire",
    "creer_pole",
    "decrire_caisse",
    "definir_vecteurs",
    "denoncer",
    "enregistrer_evaluation",
    "enregistrer_sous_traitance",
    "enregistrer_suivi",
    "joindre_preuves",
    "lever_suspension",
    "lire_code",
    "mettre_a_la_signature",
    "mettre_en_demeure",
    "modifier_brouillon",
    "modifier_partenaire",
    "noter_reception",
    "ouvrir_motifs",
    "prolonger_les_preuves",
    "rappeler",
    "rediger_avenant",
    "rediger_convention",
    "regler_motif",
    "regler_relances",
    "renouveler_code",
    "renvoyer_en_redaction",
    "resilier",
    "retirer_referent",
    "signer",
    "signer_avenant",
    "suspendre",
]
