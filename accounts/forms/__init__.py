"""Forms of accounts, by noun."""

from accounts.forms.acces import (
    FormulaireAdresse,
    FormulaireChangement,
    FormulaireCode,
    FormulaireCodeSeul,
    FormulaireConnexion,
    FormulaireIdentifiant,
    FormulaireMotDePasse,
    FormulaireNouveauMotDePasse,
    FormulaireSecondFacteur,
)
from accounts.forms.cgu import FormulaireCGU, FormulaireVersionCGU
from accounts.forms.comptes import (
    FormulaireAgent,
    FormulaireAgentModifie,
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
    "FormulaireAgentModifie",
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
    "FormulaireVersionCGU",
]
