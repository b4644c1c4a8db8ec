"""Which figures: a period, a pôle, a structure."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts.actions.comptes import fuseau
from accounts.models.compte import Compte
from caisses.models import Pole
from conformite.jours import plus_mois
from signalements.paniers import deposees_au, deposees_du
from socle import horloge
from socle.champs import Code, Jour
from socle.listes import FiltresDeListe

MOIS_AFFICHES, MOIS_MAX = 6, 24


class ChiffresForm(FiltresDeListe):
    """What the figures of a caisse are about, or the months of those of a structure; without anything, the last ones."""

    pole = forms.ModelChoiceField(
        Pole.objects.none(), label="Pôle", required=False, empty_label="Tous les pôles"
    )
    structure = Code(label="Structure", help_text="Nom ou SIRET.", max_length=80, required=False)
    du = Jour(label="Du", required=False)
    au = Jour(label="Au", required=False)

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self.compte = compte
        if compte.cote_partenaire:
            del self.fields["pole"], self.fields["structure"]
            return
        self.fields["pole"].queryset = Pole.objects.filter(caisse__in=compte.caisses.all())

    def clean(self) -> dict[str, Any]:
        """Refuse a period turned upside down."""
        donnees = super().clean() or {}
        if donnees.get("du") and donnees.get("au") and donnees["du"] > donnees["au"]:
            self.add_error("au", "La fin de la période précède son début.")
        return donnees

    @cached_property
    def ce_mois(self) -> dt.date:
        """The first day of the present month, where the account is."""
        return horloge.jour(fuseau(self.compte)).replace(day=1)

    @property
    def choisis(self) -> dict[str, Any]:
        """Return what was chosen and holds; empty without anything."""
        if not self.is_bound or not self.is_valid():
            return {}
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}

    def filter(self, demandes: QuerySet) -> QuerySet:
        """Return those of `demandes` that the figures are about, by the day of their deposit."""
        choisis = self.choisis
        conditions = {
            "pole": lambda pole: Q(pole=pole),
            "structure": lambda dit: Q(partenaire__siret=dit) | Q(partenaire__nom__icontains=dit),
            "du": deposees_du,
            "au": deposees_au,
        }
        for nom, valeur in choisis.items():
            demandes = demandes.filter(conditions[nom](valeur))
        return demandes

    def mois(self) -> list[dt.date]:
        """Return the first days of the months that are shown, oldest first."""
        dernier = self.choisis.get("au", self.ce_mois).replace(day=1)
        premier = self.choisis.get("du", plus_mois(dernier, 1 - MOIS_AFFICHES)).replace(day=1)
        nombre = 12 * (dernier.year - premier.year) + dernier.month - premier.month + 1
        return [plus_mois(dernier, -rang) for rang in range(min(nombre, MOIS_MAX) - 1, -1, -1)]
