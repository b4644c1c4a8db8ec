"""The baskets of the triage desk: each has one definition, shown where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from espace_partenaires import horloge
from signalements.models import DemandeQuerySet
from signalements.workflow import OUVERTS, Statut


@dataclass(frozen=True)
class Panier:
    """A basket: what it holds, in words and as a condition on the demandes that the account sees."""

    code: str
    titre: str
    definition: str
    condition: Callable[[Any], Q]

    def choisir(self, demandes: DemandeQuerySet, compte: Any) -> DemandeQuerySet:
        """Return those of `demandes` that stand in this basket for `compte`."""
        return demandes.filter(self.condition(compte))


def _en_retard(_: Any) -> Q:
    # The day is judged in metropolitan time for the count; each line is judged in its caisse's zone.
    return Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS), promise_le__lt=horloge.jour("Europe/Paris"))


PANIERS: dict[str, Panier] = {
    panier.code: panier
    for panier in (
        Panier(
            "a-prendre",
            "À prendre",
            "Déposées, personne ne s’en occupe encore.",
            lambda _: Q(statut=Statut.DEPOSEE),
        ),
        Panier(
            "urgentes",
            "Urgentes",
            "Signalées urgentes, réponse attendue de la caisse.",
            lambda _: Q(urgente=True, statut__in=(Statut.DEPOSEE, Statut.EN_COURS)),
        ),
        Panier(
            "les-miennes",
            "Les miennes",
            "Vous les avez prises en charge et elles ne sont pas terminées.",
            lambda compte: Q(agent=compte.pk, statut__in=OUVERTS),
        ),
        Panier(
            "en-retard", "En retard", "La date promise est passée et la caisse n’a pas répondu.", _en_retard
        ),
        Panier(
            "reponses",
            "Compléments reçus",
            "La structure a répondu à une demande de complément.",
            lambda _: Q(statut=Statut.EN_COURS, en_attente_le__isnull=False),
        ),
        Panier(
            "en-attente",
            "En attente du partenaire",
            "La structure doit apporter un complément ; le délai est suspendu.",
            lambda _: Q(statut=Statut.EN_ATTENTE),
        ),
        Panier(
            "repondues",
            "Répondues",
            "La réponse est donnée, la demande n’est pas close.",
            lambda _: Q(statut=Statut.TRAITEE),
        ),
        Panier(
            "ouvertes",
            "Toutes les demandes ouvertes",
            "Tout ce qui n’est pas terminé.",
            lambda _: Q(statut__in=OUVERTS),
        ),
        Panier(
            "terminees",
            "Terminées",
            "Closes, annulées ou non recevables, encore lisibles.",
            lambda _: Q(terminee_le__isnull=False),
        ),
    )
}


def compter(demandes: DemandeQuerySet, compte: Any) -> list[tuple[Panier, int]]:
    """Return each basket with its count, in one query."""
    comptes = demandes.aggregate(
        **{
            code.replace("-", "_"): Count("id", filter=panier.condition(compte))
            for code, panier in PANIERS.items()
        }
    )
    return [(panier, comptes[code.replace("-", "_")]) for code, panier in PANIERS.items()]
