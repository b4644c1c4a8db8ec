"""What the demandes keep, for how long, and how it disappears (D-15, T-06)."""

import datetime as dt

from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth

from conformite.declarations import AvecSonParent, Conservation, Permanente, declarer
from conformite.suppression import supprimer
from conventions.models.conventions import JourDeLaCaisse
from signalements.actions.ecritures import deplacer_terme
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.workflow import FINIS, Statut

# The anonymous figures of a demande, computed by the database. The month is that of the deposit, where the caisse is.
_MOIS = TruncMonth(JourDeLaCaisse(F("deposee_le")))
_FIN = Case(When(~Q(issue=""), then="issue"), When(~Q(irrecevable=""), then="irrecevable"), default="statut")
# Classes of delay, in whole days from deposit to answer (upper bound, label).
_CLASSES_DE_DELAI = ((2, "0-2"), (7, "3-7"), (14, "8-14"), (30, "15-30"))
_DELAI = Case(
    When(traitee_le=None, then=Value("sans-reponse")),
    *(
        When(traitee_le__lt=F("deposee_le") + dt.timedelta(days=borne + 1), then=Value(classe))
        for borne, classe in _CLASSES_DE_DELAI
    ),
    default=Value("31-plus"),
)


def demandes_dues(a: dt.datetime) -> QuerySet:
    """D-15, T-06: drafts and finished demandes whose last readable day is over in the caisse's zone at `a`.

    A demande still open is never due: the nightly job moves its term.
    """
    jour = JourDeLaCaisse(a)
    return Demande.objects.filter(Q(statut=Statut.BROUILLON) | Q(statut__in=FINIS), terme_le__lt=jour)


def detruire_demandes(lot: QuerySet) -> dict[str, int]:
    """Count what goes, anonymously, then delete the demandes with their thread and history (D-15)."""
    figures = (
        lot.select_related(None)
        .exclude(statut=Statut.BROUILLON)
        .annotate(mois=_MOIS, fin=_FIN, delai=_DELAI)
        .values_list("mois", "caisse_id", "partenaire__type", "motif_id", "fin", "delai")
        .annotate(nombre=Count("pk"))
        .order_by("mois", "caisse_id", "partenaire__type", "motif_id", "fin", "delai")
    )
    _ajouter_aux_compteurs(list(figures))
    return supprimer(lot)


_AJOUTER = """
INSERT INTO signalements_compteur (mois, caisse_id, type_partenaire, motif_id, issue, delai, nombre)
SELECT * FROM unnest(%s::date[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::integer[])
ON CONFLICT (mois, caisse_id, type_partenaire, motif_id, issue, delai)
DO UPDATE SET nombre = signalements_compteur.nombre + EXCLUDED.nombre
"""


def _ajouter_aux_compteurs(figures: list[tuple]) -> None:
    """Add all the figures of a batch at once, given in one order always: two purges never wait for each other."""
    if figures:
        with connection.cursor() as curseur:
            curseur.execute(_AJOUTER, [list(colonne) for colonne in zip(*figures, strict=True)])


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
declarer("signalements.message", AvecSonParent("signalements.demande"))
declarer("signalements.presence", AvecSonParent("signalements.demande"))
declarer("signalements.rendezvous", AvecSonParent("signalements.demande"))
declarer("signalements.evenement", AvecSonParent("signalements.demande"))
# Their contents are erased by the trigger of the row and the job of fichiers; unreadable at once with the key.
declarer("signalements.piece", AvecSonParent("signalements.demande"))
declarer("signalements.compteur", Permanente("Chiffres anonymes : rien n’y désigne une demande"))
declarer("signalements.chiffre", AvecSonParent("conventions.convention"))
declarer(
    "signalements.etiquette", Permanente("Mots d’une caisse ou d’une structure, sans donnée de personne")
)
declarer("signalements.modelereponse", Permanente("Textes préparés par la caisse, sans donnée de personne"))
