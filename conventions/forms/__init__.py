"""Forms of caisses, partenaires and conventions."""

from conventions.forms.caisses import (
    AppelantForm,
    CaisseForm,
    ChomeForm,
    CoordonneesForm,
    PoleForm,
    ReglageForm,
    VecteurForm,
)
from conventions.forms.convention import AvenantForm, ConventionForm
from conventions.forms.partenaires import PartenaireForm, PartenaireModificationForm, SiretForm
from conventions.forms.vie import (
    ClotureMiseForm,
    DateForm,
    DenonciationForm,
    MiseEnDemeureForm,
    MotifForm,
    OuvertureForm,
    PreuveForm,
    ReceptionForm,
    ReferentForm,
    RenvoiForm,
    ResiliationForm,
    SignatureForm,
    SousTraitanceForm,
    SuiviForm,
)

__all__ = [
    "AppelantForm",
    "AvenantForm",
    "CaisseForm",
    "ChomeForm",
    "ClotureMiseForm",
    "ConventionForm",
    "CoordonneesForm",
    "DateForm",
    "DenonciationForm",
    "MiseEnDemeureForm",
    "MotifForm",
    "OuvertureForm",
    "PartenaireForm",
    "PartenaireModificationForm",
    "PoleForm",
    "PreuveForm",
    "ReceptionForm",
    "ReferentForm",
    "ReglageForm",
    "RenvoiForm",
    "ResiliationForm",
    "SignatureForm",
    "SiretForm",
    "SousTraitanceForm",
    "SuiviForm",
    "VecteurForm",
]
