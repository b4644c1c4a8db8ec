"""The week of the caisse: its closed days, the slots proposed and agreed, by reference alone (D-13)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from caisses.models import Caisse
from caisses.regles import jours_feries
from signalements import permissions
from signalements.models.demandes import Demande
from signalements.models.rendez_vous import RendezVous
from socle import horloge
from socle.champs import Jour
from socle.listes import FiltresDeListe
from socle.roles import exiger

SEMAINE = dt.timedelta(days=7)


class SemaineForm(FiltresDeListe):
    """Which week: that of a day."""

    dits_par_le_titre = ("du",)

    du = Jour(label="Semaine du", required=False)

    def lundi(self) -> dt.date:
        """Return its Monday; this week's when no day was chosen."""
        jour: dt.date = self.choix("du") or horloge.jour(settings.TIME_ZONE)
        return jour - dt.timedelta(days=jour.weekday())


def fermetures(caisses: list[Caisse], jour: dt.date) -> list[str]:
    """Return why each of these caisses is closed on that day; those that are open left out."""
    raisons = [
        (
            caisse.nom,
            jours_feries(caisse.departement, jour.year).get(jour)
            or next((un.libelle for un in caisse.chomes.all() if un.jour == jour), ""),
        )
        for caisse in caisses
    ]
    seule = len(caisses) == 1
    return [raison if seule else f"{nom} : {raison}" for nom, raison in raisons if raison]


def _jours(compte: Any, lundi: dt.date) -> list[dict[str, Any]]:
    """Return the working days of a week, each with its closings and its slots, in the time of their caisse."""
    debut = timezone.make_aware(dt.datetime.combine(lundi, dt.time())) - dt.timedelta(days=1)
    poses = RendezVous.objects.filter(
        demande__in=Demande.objects.visibles_par(compte),
        statut__in=(RendezVous.Statut.PROPOSE, RendezVous.Statut.ACCEPTE),
        debut__range=(debut, debut + SEMAINE + dt.timedelta(days=1)),
    )
    lus = list(poses.select_related("demande__caisse", "demande__agent"))
    caisses = list(compte.caisses.prefetch_related("chomes").order_by("nom"))
    jours = [lundi + dt.timedelta(days=rang) for rang in range(5)]
    return [
        {
            "jour": jour,
            "fermetures": fermetures(caisses, jour),
            "creneaux": [un for un in lus if horloge.jour(un.demande.caisse.fuseau, un.debut) == jour],
        }
        for jour in jours
    ]


@require_safe
def semaine(request: HttpRequest) -> HttpResponse:
    """The rendez-vous of a week, day by day."""
    exiger(permissions.can_trier(request.user))
    filtres = SemaineForm(request.GET)
    filtres.is_valid()
    lundi = filtres.lundi()
    contexte = {
        "filtres": filtres,
        "en_erreur": bool(filtres.errors),
        "lundi": lundi,
        "jours": _jours(request.user, lundi),
        "avant": lundi - SEMAINE,
        "apres": lundi + SEMAINE,
    }
    return render(request, "signalements/semaine.html", contexte)
