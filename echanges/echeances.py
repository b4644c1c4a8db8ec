"""What the job does with exchanges when nobody acts: remind, tell what is late, warn before the term (E-10, E-11).

Each deposit is one transaction on a locked row; what is due is selected by its dates, so a missed run catches up.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from conformite.journal import consigner
from conventions.models.conventions import JourDeLaCaisse, Participation
from echanges import calendrier, notifications
from echanges.actions.depots import Quoi, noter
from echanges.actions.recuperation import clore_les_trop_tard
from echanges.journal import Acte
from echanges.models.depots import Depot, DepotQuerySet
from echanges.models.flux import FluxConvenu, RetardDit
from echanges.regles import PREAVIS_JOURS, RAPPELS_JOURS
from socle import horloge
from socle.acteurs import MACHINE


def faire_ce_qui_est_du() -> dict[str, int]:
    """Do all that is due now; return how many of each."""
    return {
        "rappels": _pour_chacun(Depot.objects.non_lus().filter(rappels__lt=len(RAPPELS_JOURS)), _rappeler),
        "avertissements": _pour_chacun(_bientot_au_terme(), _avertir),
        "retards": _dire_les_retards(),
        "trop_tard": clore_les_trop_tard(),
    }


def _pour_chacun(dus: DepotQuerySet, faire: Callable[[Depot], bool]) -> int:
    """Lock each row that is still due and treat it, one transaction each."""
    faits = 0
    for cle in list(dus.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            depot = (
                dus.select_related("caisse", "participation__convention", "flux", "ouvert_par")
                .select_for_update(of=("self",), skip_locked=True)
                .filter(pk=cle)
                .first()
            )
            if depot is not None:
                faits += faire(depot)
    return faits


def _rappeler(depot: Depot) -> bool:
    """Nobody read it: the mailbox after three working days, the référents too after ten."""
    caisse = depot.caisse
    attendus = caisse.jours_ouvres_entre(horloge.jour(caisse.fuseau, depot.depose_le), caisse.jour)
    dus = sum(attendus >= seuil for seuil in RAPPELS_JOURS)
    if dus <= depot.rappels:
        return False
    Depot.objects.filter(pk=depot.pk).update(rappels=dus)
    notifications.non_lu(depot, attendus, referents=dus == len(RAPPELS_JOURS))
    noter(depot, Quoi.RAPPEL)
    consigner(Acte.DEPOT_RAPPELER, par=MACHINE, objet=depot, jours=attendus)
    return True


def _bientot_au_terme() -> DepotQuerySet:
    """Those that still hold something, and a threshold before the term that was not told yet."""
    seuil = Q()
    for jours in PREAVIS_JOURS:
        seuil |= Q(terme_le__lte=F("jour") + Value(jours), dernier_rappel__gt=jours)
    return (
        Depot.objects.deposes()
        .alias(
            jour=JourDeLaCaisse(),
            dernier_rappel=Coalesce("notice_jours", Value(999)),
        )
        .filter(seuil, terme_le__gte=F("jour"))
    )


def _avertir(depot: Depot) -> bool:
    restants = (depot.terme_le - depot.caisse.jour).days
    atteint = min(jours for jours in PREAVIS_JOURS if restants <= jours)
    Depot.objects.filter(pk=depot.pk).update(notice_jours=atteint)
    notifications.terme_proche(depot, restants)
    return True


def _dire_les_retards() -> int:
    """Tell each period that is late, once, while the convention opens the portal."""
    ouvertes = Participation.objects.ouvrant_le_portail().values("pk")
    avec = FluxConvenu.objects.ouverts().filter(participation__in=ouvertes).values("participation")
    dits = 0
    for part in (
        Participation.objects.filter(pk__in=avec).select_related("caisse", "convention").order_by("pk")
    ):
        for une in calendrier.en_retard(part, part.caisse.jour):
            with transaction.atomic():
                _, neuf = RetardDit.objects.get_or_create(
                    flux=une.flux, periode=une.periode, defaults={"dit_le": horloge.maintenant()}
                )
                if neuf:
                    notifications.en_retard(une.flux, une.periode)
                    dits += 1
    return dits
