"""Forms of the pages of data protection."""

from droits.forms.attestations import AttestationForm
from droits.forms.droits import DemandeDroitsForm, LimitationForm, ReponseForm
from droits.forms.gels import GelForm
from droits.forms.journal import RechercheJournalForm
from droits.forms.violations import (
    DeclarationForm,
    EvaluationForm,
    MesuresForm,
    NotificationForm,
)

__all__ = [
    "AttestationForm",
    "DeclarationForm",
    "DemandeDroitsForm",
    "EvaluationForm",
    "GelForm",
    "LimitationForm",
    "MesuresForm",
    "NotificationForm",
    "RechercheJournalForm",
    "ReponseForm",
]
