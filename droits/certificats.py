"""Certificates (R-05): what the portal destroyed for a partnership, from the deletion ledger."""

import datetime as dt
from collections import Counter

from django.db.models import Max, QuerySet

from accounts.models.compte import Compte
from conformite.models.travaux import LotDetruit
from conventions.models.conventions import Participation
from droits.models.attestations import AttestationDestruction
from echanges.models.depots import Depot
from signalements.models.demandes import Demande
from socle import horloge
from socle.roles import Droit, peut


def participations_de(compte: Compte) -> QuerySet[Participation]:
    """Return the partnerships of the account's caisses, or of its structure."""
    toutes = Participation.objects.select_related("convention", "caisse", "partenaire").order_by(
        "partenaire__nom", "caisse__nom", "pk"
    )
    return toutes.liant(compte) if peut(compte, Droit.CERTIFICATS) else toutes.none()


def certificat(participation: Participation) -> dict[str, object]:
    """Return what the certificate says, of demandes and of exchanged files: destroyed by month, still kept, until when."""
    siens = {"caisse": participation.caisse_id, "partenaire": participation.partenaire_id}
    return {
        "participation": participation,
        "attestation": AttestationDestruction.objects.filter(participation=participation).first(),
        "le": horloge.maintenant(),
        "fuseau": participation.caisse.fuseau,
        **_bilan(participation, Demande.objects.filter(**siens)),
        "depots": _bilan(participation, Depot.objects.filter(**siens)),
    }


def _bilan(participation: Participation, restants: QuerySet) -> dict[str, object]:
    """Return what the ledger says of the objects of a kind, and what is left of them."""
    par_mois: Counter[dt.date] = Counter()
    cle = f"{participation.caisse_id}:{participation.partenaire_id}"
    lots = LotDetruit.objects.filter(modele=restants.model._meta.label_lower, repartition__has_key=cle)
    for detruit_le, repartition in lots.order_by("pk").values_list("detruit_le", "repartition"):
        par_mois[horloge.jour(participation.caisse.fuseau, detruit_le).replace(day=1)] += repartition[cle]
    return {
        "par_mois": sorted(par_mois.items()),
        "detruites": sum(par_mois.values()),
        "restantes": restants.count(),
        "dernier_terme": restants.aggregate(Max("terme_le"))["terme_le__max"],
    }
