"""What nobody asked for and someone must know: a job that is late, a purge that waits, a clock that ends (R-02), a month that runs (R-03)."""

from collections.abc import Callable
from functools import partial

from django.db import IntegrityError, transaction

from conformite.executions import en_retard, reussie
from conformite.models.travaux import FreinPurge
from conformite.prolongation import prolonger
from droits import coherence, notifications
from droits.calendrier import categorie
from droits.models.alertes import Alerte
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from droits.regles import alerte_atteinte
from socle import horloge


def surveiller() -> dict[str, int]:
    """Open and close the alerts, write once for each; remind of the requests that wait. Return the counts."""
    dues: dict[str, Callable[[], None]] = {}
    for etat in en_retard():
        dues[f"execution:{etat.nom}"] = partial(notifications.execution_en_retard, etat.nom)
    for frein in FreinPurge.objects.ouverts().filter(libere_le=None):
        dues[f"frein:{frein.pk}"] = partial(notifications.frein_de_la_purge, categorie(frein.modele))
    for nature, nombre in incoherences().items():
        dues[f"incoherence:{nature}"] = partial(notifications.incoherence, coherence.LIBELLES[nature], nombre)
    maintenant = horloge.maintenant()
    for violation in Violation.objects.ouvertes().select_related("caisse"):
        for delai in violation.horloges():
            if rappel := delai.rappel(maintenant):
                dues[f"violation:{violation.reference}:{delai.libelle}:{rappel}"] = partial(
                    notifications.violation_a_traiter, violation, delai, depasse=rappel == "depasse"
                )
    ouvertes = sum(_ouvrir(cle, prevenir) for cle, prevenir in dues.items())
    closes = Alerte.objects.filter(close_le=None).exclude(cle__in=dues).update(close_le=maintenant)
    prolongees = sum(
        prolonger(modele.objects.all(), lambda une: une.fin) for modele in (DemandeDroits, Violation)
    )
    return {
        "alertes": ouvertes,
        "alertes closes": closes,
        "rappels": _rappeler_les_droits(),
        "prolongees": prolongees,
    }


def incoherences() -> dict[str, int]:
    """Return what the last daily audit found, by kind (`coherence`); empty when all is well."""
    derniere = reussie(coherence.TACHE)
    return {} if derniere is None else derniere.compteurs


def _ouvrir(cle: str, prevenir: Callable[[], None]) -> int:
    """Open one alert and write; nothing when it is open already, here or on another machine."""
    if Alerte.objects.filter(cle=cle, close_le=None).exists():
        return 0
    try:
        with transaction.atomic():
            Alerte.objects.create(cle=cle, ouverte_le=horloge.maintenant())
            prevenir()
    except IntegrityError:
        return 0
    return 1


def _rappeler_les_droits() -> int:
    """R-03: once at 15, 25 and 28 days."""
    rappels = 0
    for cle in list(DemandeDroits.objects.ouvertes().values_list("pk", flat=True)):
        with transaction.atomic():
            demande = (
                DemandeDroits.objects.ouvertes()
                .select_related("caisse")
                .select_for_update(of=("self",), skip_locked=True)
                .filter(pk=cle)
                .first()
            )
            if demande is None:
                continue
            seuil = alerte_atteinte(demande.recue_le, horloge.jour(demande.caisse.fuseau))
            if seuil > demande.alerte_jours:
                demande.alerte_jours = seuil
                demande.save(update_fields=["alerte_jours"])
                notifications.droits_a_repondre(demande)
                rappels += 1
    return rappels
