"""What the demandes keep, for how long, and how it disappears (D-15, T-06)."""

import datetime as dt

from django.db.models import Q, QuerySet

from conformite.declarations import AvecSonParent, Conservation, Permanente, declarer
from conformite.suppression import supprimer
from conventions.models.conventions import JourDeLaCaisse
from signalements.actions.ecritures import deplacer_terme
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.models.etiquettes import Etiquette
from signalements.workflow import FINIS, Statut


def demandes_dues(a: dt.datetime) -> QuerySet:
    """D-15, T-06: drafts and finished demandes whose last readable day is over in the caisse's zone at `a`.

    A demande still open is never due: the nightly job moves its term.
    """
    jour = JourDeLaCaisse(a)
    return Demande.objects.filter(Q(statut=Statut.BROUILLON) | Q(statut__in=FINIS), terme_le__lt=jour)


def detruire_demandes(lot: QuerySet) -> dict[str, int]:
    """Delete the demandes with their thread and history (D-15), then the words that no demande bears any more."""
    partis = supprimer(lot)
    Etiquette.objects.all().oublier_les_vides()
    return partis


declarer(
    "signalements.demande",
    Conservation(
        categorie="Demandes",
        duree="6 mois, ou la durée fixée par la convention ; 30 jours pour un brouillon",
        depart="réception par la caisse ; dernière modification pour un brouillon",
        disparition="suppression de la demande, de ses échanges, de ses pièces et de son index de recherche, puis destruction de la clé",
        dus=demandes_dues,
        identite="reference",
        terme="terme_le",
        detruire=detruire_demandes,
        deplacer_terme=deplacer_terme,
        donnees="Identité de l’assuré (civilité, nom, prénom, date de naissance, département), situation, échanges",
    ),
)
declarer(
    "signalements.absence",
    Conservation(
        categorie="Absences des agents",
        duree="30 jours",
        depart="dernier jour de l’absence",
        disparition="suppression",
        dus=lambda a: Absence.objects.filter(fin__lt=a.date() - dt.timedelta(days=30)),
        frein=False,
        donnees="Agent absent, agent remplaçant, dates",
    ),
)
declarer("signalements.vue", AvecSonParent("accounts.compte"))
declarer("signalements.preferences", AvecSonParent("accounts.compte"))
declarer("signalements.arevoir", AvecSonParent("signalements.demande"))
declarer("signalements.avisattendu", AvecSonParent("signalements.demande"))
declarer("signalements.message", AvecSonParent("signalements.demande"))
declarer("signalements.presence", AvecSonParent("signalements.demande"))
declarer("signalements.rendezvous", AvecSonParent("signalements.demande"))
declarer("signalements.evenement", AvecSonParent("signalements.demande"))
# Their contents are erased by the trigger of the row and the job of fichiers; unreadable at once with the key.
declarer("signalements.piece", AvecSonParent("signalements.demande"))
declarer("signalements.chiffre", AvecSonParent("conventions.convention"))
declarer(
    "signalements.etiquette",
    Permanente("Mots d’une caisse ou d’une structure, oubliés dès qu’aucune demande ne les porte"),
)
declarer("signalements.modelereponse", Permanente("Textes préparés par la caisse, sans donnée de personne"))
