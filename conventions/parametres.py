"""The parameters of a convention (C-13): data of each agreement, never constants of the code."""

# Columns of Convention that a draft sets and an avenant changes.
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
    "bilan",
    "comite_pilotage",
)
