"""The week of the caisse: its closed days, the slots proposed and agreed, by reference alone (D-13)."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actions.comptes import fuseau
from accounts.models.compte import Compte
from caisses.models import Caisse
from caisses.regles import jours_feries
from conformite.journal import consigner_lecture
from signalements import permissions
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.rendez_vous import RendezVous
from socle import horloge
from socle.champs import Jour
from socle.listes import FiltresDeListe
from socle.roles import exiger

JOUR, SEMAINE = dt.timedelta(days=1), dt.timedelta(days=7)


class SemaineForm(FiltresDeListe):
    """Which week: that of a day."""

    dits_par_le_titre = ("du",)

    du = Jour(label="Semaine du", required=False)


def _fermetures(caisses: list[Caisse], jour: dt.date) -> list[str]:
    """Return why each of these caisses is closed on that day; those that are open left out."""
    raisons = [
        (caisse.nom, jours_feries(caisse.departement, jour.year).get(jour) or chomes.get(jour))
        for caisse in caisses
        for chomes in [{un.jour: un.libelle for un in caisse.chomes.all()}]
    ]
    return [raison if len(caisses) == 1 else f"{nom} : {raison}" for nom, raison in raisons if raison]


def _jours(compte: Compte, lundi: dt.date) -> list[tuple[dt.date, list[str], list[RendezVous]]]:
    """Return the days of a week, each with its closings and its slots, in the time of their caisse."""
    debut = timezone.make_aware(dt.datetime.combine(lundi, dt.time()))
    poses = RendezVous.objects.filter(
        demande__in=Demande.objects.visibles_par(compte),
        statut__in=(RendezVous.Statut.PROPOSE, RendezVous.Statut.ACCEPTE),
        debut__range=(debut - JOUR, debut + SEMAINE),
    )
    lus = [
        (horloge.jour(un.demande.caisse.fuseau, un.debut), un)
        for un in poses.select_related("demande__caisse", "demande__agent")
    ]
    caisses = list(compte.caisses.prefetch_related("chomes").order_by("nom"))
    return [
        (jour, _fermetures(caisses, jour), [un for le, un in lus if le == jour])
        for jour in (lundi + rang * JOUR for rang in range(5))
    ]


@require_safe
def semaine(request: HttpRequest) -> HttpResponse:
    """The rendez-vous of a week, day by day."""
    exiger(permissions.can_trier(request.user))
    jour = horloge.jour(fuseau(request.user))
    filtres = SemaineForm(request.GET if request.GET.get("du") else {"du": jour.isoformat()})
    filtres.is_valid()
    jour = filtres.choix("du") or jour
    lundi = jour - jour.weekday() * JOUR
    jours = _jours(request.user, lundi)
    lues = {un.demande_id: un.demande for _, _, poses in jours for un in poses}
    consigner_lecture(Acte.DEMANDE_LIRE_TRI, lues.values(), par=request.user)
    contexte = {"filtres": filtres, "lundi": lundi, "jours": jours}
    contexte |= {"avant": lundi - SEMAINE, "apres": lundi + SEMAINE, "en_erreur": bool(filtres.errors)}
    return render(request, "signalements/semaine.html", contexte)
