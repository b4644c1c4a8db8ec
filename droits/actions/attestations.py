"""The attestation of destruction at the end of a partnership (R-05)."""

import datetime as dt

from django.db import transaction

from conformite.journal import consigner
from conventions.models.conventions import Participation
from droits.journal import Acte
from droits.models.attestations import AttestationDestruction
from socle import horloge
from socle.acteurs import Acteur
from socle.transitions import TropTard


class AttestationImpossible(TropTard):
    """The partnership is not over, or its destruction is attested already."""


@transaction.atomic
def attester(
    participation: Participation, *, par: Acteur, signataire: str, attestee_le: dt.date
) -> AttestationDestruction:
    """Write down the attestation of the structure, once, after the end. Raise AttestationImpossible."""
    verrouillee = Participation.objects.select_for_update().select_related("caisse").get(pk=participation.pk)
    if not peut_etre_attestee(verrouillee):
        raise AttestationImpossible
    attestation = AttestationDestruction.objects.create(
        participation=verrouillee,
        signataire=signataire,
        attestee_le=attestee_le,
        saisie_le=horloge.maintenant(),
        par=par.compte,
    )
    consigner(
        Acte.CERTIFICAT_ATTESTER,
        par=par.compte,
        objet=verrouillee,
    )
    return attestation


def peut_etre_attestee(participation: Participation) -> bool:
    """Whether the partnership is over in its caisse's zone, and nothing is attested yet (R-05)."""
    finie = participation.fin is not None and participation.fin <= participation.caisse.jour
    return finie and not AttestationDestruction.objects.filter(participation=participation).exists()
