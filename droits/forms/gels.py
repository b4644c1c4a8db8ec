"""Form of a hold."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models.compte import Compte
from conformite.models.travaux import Gel
from signalements.models.demandes import Demande
from signalements.regles import reference_normalisee
from socle import horloge
from socle.champs import Code, Formulaire, Jour

# Term keys exist 400 days ahead: a hold is renewed, never open-ended.
JOURS_MAX = 365


def fin_de_gel(jour: dt.date) -> dt.date:
    """Return the day when it can end a hold; raise ValidationError otherwise."""
    aujourd_hui = horloge.jour("Europe/Paris")
    if not aujourd_hui < jour <= aujourd_hui + dt.timedelta(days=JOURS_MAX):
        raise ValidationError("Choisissez un jour à venir, dans un an au plus.", code="fin")
    return jour


class GelForm(Formulaire):
    """Which demande is held, why, and until when."""

    reference = Code(label="Référence de la demande", max_length=20)
    raison = forms.ChoiceField(label="Raison", choices=Gel.Raison)
    jusqu_a = Jour(label="Jusqu’au", help_text="Un gel prend fin de lui-même ce jour-là, à 24 h.")

    def __init__(self, *args: Any, par: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self._par = par

    def clean_reference(self) -> Demande:
        """Return the demande of the DPO's caisses; one elsewhere is as one that does not exist."""
        reference = reference_normalisee(self.cleaned_data["reference"])
        demande = (
            Demande.objects.deposees()
            .select_related("caisse")
            .filter(caisse__in=self._par.caisses.all(), reference=reference)
            .first()
        )
        if demande is None:
            raise ValidationError("Aucune demande de vos caisses ne porte cette référence.", code="inconnue")
        return demande

    def clean_jusqu_a(self) -> dt.date:
        """Return a day to come."""
        return fin_de_gel(self.cleaned_data["jusqu_a"])
