"""To whom a demande may be given: the agents of the caisses, those who are away marked."""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms

from accounts.models.compte import Compte
from signalements.models.absences import Absence
from socle.roles import Droit, profils_avec


def agents_de(compte: Compte) -> Any:
    """Return the active agents and superviseurs of the account's caisses, by name."""
    return agents_des(compte.caisses.all()).filter(statut=Compte.Statut.ACTIF)


def agents_des(caisses: Any) -> Any:
    """Return the agents and superviseurs of these caisses, those who left too, by name."""
    return (
        Compte.objects.filter(caisses__in=caisses, profil__in=profils_avec(Droit.TRAITER_DEMANDES))
        .distinct()
        .order_by("nom", "prenom", "pk")
    )


class _NomDAgent:
    """How an agent is shown in a list: by name, away or gone when he is."""

    @cached_property
    def absents(self) -> dict[int, dt.date]:
        """The last day of those who are away today, asked once for the list."""
        return dict(Absence.objects.en_cours().values_list("compte", "fin"))

    def label_from_instance(self, obj: Any) -> str:
        """The name of the agent."""
        if obj.statut != Compte.Statut.ACTIF:
            return f"{obj.nom_complet} (compte inactif)"
        fin = self.absents.get(obj.pk)
        return f"{obj.nom_complet} (absent jusqu’au {fin:%d/%m})" if fin else obj.nom_complet


class AgentField(_NomDAgent, forms.ModelChoiceField):
    """One agent among colleagues."""

    def __init__(self, label: str, manque: str, **options: Any) -> None:
        super().__init__(
            Compte.objects.none(),
            label=label,
            empty_label="Choisissez un agent",
            error_messages={"required": manque, "invalid_choice": "Cet agent n’est pas de vos caisses."},
            **options,
        )

    def offrir(self, agents: Iterable[Compte]) -> None:
        """Offer these, read already for the page; what is chosen is judged as before."""
        siens = [(un.pk, self.label_from_instance(un)) for un in agents if un.is_active]
        self.choices = [("", self.empty_label), *siens]


class AgentsField(_NomDAgent, forms.ModelMultipleChoiceField):
    """Several agents among colleagues."""

    def __init__(self, label: str, manque: str, **options: Any) -> None:
        super().__init__(
            Compte.objects.none(),
            label=label,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": manque,
                "invalid_choice": "Cet agent n’est pas de vos caisses.",
                "invalid_pk_value": "Cet agent n’est pas de vos caisses.",
            },
            **options,
        )
