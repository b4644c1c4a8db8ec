"""Cards of the home page: newcomers to train, people who wait for the support, news of the week."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models.compte import Compte
from conventions.models.conventions import Participation
from information import permissions, regles
from information.models import Assistance, Inscription, Publication
from socle import crochets, horloge
from socle.crochets import Carte
from socle.roles import Droit, peut, profils_avec

REPONSES = (Droit.REPONDRE_ASSISTANCE, Droit.REPONDRE_ASSISTANCE_NATIONALE)
SEMAINE = dt.timedelta(days=7)


def nouveaux_arrivants(compte: Compte) -> QuerySet:
    """I-03: return the newcomers of the structures bound to the caisses of `compte`, that no session has taken yet."""
    maintenant = horloge.maintenant()
    parts = Participation.objects.donnant(Droit.PUBLIER, compte)
    return (
        Compte.objects.actifs()
        .filter(
            ~Exists(Inscription.objects.filter(compte=OuterRef("pk"), formation__annulee_le=None)),
            profil__in=profils_avec(Droit.PARTICIPER),
            partenaire__in=parts.values("partenaire"),
            active_le__gt=maintenant - dt.timedelta(days=regles.JOURS_NOUVEL_ARRIVANT),
        )
        .select_related("partenaire")
        .order_by("-active_le", "pk")
    )


@crochets.accueil.inscrire("information")
def cartes(compte: Compte) -> list[Carte]:
    """Return the cards of `compte`, those with nothing to do left out."""
    possibles = []
    if peut(compte, *REPONSES):
        possibles += [
            Carte(
                "Demandes d’assistance",
                "Des utilisateurs attendent votre réponse.",
                reverse("assistance"),
                _a_repondre(compte),
                "avertissement",
                12,
                un="Demande d’assistance",
            )
        ]
    if permissions.can_publier(compte):
        possibles += [
            Carte(
                "Nouveaux arrivants à former",
                "Ils ont rejoint une structure depuis moins de trois mois.",
                reverse("formations"),
                nouveaux_arrivants(compte).count(),
                "info",
                40,
                un="Nouvel arrivant à former",
            )
        ]
    if permissions.can_participer(compte):
        possibles += [
            Carte(
                "Nouvelles de la semaine",
                "Documents, liens et actualités de vos caisses.",
                reverse("informations"),
                _recentes(compte),
                "info",
                60,
                un="Nouvelle de la semaine",
            )
        ]
    return [carte for carte in possibles if carte.compte]


def _a_repondre(compte: Compte) -> int:
    national = peut(compte, Droit.REPONDRE_ASSISTANCE_NATIONALE)
    niveau = Assistance.Niveau.NATIONAL if national else Assistance.Niveau.LOCAL
    return Assistance.objects.visibles_par(compte).sans_reponse().filter(niveau=niveau).count()


def _recentes(compte: Compte) -> int:
    publications = Publication.objects.visibles_par(compte).a_l_affiche()
    return publications.filter(publiee_le__gt=horloge.maintenant() - SEMAINE).count()
