"""Search by reference or by name, through keyed tokens: no name is ever stored in clear nor put in an address."""

from functools import reduce
from operator import and_

from django import forms
from django.db.models import Q

from conformite import index
from signalements.models.demandes import DemandeQuerySet
from signalements.regles import fin_de_reference, reference_normalisee
from socle.champs import SANS_SUGGESTION, Formulaire, Ligne


class RechercheForm(Formulaire):
    """What is looked for: a reference, or a name and first name."""

    mots = Ligne(
        label="Rechercher une référence ou une personne",
        help_text="Nom, prénom, date de naissance, référence ou ses derniers caractères.",
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
    # A name of four or eight letters may be the end of a reference too: either is found.
    fin = fin_de_reference(mots)
    trouvees = Q(reference__endswith=fin) if fin else Q()
    if groupes:
        trouvees |= reduce(and_, (Q(jetons__overlap=jetons) for jetons in groupes))
    return demandes.filter(trouvees) if trouvees else demandes.none()
