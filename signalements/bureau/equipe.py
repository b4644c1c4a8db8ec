"""What a superviseur watches: load and delays by agent and by pôle, mails that never arrived."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from accounts.models.compte import Compte
from caisses.models import Pole
from signalements.forms.agents import agents_des
from signalements.models.absences import Absence
from signalements.models.demandes import DemandeQuerySet
from signalements.paniers import REQUALIFIEE, SIGNALEE, TENUE, dans_la_fenetre, en_retard
from signalements.workflow import OUVERTS, Statut
from socle.models import CourrielSortant

# Figure -> its title, and the basket and filters of the list that it opens.
COLONNES = (
    ("a_prendre", "À prendre", "a-prendre"),
    ("en_cours", "En cours", "ouvertes&etat=en_cours"),
    ("en_attente", "En attente de la structure", "en-attente"),
    ("urgentes", "Urgentes", "urgentes"),
    ("en_retard", "En retard", "en-retard"),
)
NOMBRES = tuple(nom for nom, *_ in COLONNES)
URGENCES_MAX = 10


@dataclass
class Charge:
    """One line of the table: an agent, or a pôle; `filtre` opens the same demandes in the list of the desk."""

    qui: str
    filtre: str
    # The same, for the answers: they stay with who gave them.
    filtre_des_reponses: str
    nombres: dict[str, Any]
    absent_jusqu_au: dt.date | None = None

    @property
    def part_tenue(self) -> str:
        """Share of the answers given by the promised date, in words; empty when there is none."""
        repondues, tenues = self.nombres["repondues"], self.nombres["tenues"]
        return f"{round(100 * tenues / repondues)}\N{NO-BREAK SPACE}%" if repondues else ""

    @property
    def reponses(self) -> str:
        """Return the list of these answers."""
        return f"?panier=reponses-donnees&{self.filtre_des_reponses}"

    @property
    def cases(self) -> list[tuple[str, int, str]]:
        """Return each figure with its title and the list that it opens."""
        return [
            (titre, self.nombres[nom], f"?panier={panier}&{self.filtre}") for nom, titre, panier in COLONNES
        ]


def _compter(visibles: DemandeQuerySet, par: str) -> dict[Any, dict[str, Any]]:
    """Count what is open by `par` (« agent », « pole »), in one query."""
    a_la_caisse = Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS))
    lignes = (
        visibles.filter(statut__in=OUVERTS)
        .order_by()
        .values(par)
        .annotate(
            a_prendre=Count("pk", filter=Q(statut=Statut.DEPOSEE)),
            en_cours=Count("pk", filter=Q(statut=Statut.EN_COURS)),
            en_attente=Count("pk", filter=Q(statut=Statut.EN_ATTENTE)),
            urgentes=Count("pk", filter=a_la_caisse & Q(urgente=True)),
            en_retard=Count("pk", filter=en_retard()),
            plus_ancienne=Min("deposee_le", filter=a_la_caisse),
        )
    )
    return {ligne.pop(par): ligne for ligne in lignes}


def _compter_les_delais(visibles: DemandeQuerySet, par: str) -> dict[Any, dict[str, int]]:
    """Count the answers of the window by `par` (« traitee_par », « pole »): they stay with who gave them."""
    lignes = (
        visibles.filter(dans_la_fenetre("traitee_le"))
        .order_by()
        .values(par)
        .annotate(repondues=Count("pk"), tenues=Count("pk", filter=TENUE))
    )
    return {ligne.pop(par): ligne for ligne in lignes}


def _rien() -> dict[str, object]:
    return dict.fromkeys((*NOMBRES, "repondues", "tenues"), 0) | {"plus_ancienne": None}


def charges_par_agent(compte: Compte, visibles: DemandeQuerySet) -> list[Charge]:
    """Return the load of each agent of the account's caisses, and of those who left with demandes open."""
    charges, delais = _compter(visibles, "agent"), _compter_les_delais(visibles, "traitee_par")
    absents = dict(Absence.objects.en_cours().values_list("compte", "fin"))
    lignes = []
    for agent in agents_des(compte.caisses.all()):
        siennes = charges.get(agent.pk, {})
        if not agent.is_active and not any(siennes.get(etat) for etat in ("en_cours", "en_attente")):
            continue
        nom = agent.nom_complet if agent.is_active else f"{agent.nom_complet} (compte inactif)"
        nombres = _rien() | siennes | delais.get(agent.pk, {})
        filtres = f"agent={agent.pk}", f"par={agent.pk}"
        lignes.append(Charge(nom, *filtres, nombres, absents.get(agent.pk)))
    return lignes


def charges_par_pole(visibles: DemandeQuerySet) -> list[Charge]:
    """Return the load of each pôle that has some."""
    charges, delais = _compter(visibles, "pole"), _compter_les_delais(visibles, "pole")
    poles = list(
        Pole.objects.filter(pk__in=charges.keys() | delais.keys())
        .select_related("caisse")
        .order_by("libelle", "pk")
    )
    plusieurs = len({pole.caisse_id for pole in poles}) > 1
    return [
        Charge(
            f"{pole.libelle} – {pole.caisse.nom}" if plusieurs else pole.libelle,
            *(f"pole={pole.pk}",) * 2,
            _rien() | charges.get(pole.pk, {}) | delais.get(pole.pk, {}),
        )
        for pole in poles
    ]


def urgences_par_structure(visibles: DemandeQuerySet) -> list[dict[str, object]]:
    """Return the structures that tick « urgente » most, over the window, what was requalified counted (D-22)."""
    lignes = (
        visibles.filter(dans_la_fenetre("deposee_le"))
        .order_by()
        .values("partenaire__nom", "partenaire__siret")
        .annotate(
            total=Count("pk"),
            urgentes=Count("pk", filter=SIGNALEE),
            requalifiees=Count("pk", filter=REQUALIFIEE),
        )
        .filter(urgentes__gt=0)
    )
    parts = [ligne | {"part": round(100 * ligne["urgentes"] / ligne["total"])} for ligne in lignes]
    return sorted(parts, key=lambda ligne: (-ligne["part"], -ligne["urgentes"], ligne["partenaire__nom"]))[
        :URGENCES_MAX
    ]


def courriels_non_remis(compte: Compte) -> list[CourrielSortant]:
    """Return the latest mails given up, to the techniciens and agents of the account's caisses."""
    adresses = Compte.objects.filter(
        Q(caisses__in=compte.caisses.all()) | Q(partenaire__participations__caisse__in=compte.caisses.all())
    ).values("email")
    abandonnes = CourrielSortant.objects.filter(abandonne_le__isnull=False, destinataire__in=adresses)
    return list(abandonnes.order_by("-abandonne_le", "-pk")[:20])
