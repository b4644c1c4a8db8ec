"""The baskets of the triage desk: each has one definition, shown where it stands."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from caisses.models import Pole
from signalements.models.absences import remplaces_par
from signalements.models.demandes import DemandeQuerySet
from signalements.regles import PREAVIS_JOURS
from signalements.workflow import OUVERTS, Statut
from socle import horloge


@dataclass(frozen=True)
class Panier:
    """A basket: what it holds, in words and as a condition on the demandes that the account sees."""

    code: str
    titre: str
    definition: str
    condition: Callable[[Any], Q]
    # Finished demandes, the last ones first; the others are open, urgent ones first.
    archive: bool = False

    def choisir(self, demandes: DemandeQuerySet, compte: Any) -> DemandeQuerySet:
        """Return those of `demandes` that stand in this basket for `compte`."""
        return demandes.filter(self.condition(compte))

    def ranger(self, demandes: DemandeQuerySet) -> DemandeQuerySet:
        """Return `demandes` in the order of this basket (D-08)."""
        return demandes.par_fin() if self.archive else demandes.par_urgence()


def _en_retard(_: Any) -> Q:
    # The day is judged in metropolitan time for the count; each line is judged in its caisse's zone.
    return Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS), promise_le__lt=horloge.jour("Europe/Paris"))


def _bientot_au_terme(_: Any) -> Q:
    limite = horloge.jour("Europe/Paris") + dt.timedelta(days=PREAVIS_JOURS[0])
    return Q(statut__in=OUVERTS, terme_le__lte=limite)


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
            "Prises en charge par vous, ou par un collègue que vous remplacez, et pas terminées.",
            lambda compte: Q(agent__in=[compte.pk, *remplaces_par(compte)], statut__in=OUVERTS),
        ),
        Panier(
            "en-retard", "En retard", "La date promise est passée et la caisse n’a pas répondu.", _en_retard
        ),
        Panier(
            "reponses",
            "Réponses reçues",
            "La structure a apporté le complément ou choisi un créneau : à vous de reprendre.",
            lambda _: Q(statut=Statut.EN_COURS, en_attente_le__isnull=False),
        ),
        Panier(
            "en-attente",
            "En attente de la structure",
            "La structure doit apporter un complément ; le délai est suspendu.",
            lambda _: Q(statut=Statut.EN_ATTENTE),
        ),
        Panier(
            "bientot-au-terme",
            "Bientôt au terme",
            f"Encore ouvertes à moins de {PREAVIS_JOURS[0]} jours de leur effacement.",
            _bientot_au_terme,
        ),
        Panier(
            "sans-agent",
            "Sans agent",
            "L’agent qui s’en occupait n’a plus de compte actif : à confier à un autre.",
            lambda _: Q(statut__in=OUVERTS, agent__isnull=False) & ~Q(agent__statut="actif"),
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
            archive=True,
        ),
    )
}


def compter(demandes: DemandeQuerySet, compte: Any) -> list[tuple[Panier, int]]:
    """Return each basket with its count, by queries that read indexes only: one for those of open demandes."""
    comptes = demandes.ouvertes().aggregate(
        **{
            code: Count("id", filter=panier.condition(compte))
            for code, panier in PANIERS.items()
            if not panier.archive
        }
    )
    return [
        (panier, panier.choisir(demandes, compte).count() if panier.archive else comptes[code])
        for code, panier in PANIERS.items()
    ]


@dataclass(frozen=True)
class ChoixDePole:
    """Which pôles the desk shows: all, the account's own, or one."""

    code: str
    offerts: list[Pole]
    miens: list[int]

    def restreindre(self, demandes: DemandeQuerySet) -> DemandeQuerySet:
        """Return those of `demandes` that stand in the chosen pôles; an account without pôle has them all."""
        if self.code == "tous" or (self.code == "miens" and not self.miens):
            return demandes
        return demandes.filter(pole__in=self.miens if self.code == "miens" else [int(self.code)])


def poles_du_bureau(compte: Any, demande: str) -> ChoixDePole:
    """Return the choice `demande` (« tous », « miens », a key) among the pôles of the account's caisses."""
    offerts = list(Pole.objects.filter(caisse__in=compte.caisses.all()).select_related("caisse"))
    code = demande if demande in {"tous", "miens", *(str(pole.pk) for pole in offerts)} else "tous"
    return ChoixDePole(code, offerts, list(compte.poles.values_list("pk", flat=True)))
