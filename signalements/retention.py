"""What the demandes keep, for how long, and how it disappears (D-15, T-06)."""

import datetime as dt
from collections import Counter

from django.db import connection
from django.db.models import F, Q, QuerySet, Value

from conformite.retention import AvecSonParent, Conservation, Permanente, declarer
from conformite.suppression import supprimer
from conventions.models import Caisse
from conventions.models.conventions import JourDeLaCaisse
from espace_partenaires import registres
from signalements.actions import deplacer_terme
from signalements.models import Absence, Demande
from signalements.workflow import FINIS, Statut

# Classes of delay of the anonymous figures, in calendar days from deposit to answer (upper bound, label).
_CLASSES_DE_DELAI = ((2, "0-2"), (7, "3-7"), (14, "8-14"), (30, "15-30"))


def demandes_dues(a: dt.datetime) -> QuerySet:
    """D-15, T-06: drafts and finished demandes whose last readable day is over in the caisse's zone at `a`.

    A demande still open is never due: the nightly job moves its term.
    """
    jour = JourDeLaCaisse(F("caisse__fuseau"), Value(a))
    return Demande.objects.filter(Q(statut=Statut.BROUILLON) | Q(statut__in=FINIS), terme_le__lt=jour)


def detruire_demandes(lot: QuerySet) -> dict[str, int]:
    """Count what goes, anonymously, then delete the demandes with their thread and history (D-15)."""
    demandes = list(
        lot.select_related(None)
        .exclude(statut=Statut.BROUILLON)
        .values_list(
            "deposee_le",
            "traitee_le",
            "caisse_id",
            "partenaire__type",
            "motif_id",
            "issue",
            "irrecevable",
            "statut",
        )
    )
    figures: Counter[tuple] = Counter()
    for deposee, traitee, caisse, genre, motif, issue, irrecevable, statut in demandes:
        fin = issue or irrecevable or str(statut)
        figures[(deposee.date().replace(day=1), caisse, genre, motif, fin, _classe(deposee, traitee))] += 1
    _ajouter_aux_compteurs(figures)
    return supprimer(lot)


_AJOUTER = """
INSERT INTO signalements_compteur (mois, caisse_id, type_partenaire, motif_id, issue, delai, nombre)
SELECT * FROM unnest(%s::date[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::integer[])
ON CONFLICT (mois, caisse_id, type_partenaire, motif_id, issue, delai)
DO UPDATE SET nombre = signalements_compteur.nombre + EXCLUDED.nombre
"""


def _ajouter_aux_compteurs(figures: Counter[tuple]) -> None:
    """Add all the figures of a batch at once, always in the same order: two purges never wait for each other."""
    if figures:
        lignes = [(*figure, nombre) for figure, nombre in sorted(figures.items())]
        with connection.cursor() as curseur:
            curseur.execute(_AJOUTER, [list(colonne) for colonne in zip(*lignes, strict=True)])


def _classe(deposee: dt.datetime, traitee: dt.datetime | None) -> str:
    if traitee is None:
        return "sans-reponse"
    jours = (traitee - deposee).days
    return next((classe for borne, classe in _CLASSES_DE_DELAI if jours <= borne), "31-plus")


@registres.fuseaux.inscrire("signalements")
def fuseaux_des_caisses() -> set[str]:
    """The zones in which terms are judged: those of the caisses."""
    return set(Caisse.objects.values_list("fuseau", flat=True))


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
declarer("signalements.message", AvecSonParent("signalements.demande"))
declarer("signalements.presence", AvecSonParent("signalements.demande"))
declarer("signalements.rendezvous", AvecSonParent("signalements.demande"))
declarer("signalements.evenement", AvecSonParent("signalements.demande"))
# Their contents are erased by the trigger of the row and the job of fichiers; unreadable at once with the key.
declarer("signalements.piece", AvecSonParent("signalements.demande"))
declarer("signalements.compteur", Permanente("Chiffres anonymes, sans ligne par demande (D-15)."))
declarer("signalements.modelereponse", Permanente("Textes préparés par la caisse, sans donnée de personne."))
