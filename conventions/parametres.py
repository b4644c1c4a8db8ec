"""The parameters of a convention (C-13): data of each agreement, never constants of the code."""

from typing import Any

from conventions import regles
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Avenant

# Columns of Convention that a draft sets.
PARAMETRES: tuple[str, ...] = (
    "autres_signataires",
    "public",
    "public_limite",
    "duree_mois",
    "reconduction_tacite",
    "denonciation",
    "denonciation_mois",
    "denonciation_forme",
    "mise_en_demeure_jours",
    "mise_en_demeure_utilisation_jours",
    "utilisation_en_annexe",
    "delai_habilitation_jours",
    "delai_habilitation_techniciens_jours",
    "quota_gestionnaires",
    "quota_techniciens",
    "conservation_mois",
    "notification_violation_heures",
    "notification_transfert_heures",
    "bonne_fin_jours",
    "responsabilite",
    "bilan",
    "comite_pilotage",
    "clauses",
)
# What an avenant may change: all but who signs and in how many documents (that is a new convention, C-15).
AMENDABLES: tuple[str, ...] = tuple(
    nom for nom in PARAMETRES if nom not in {"autres_signataires", "utilisation_en_annexe"}
)


def cle_motifs(participation: Participation) -> str:
    """Return the key under which the motifs opened by a caisse are kept among the parameters (C-09)."""
    return f"motifs:{participation.caisse_id}"


def cle_documents(participation: Participation) -> str:
    """Return the key under which the habilitation « documents par le portail » is kept (C-10)."""
    return f"documents:{participation.caisse_id}"


def photographier(convention: Convention) -> dict[str, object]:
    """Return all the parameters of the present, as they are kept at the signature (C-06)."""
    photo: dict[str, Any] = {nom: getattr(convention, nom) for nom in PARAMETRES}
    for participation in convention.participations.prefetch_related("motifs"):
        photo[cle_motifs(participation)] = sorted(motif.pk for motif in participation.motifs.all())
        photo[cle_documents(participation)] = participation.documents_par_portail
    return photo


def changement(avenant: Avenant) -> regles.Changement:
    """Return a signed avenant as the pure rule reads it."""
    valeurs = {nom: apres for nom, (_, apres) in avenant.changements.items()}
    return regles.Changement(avenant.numero, avenant.prend_effet_le, valeurs)
