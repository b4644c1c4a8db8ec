"""The weekly letter: what the caisses published since the last one, to those who asked for it (I-01)."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from conformite.journal import consigner
from information.journal import Acte
from information.models import Abonnement, Publication
from socle import horloge
from socle.courriels import deposer_courriel

SEMAINE = dt.timedelta(days=7)


def envoyer() -> int:
    """Write one letter to each subscriber whose week is over and who has news; return how many."""
    maintenant = horloge.maintenant()
    envoyees = 0
    for pk in Abonnement.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            abonnement = (
                Abonnement.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("compte")
                .filter(Q(lettre_le=None) | Q(lettre_le__lte=maintenant - SEMAINE), pk=pk)
                .first()
            )
            if abonnement is not None:
                envoyees += _ecrire(abonnement, maintenant)
    return envoyees


def _ecrire(abonnement: Abonnement, maintenant: dt.datetime) -> int:
    """Write the letter of a locked subscription; zero when nothing is new or nobody may read it."""
    compte = abonnement.compte
    depuis = abonnement.lettre_le or abonnement.depuis
    nouvelles = list(
        Publication.objects.visibles_par(compte)
        .filter(publiee_le__gt=depuis, retiree_le=None)
        .select_related("caisse")
        .order_by("publiee_le", "pk")
    )
    if not nouvelles or compte.statut != compte.Statut.ACTIF or not compte.email:
        return 0
    deposer_courriel(
        compte.email, "information/lettre", {"nouvelles": nouvelles, "chemin": reverse("informations")}
    )
    abonnement.lettre_le = maintenant
    abonnement.save(update_fields=["lettre_le"])
    consigner(Acte.LETTRE_ENVOYER, objet=abonnement, nombre=len(nouvelles))
    return 1
