"""Search by reference or by name, through keyed tokens: no name is ever stored in clear nor put in an address."""

from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, Value

from accounts.models.compte import Compte
from conformite import index
from conventions.models.partenaires import Partenaire
from signalements.models.demandes import DemandeQuerySet
from signalements.personnes import (
    CANDIDATES_MAX,
    VOISINES_MAX,
    de_nom_voisin,
    lieux_de,
    portant,
    ressemblantes,
)
from signalements.regles import fin_de_reference, reference_normalisee
from socle.champs import SANS_SUGGESTION, Formulaire, Ligne
from socle.naissances import exiger_les_annees
from socle.noms import noms_dits, personnes_dites

MOT_MIN, STRUCTURES_MAX = 3, 200


class RechercheForm(Formulaire):
    """What is looked for: a reference, or a name and first name."""

    mots = Ligne(
        label="Rechercher une référence ou une personne",
        help_text="Nom, prénom ; la date de naissance avec un nom.",
        max_length=120,
        widget=forms.TextInput(attrs=SANS_SUGGESTION),
        error_messages={"required": "Saisissez une référence ou un nom."},
    )
    structures = False

    def trouver(self, demandes: DemandeQuerySet, compte: Compte) -> "Trouve":
        """Return what is found; nothing for a wrong form."""
        if not self.is_valid():
            return Trouve(demandes.none(), 0)
        return rechercher_au_plus_pres(
            demandes, self.cleaned_data["mots"], compte, structures=self.structures
        )

    def clean_mots(self) -> str:
        """A date of birth alone says too much to be indexed: it is looked for with a name."""
        mots: str = self.cleaned_data["mots"]
        if reference_normalisee(mots) or fin_de_reference(mots):
            return mots
        exiger_les_annees(mots)
        if index.naissance_seule(mots):
            raise ValidationError(
                "Ajoutez un nom ou un prénom : une date de naissance seule ne se cherche pas."
            )
        return mots


class RechercheAuBureauForm(RechercheForm):
    """At the desk, the name of a structure too, and the end of a reference."""

    structures = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        champ = self.fields["mots"]
        champ.label = "Rechercher une référence ou sa fin, une personne, une structure"
        champ.widget.attrs["placeholder"] = "Référence, personne, structure"


def rechercher(
    demandes: DemandeQuerySet, mots: str, compte: Compte, *, structures: bool = False
) -> DemandeQuerySet:
    """Return those of `demandes`, that `compte` sees, of this reference or end, or about a person with all these words.

    `structures`: those of a structure of this name too.
    """
    reference = reference_normalisee(mots)
    if reference:
        return demandes.filter(reference=reference)
    trouve = Q(pk__in=_par_la_fin(demandes, mots))
    if groupes := index.jetons_recherche(mots, lieux_de(compte)):
        trouve |= reduce(and_, map(portant, groupes))
    if structures and len(mots.strip()) >= MOT_MIN:
        # By their keys: one index is read for each side of the alternative.
        noms = Partenaire.objects.filter(nom__icontains=mots.strip())
        trouve |= Q(partenaire__in=list(noms.values_list("pk", flat=True)[:STRUCTURES_MAX]))
    return demandes.filter(trouve)


class Trouve(NamedTuple):
    """What a search finds, how many, and whether they only resemble what was typed."""

    demandes: DemandeQuerySet
    nombre: int
    proches: bool = False


def rechercher_au_plus_pres(
    demandes: DemandeQuerySet, mots: str, compte: Compte, *, structures: bool = False
) -> Trouve:
    """Return what is found, else what resembles what was typed: nothing is answered on a near match."""
    exactes = rechercher(demandes, mots, compte, structures=structures)
    if nombre := exactes.count():
        return Trouve(exactes, nombre)
    recentes, lieux = demandes.order_by("-pk"), lieux_de(compte)
    proches = {
        une.pk
        for qui in personnes_dites(mots)
        for une, *_ in ressemblantes(recentes, qui, lieux, CANDIDATES_MAX)
    }
    for nom in noms_dits(mots):
        proches |= {une.pk for une in de_nom_voisin(recentes, nom, lieux, VOISINES_MAX)}
    return (
        Trouve(demandes.filter(pk__in=proches), len(proches), proches=True) if proches else Trouve(exactes, 0)
    )


def _par_la_fin(demandes: DemandeQuerySet, mots: str) -> list[int]:
    fin = fin_de_reference(mots)
    if not fin:
        return []
    finissent = demandes.filter(index.parmi("signalements_finissant", Value(fin)))
    return list(finissent.values_list("pk", flat=True)[:STRUCTURES_MAX])
