"""Figures of the nation: what all the caisses were asked in twelve months, told as a bilan annuel tells it (C-21)."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet, Sum

from caisses.models import Caisse
from conformite.jours import plus_mois
from conventions.models.partenaires import Partenaire
from signalements.bilan import tableaux
from signalements.chiffres import lire
from signalements.models.chiffres import Chiffre
from signalements.statistiques.requetes import EFFACEES, Point, Serie
from socle import horloge
from socle.crochets import Tableau
from socle.petits_nombres import SEUIL, montrer
from socle.templatetags.portail import mois_en_mots

MOIS = 12


def de_la_nation() -> list[Serie]:
    """Return the figures of every convention, those of the bilans, the present month included."""
    fin = plus_mois(horloge.jour(settings.TIME_ZONE).replace(day=1), 1)
    debut = plus_mois(fin, -MOIS)
    lus = lire(Chiffre.objects.all(), debut, fin)
    recues = Chiffre.objects.filter(dimension="recue", mois__gte=debut, mois__lt=fin)
    volumes, *autres = tableaux(lus)
    tous = [volumes, *_repartitions(recues, debut, sum(lus.get("recue", {}).values())), *autres]
    return [
        Serie(
            f"nation-{rang}",
            tableau.titre,
            f"Depuis {MOIS} mois, le mois en cours compris. {EFFACEES}",
            ("Quoi", "Nombre"),
            [Point(libelle, int(dit) if dit.isdigit() else 0, dit) for libelle, dit in tableau.lignes],
        )
        for rang, tableau in enumerate(tous)
    ]


def _repartitions(recues: QuerySet[Chiffre], debut: dt.date, total: int) -> list[Tableau]:
    """Return what was received by month, caisse and kind of structure, each so that the total tells no hidden cell."""
    mois = [plus_mois(debut, rang) for rang in range(MOIS)]
    par = (
        ("Par mois de dépôt", "mois", {un: mois_en_mots(un) for un in mois}),
        ("Par caisse", "caisse", dict(Caisse.objects.order_by("nom").values_list("pk", "nom"))),
        ("Par type de structure", "convention__partenaire__type", dict(Partenaire.Type.choices)),
    )
    tableaux_ = []
    for titre, champ, libelles in par:
        comptes = dict(recues.order_by().values_list(champ).annotate(Sum("nombre")))
        dits = montrer({str(un): n for un, n in comptes.items()}, total if total >= SEUIL else None)
        tableaux_.append(
            Tableau(titre, [(str(mot), dits.get(str(code), "0")) for code, mot in libelles.items()])
        )
    return tableaux_
