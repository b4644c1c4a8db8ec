"""Forms of a campaign of review (A-17)."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.revues import LigneRevue
from accounts.regles import REVUE_JOURS
from caisses.models import Caisse
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle.champs import Formulaire, Jour


class RevueForm(Formulaire):
    """Which structures, before when."""

    caisse = forms.ModelChoiceField(label="Caisse", queryset=Caisse.objects.none(), empty_label=None)
    partenaire = forms.ModelChoiceField(
        label="Structure",
        queryset=Partenaire.objects.none(),
        required=False,
        empty_label="Toutes les structures en convention avec la caisse",
    )
    echeance = Jour(label="À rendre avant la fin du")

    def __init__(self, *args: Any, par: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caisses = Caisse.objects.filter(comptes=par).order_by("nom")
        self.fields["caisse"].queryset = caisses
        self.fields["partenaire"].queryset = self._structures(caisses)
        if caisses:
            self.fields["echeance"].initial = caisses[0].jour + dt.timedelta(days=REVUE_JOURS)

    def _structures(self, caisses: Any) -> QuerySet[Partenaire]:
        ouvertes = Participation.objects.ouvrant_le_portail().filter(caisse__in=caisses)
        occupants = Compte.objects.filter(statut__in=STATUTS_OCCUPANTS, partenaire__isnull=False)
        return (
            Partenaire.objects.filter(pk__in=ouvertes.values("partenaire"))
            .filter(pk__in=occupants.values("partenaire"))
            .order_by("nom")
        )

    def clean(self) -> dict[str, Any]:
        """The structure is one of the chosen caisse's; without one, all of them."""
        donnees = super().clean() or {}
        partenaire, caisse = donnees.pop("partenaire", None), donnees.get("caisse")
        toutes = self._structures([caisse]) if caisse else Partenaire.objects.none()
        if partenaire and caisse and not toutes.filter(pk=partenaire.pk).exists():
            self.add_error(
                "partenaire", "Cette structure n’a pas de convention en vigueur avec cette caisse."
            )
        return donnees | {"structures": [partenaire] if partenaire else list(toutes)}


class DecisionDeLigneForm(Formulaire):
    """What becomes of one account."""

    decision = forms.ChoiceField(label="Décision", choices=LigneRevue.Decision.choices)
