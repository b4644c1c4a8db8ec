"""Forms of accounts, by noun."""

from accounts.forms.acces import (
    FormulaireAdresse,
    FormulaireCGU,
    FormulaireChangement,
    FormulaireCode,
    FormulaireCodeSeul,
    FormulaireConnexion,
    FormulaireIdentifiant,
    FormulaireMotDePasse,
    FormulaireNouveauMotDePasse,
    FormulaireSecondFacteur,
)
from accounts.forms.comptes import (
    FormulaireAgent,
    FormulaireCoordonnees,
    FormulaireExclusion,
    FormulaireInactivation,
    FormulaireSignalement,
    FormulaireSignalementPublic,
    FormulaireTechnicien,
)
from accounts.forms.habilitations import FORMULAIRES_DEMANDE, FormulaireDecision
from accounts.forms.revues import FormulaireRevue

__all__ = [
    "FORMULAIRES_DEMANDE",
    "FormulaireAdresse",
    "FormulaireAgent",
    "FormulaireCGU",
    "FormulaireChangement",
    "FormulaireCode",
    "FormulaireCodeSeul",
    "FormulaireConnexion",
    "FormulaireCoordonnees",
    "FormulaireDecision",
    "FormulaireExclusion",
    "FormulaireIdentifiant",
    "FormulaireInactivation",
    "FormulaireMotDePasse",
    "FormulaireNouveauMotDePasse",
    "FormulaireRevue",
    "FormulaireSecondFacteur",
    "FormulaireSignalement",
    "FormulaireSignalementPublic",
    "FormulaireTechnicien",
]
