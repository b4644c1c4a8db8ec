"""Search by reference or by name, through keyed tokens: no name is ever stored in clear nor put in an address."""

from django import forms

from conformite import index
from signalements.models.demandes import DemandeQuerySet
from signalements.regles import reference_normalisee
from socle.champs import SANS_SUGGESTION, Formulaire, Ligne


class RechercheForm(Formulaire):
    """What is looked for: a reference, or a name and first name."""

    mots = Ligne(
        label="Rechercher une référence ou une personne",
        help_text="Nom, prénom ou date de naissance.",
        max_length=120,
        widget=forms.TextInput(attrs=SANS_SUGGESTION),
        error_messages={"required": "Saisissez une référence ou un nom."},
    )


def rechercher(demandes: DemandeQuerySet, mots: str) -> DemandeQuerySet:
    """Return those of `demandes` that have this reference, or are about a person with all these words."""
    reference = reference_normalisee(mots)
    if reference:
        return demandes.filter(reference=reference)
    groupes = index.jetons_recherche(mots)
    if not groupes:
        return demandes.none()
    for jetons in groupes:
        demandes = demandes.filter(jetons__overlap=jetons)
    return demandes
