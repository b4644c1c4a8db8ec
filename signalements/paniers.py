"""The baskets of the triage desk: each has one definition, shown where it stands."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from accounts.models.compte import Compte
from conventions.models.conventions import JourDeLaCaisse
from signalements.models.absences import remplaces_par
from signalements.models.avis import AvisAttendu
from signalements.models.demandes import DemandeQuerySet
from signalements.models.fil import Evenement
from signalements.models.preferences import ARevoir
from signalements.regles import PREAVIS_JOURS
from signalements.workflow import OUVERTS, Statut
from socle import horloge

Ordre = tuple[str | Case, ...]
# Days over which the figures of the team are counted; what makes a delay kept, an urgency said by the structure.
FENETRE_JOURS = 90
TENUE = Q(LessThanOrEqual(JourDeLaCaisse(F("traitee_le")), F("promise_le")))
REQUALIFIEE = Q(Exists(Evenement.objects.filter(demande=OuterRef("pk"), verbe="requalifier")))
SIGNALEE = Q(urgente=True) | REQUALIFIEE
URGENCE: Ordre = ("-urgente", "promise_le", "id")
# What awaits the agent, then what awaits somebody else.
A_FAIRE = Case(When(statut=Statut.EN_COURS, then=Value(0)), default=Value(1))


@dataclass(frozen=True)
class Panier:
    """A basket: what it holds, in words and as a condition on the demandes that the account sees."""

    code: str
    titre: str
    definition: str
    condition: Callable[[Any], Q]
    # Whose work it is: the account's own, or its team's.
    a_moi: bool = False
    # Its order and the words for it; urgent first, then the promised date, unless it has its own (D-08).
    ordre: Ordre = URGENCE
    ordre_dit: str = "Les urgentes d’abord, puis par date promise."
    # Finished demandes.
    archive: bool = False
    # Opened from a figure, never shown among the others nor counted with them.
    a_part: bool = False

    def choisir(self, demandes: DemandeQuerySet, compte: Compte) -> DemandeQuerySet:
        """Return those of `demandes` that stand in this basket for `compte`."""
        return demandes.filter(self.condition(compte))


def deposees_du(jour: dt.date) -> Q:
    """Those deposited from `jour` on, in the days of their caisse (T-06)."""
    return Q(GreaterThanOrEqual(JourDeLaCaisse(F("deposee_le")), jour))


def deposees_au(jour: dt.date) -> Q:
    """Those deposited until `jour`, itself included, in the days of their caisse (T-06)."""
    return Q(LessThanOrEqual(JourDeLaCaisse(F("deposee_le")), jour))


def miennes_de(compte: Compte) -> Q:
    """The demandes of the account, and of the colleagues whom he replaces today."""
    return Q(agent__in=[compte.pk, *remplaces_par(compte)])


def _avant_le_jour_de_la_caisse(champ: str, jours: int) -> Q:
    """Return what comes before so many days from today, today being the caisse's; the first bound is for the index."""
    maintenant = horloge.maintenant()
    jour = JourDeLaCaisse(maintenant + dt.timedelta(days=jours))
    au_plus = maintenant.date() + dt.timedelta(days=jours + 1)
    return Q(**{f"{champ}__lte": au_plus}) & Q(**{f"{champ}__lt": jour})


def en_retard(_: object = None) -> Q:
    """Late: the promised day is over where the caisse is (T-06)."""
    return Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS)) & _avant_le_jour_de_la_caisse("promise_le", 0)


def dans_la_fenetre(instant: str) -> Q:
    """Return those whose `instant` (name of the column) lies in the window of the figures."""
    return Q(**{f"{instant}__gte": horloge.maintenant() - dt.timedelta(days=FENETRE_JOURS)})


def _bientot_au_terme(_: object) -> Q:
    return Q(statut__in=OUVERTS) & _avant_le_jour_de_la_caisse("terme_le", PREAVIS_JOURS[0] + 1)


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
            lambda compte: miennes_de(compte) & Q(statut__in=OUVERTS),
            a_moi=True,
            ordre=(A_FAIRE, *URGENCE),
            ordre_dit="Celles qui vous attendent d’abord, les urgentes en tête.",
        ),
        Panier(
            "mes-reponses",
            "Mes réponses reçues",
            "La structure a répondu sur une demande que vous suivez : à vous de reprendre.",
            lambda compte: miennes_de(compte) & Q(statut=Statut.EN_COURS, en_attente_le__isnull=False),
            a_moi=True,
        ),
        Panier(
            "rappels",
            "À revoir",
            "Vous avez demandé à les revoir aujourd’hui, ou un jour déjà passé.",
            lambda compte: Q(pk__in=ARevoir.dus(compte), statut__in=OUVERTS),
            a_moi=True,
        ),
        Panier(
            "avis",
            "Avis demandés",
            "Un collègue vous demande votre avis, ou celui de votre pôle ; il garde la demande.",
            lambda compte: Q(pk__in=AvisAttendu.attendus_de(compte).values("demande"), statut__in=OUVERTS),
            a_moi=True,
        ),
        Panier(
            "en-retard", "En retard", "La date promise est passée et la caisse n’a pas répondu.", en_retard
        ),
        Panier(
            "reponses",
            "Réponses reçues",
            "La structure a apporté le complément ou choisi un créneau : l’agent reprend.",
            lambda _: Q(statut=Statut.EN_COURS, en_attente_le__isnull=False),
        ),
        Panier(
            "en-attente",
            "En attente",
            "La structure doit apporter un complément ; le délai est suspendu.",
            lambda _: Q(statut=Statut.EN_ATTENTE),
        ),
        Panier(
            "bientot-au-terme",
            "Bientôt au terme",
            f"Encore ouvertes à moins de {PREAVIS_JOURS[0]} jours de leur effacement.",
            _bientot_au_terme,
            ordre=("terme_le", "-urgente", "id"),
            ordre_dit="Celles qui s’effacent le plus tôt d’abord.",
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
            "Ouvertes",
            "Tout ce qui n’est pas terminé.",
            lambda _: Q(statut__in=OUVERTS),
        ),
        Panier(
            "terminees",
            "Terminées",
            "Closes, annulées ou non recevables, encore lisibles.",
            lambda _: Q(terminee_le__isnull=False),
            ordre=("-terminee_le", "-id"),
            ordre_dit="Les dernières terminées d’abord.",
            archive=True,
        ),
        Panier(
            "reponses-donnees",
            f"Réponses des {FENETRE_JOURS} derniers jours",
            "La caisse y a répondu, à la date promise ou après ; closes ou non.",
            lambda _: dans_la_fenetre("traitee_le"),
            ordre=("-traitee_le", "-id"),
            ordre_dit="Les dernières réponses d’abord.",
            a_part=True,
        ),
        Panier(
            "toutes",
            "Toutes les demandes",
            "Reçues par la caisse et encore conservées, terminées ou non.",
            lambda _: Q(deposee_le__isnull=False),
            ordre=("-deposee_le", "-id"),
            ordre_dit="Les dernières déposées d’abord.",
            a_part=True,
        ),
        Panier(
            "recues",
            f"Reçues depuis {FENETRE_JOURS} jours",
            "Déposées par les structures, quoi qu’elles soient devenues.",
            lambda _: dans_la_fenetre("deposee_le"),
            ordre=("-deposee_le", "-id"),
            ordre_dit="Les dernières déposées d’abord.",
            a_part=True,
        ),
    )
}


def compter(
    demandes: DemandeQuerySet, compte: Compte, codes: Collection[str] = ()
) -> list[tuple[Panier, int]]:
    """Return each basket with its count, by queries that read indexes only: one for those of open demandes.

    `codes`: those that are wanted; none for all those that the desk shows.
    """
    voulus = {
        code: panier for code, panier in PANIERS.items() if (code in codes if codes else not panier.a_part)
    }
    comptes = demandes.ouvertes().aggregate(
        **{
            code: Count("id", filter=panier.condition(compte))
            for code, panier in voulus.items()
            if not panier.archive
        }
    )
    return [
        (panier, panier.choisir(demandes, compte).count() if panier.archive else comptes[code])
        for code, panier in voulus.items()
    ]


def par_groupe(comptes: list[tuple[Panier, int]]) -> list[tuple[str, list[tuple[Panier, int]]]]:
    """Return the baskets with their counts in two groups: the account's own work, its team's."""
    return [
        (groupe, [(panier, nombre) for panier, nombre in comptes if panier.a_moi == a_moi])
        for groupe, a_moi in (("À moi", True), ("À l’équipe", False))
    ]
