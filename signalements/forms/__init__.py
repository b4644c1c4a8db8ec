"""Forms of the demandes. Labels and help are what the user reads; every free text goes through the guard."""

from signalements.forms.contenu import ContenuForm
from signalements.forms.depot import DepotForm, MotifForm
from signalements.forms.traitement import (
    AnnulationForm,
    AttributionForm,
    ChoixCreneauForm,
    CreneauxForm,
    IrrecevableForm,
    MessageForm,
    NoteForm,
    RedirectionForm,
    ReponseForm,
    TransfertForm,
    VenueForm,
)

__all__ = [
    "AnnulationForm",
    "AttributionForm",
    "ChoixCreneauForm",
    "ContenuForm",
    "CreneauxForm",
    "DepotForm",
    "IrrecevableForm",
    "MessageForm",
    "MotifForm",
    "NoteForm",
    "RedirectionForm",
    "ReponseForm",
    "TransfertForm",
    "VenueForm",
]
