"""Certificates (R-05): what the portal destroyed for a partnership, from the deletion ledger."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models.compte import Compte
from conformite.models.travaux import LotDetruit
from conventions.models.conventions import Participation
from droits.models.attestations import AttestationDestruction
from signalements.models.demandes import Demande
from socle import horloge
from socle.roles import Droit, peut

_DEMANDES = "signalements.demande"


def participations_de(compte: Compte) -> QuerySet[Participation]:
    """Return the partnerships of the account's caisses, or of its structure."""
    toutes = Participation.objects.select_related("convention", "caisse", "partenaire").order_by(
        "partenaire__nom", "caisse__nom", "pk"
    )
    return toutes.liant(compte) if peut(compte, Droit.CERTIFICATS) else toutes.none()


def certificat(participation: Participation) -> dict[str, Any]:
    """Return what the certificate says: destroyed by month, still kept, and until when."""
    par_mois: Counter[dt.date] = Counter()
    cle = f"{participation.caisse_id}:{participation.partenaire_id}"
    fuseau = participation.caisse.fuseau
    lots = LotDetruit.objects.filter(modele=_DEMANDES, repartition__has_key=cle).order_by("pk")
    for detruit_le, repartition in lots.values_list("detruit_le", "repartition"):
        par_mois[horloge.jour(fuseau, detruit_le).replace(day=1)] += repartition[cle]
    restantes = Demande.objects.filter(caisse=participation.caisse_id, partenaire=participation.partenaire_id)
    return {
        "participation": participation,
        "attestation": AttestationDestruction.objects.filter(participation=participation).first(),
        "le": horloge.maintenant(),
        "fuseau": fuseau,
        "par_mois": sorted(par_mois.items()),
        "detruites": sum(par_mois.values()),
        "restantes": restantes.count(),
        "dernier_terme": restantes.aggregate(Max("terme_le"))["terme_le__max"],
    }
