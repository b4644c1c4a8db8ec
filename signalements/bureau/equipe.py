"""What a superviseur watches: load and delays by agent and by pôle, mails that never arrived."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from accounts.models.compte import Compte
from signalements.bureau.forms import agents_de
from signalements.models.demandes import Demande
from signalements.workflow import OUVERTS, Statut
from socle import horloge
from socle.models import CourrielSortant

# Days of answers over which kept delays are counted.
FENETRE_JOURS = 90
NOMBRES = ("a_prendre", "en_cours", "en_attente", "urgentes", "en_retard", "repondues", "tenues")


@dataclass
class Charge:
    """One line of the table: an agent, or a pôle."""

    qui: str
    nombres: dict[str, int]

    @property
    def delais(self) -> str:
        """Share of the answers given by the promised date, in words; a dash when there is none."""
        repondues, tenues = self.nombres["repondues"], self.nombres["tenues"]
        if not repondues:
            return "–"
        return f"{round(100 * tenues / repondues)}\N{NO-BREAK SPACE}% ({tenues} sur {repondues})"


def _compter(compte: Any, par: str) -> dict[Any, dict[str, int]]:
    """Count, by `par` (« agent », « pole »), in one query."""
    jour = horloge.jour("Europe/Paris")
    depuis = horloge.maintenant() - dt.timedelta(days=FENETRE_JOURS)
    recentes = Q(traitee_le__gte=depuis)
    lignes = (
        Demande.objects.visibles_par(compte)
        .filter(Q(statut__in=OUVERTS) | recentes)
        .alias(repondue_le=TruncDate("traitee_le"))
        .order_by()
        .values(par)
        .annotate(
            a_prendre=Count("pk", filter=Q(statut=Statut.DEPOSEE)),
            en_cours=Count("pk", filter=Q(statut=Statut.EN_COURS)),
            en_attente=Count("pk", filter=Q(statut=Statut.EN_ATTENTE)),
            urgentes=Count("pk", filter=Q(urgente=True, statut__in=(Statut.DEPOSEE, Statut.EN_COURS))),
            en_retard=Count(
                "pk", filter=Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS), promise_le__lt=jour)
            ),
            repondues=Count("pk", filter=recentes),
            tenues=Count("pk", filter=recentes & Q(repondue_le__lte=F("promise_le"))),
        )
    )
    return {ligne.pop(par): ligne for ligne in lignes}


def charges_par_agent(compte: Any) -> list[Charge]:
    """Return the load of each agent of the account's caisses, and of those who left with demandes open."""
    comptes = _compter(compte, "agent")
    equipe = {agent.pk: agent.nom_complet for agent in agents_de(compte)}
    partis = [cle for cle in comptes if cle is not None and cle not in equipe]
    for agent in Compte.objects.filter(pk__in=partis).order_by("nom", "prenom", "pk"):
        if any(comptes[agent.pk][etat] for etat in ("en_cours", "en_attente")):
            equipe[agent.pk] = f"{agent.nom_complet} (compte inactif)"
    return [Charge(nom, comptes.get(cle, dict.fromkeys(NOMBRES, 0))) for cle, nom in equipe.items()]


def charges_par_pole(compte: Any) -> list[Charge]:
    """Return the load of each pôle that has some."""
    comptes = _compter(compte, "pole__libelle")
    return [Charge(nom, comptes[nom]) for nom in sorted(comptes)]


def courriels_non_remis(compte: Any) -> list[CourrielSortant]:
    """Return the latest mails given up, to the techniciens and agents of the account's caisses."""
    adresses = Compte.objects.filter(
        Q(caisses__in=compte.caisses.all()) | Q(partenaire__participations__caisse__in=compte.caisses.all())
    ).values("email")
    abandonnes = CourrielSortant.objects.filter(abandonne_le__isnull=False, destinataire__in=adresses)
    return list(abandonnes.order_by("-abandonne_le", "-pk")[:20])
