"""What information keeps, for how long, and how it disappears."""

import datetime as dt

from django.db.models import Q, QuerySet

from conformite.declarations import AvecSonParent, Conservation, declarer
from information import regles
from information.models import Assistance, DocumentPublie, Formation, Publication
from socle import crochets

AN = dt.timedelta(days=365)
# The bilan of a year, and the one after which is compared to it, count its sessions (C-21).
GARDE_FORMATION = 3 * AN


def publications_dues(a: dt.datetime) -> QuerySet:
    """Return those no longer shown for a year, or withdrawn for a year."""
    return Publication.objects.filter(Q(jusqu_au__lt=a.date() - AN) | Q(retiree_le__lt=a - AN))


def formations_dues(a: dt.datetime) -> QuerySet:
    """Return the sessions held three years ago."""
    return Formation.objects.filter(quand__lt=a - GARDE_FORMATION)


def assistances_dues(a: dt.datetime) -> QuerySet:
    """Return the requests received a year ago."""
    return Assistance.objects.filter(recue_le__lt=a - regles.GARDE_ASSISTANCE)


@crochets.effacement.inscrire("information")
def taire_les_assistances(comptes: list[int]) -> None:
    """A-14: the address of who is erased goes before the rest of what he asked, which is sealed and names him no more."""
    Assistance.objects.filter(compte__in=comptes).update(courriel="")


declarer(
    "information.publication",
    Conservation(
        categorie="Publications des caisses",
        duree="1 an",
        depart="dernier jour d’affichage, ou retrait",
        disparition="suppression de la publication",
        dus=publications_dues,
        frein=False,
    ),
)
declarer(
    "information.formation",
    Conservation(
        categorie="Sessions de formation et inscriptions",
        duree="3 ans",
        depart="date de la session",
        disparition="suppression de la session et de ses inscriptions",
        dus=formations_dues,
        donnees="Compte de la personne inscrite",
        frein=False,
    ),
)
declarer(
    "information.documentpublie",
    Conservation(
        categorie="Documents publiés",
        duree="1 an",
        depart="dernier jour d’affichage, ou retrait, de la publication",
        disparition="suppression du fichier et de son nom, puis destruction de la clé",
        dus=lambda a: DocumentPublie.objects.filter(terme_le__lt=a.date()),
        terme="terme_le",
        frein=False,
    ),
)
declarer("information.inscription", AvecSonParent("information.formation"))
declarer("information.abonnement", AvecSonParent("accounts.compte"))
declarer(
    "information.assistance",
    Conservation(
        categorie="Demandes d’assistance",
        duree="1 an",
        depart="réception",
        disparition="suppression de la demande et de la réponse, puis destruction de la clé",
        dus=assistances_dues,
        terme="terme_le",
        identite="reference",
        donnees="Courriel professionnel de la personne, description du problème",
        frein=False,
    ),
)
