"""Outgoing mails: a row in the transaction of the act, then claimed alone, sent, marked.

At least once. A mail never holds personal data of an assuré: reference and link only (D-14).
"""

import datetime as dt
from smtplib import SMTPRecipientsRefused
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from espace_partenaires import horloge
from espace_partenaires.apres_commit import apres_commit
from espace_partenaires.models import CourrielSortant

log = structlog.get_logger(__name__)

# A refused address is given up after this many tries; a server that is down is waited for.
ESSAIS_REFUS = 5


def deposer_courriel(destinataire: str, gabarit: str, contexte: dict[str, Any]) -> CourrielSortant:
    """Write one mail row from `templates/courriels/<gabarit>.txt`.

    The first line of the template is the subject; the rest, after a blank line, is the body.
    The context holds references and links, never a person's data (D-14). To call inside the act's transaction.
    """
    rendu = render_to_string(
        f"courriels/{gabarit}.txt", {"adresse_du_portail": settings.ADRESSE_DU_PORTAIL} | contexte
    )
    sujet, _, corps = rendu.strip().partition("\n")
    courriel = CourrielSortant.objects.create(
        message_id=CourrielSortant.nouveau_message_id(),
        destinataire=destinataire,
        gabarit=gabarit,
        sujet=" ".join(sujet.split()),
        corps=corps.strip() + "\n",
        cree_le=horloge.maintenant(),
    )
    apres_commit(envoyer_courriels)
    return courriel


@shared_task(name="courriels.envoyer")
def envoyer_courriels() -> dict[str, int]:
    """Send what waits, one row at a time; return the counts. Safe beside any number of twins."""
    envoyes = essayes = 0
    while (courriel := _reclamer()) is not None:
        essayes += 1
        envoyes += _envoyer(courriel)
    return {"envoyes": envoyes, "reportes": essayes - envoyes}


def _reclamer() -> CourrielSortant | None:
    """Claim one mail by a lease: a worker killed with it in hand loses it when the lease ends."""
    maintenant = horloge.temps_reel()
    with transaction.atomic():
        courriel = (
            CourrielSortant.objects.a_envoyer(maintenant)
            .select_for_update(skip_locked=True)
            .order_by("id")
            .first()
        )
        if courriel is None:
            return None
        courriel.reclame_jusqu_a = maintenant + dt.timedelta(seconds=settings.COURRIEL_BAIL_SECONDES)
        courriel.essais += 1
        courriel.save(update_fields=["reclame_jusqu_a", "essais"])
    return courriel


def _envoyer(courriel: CourrielSortant) -> int:
    try:
        EmailMessage(
            subject=courriel.sujet,
            body=courriel.corps,
            to=[courriel.destinataire],
            headers={"Message-ID": courriel.message_id, "Auto-Submitted": "auto-generated"},
        ).send()
    except Exception as erreur:
        # Whatever the server said, the row stays; the next run tries again after a growing pause.
        _reporter(courriel, erreur)
        return 0
    CourrielSortant.objects.filter(pk=courriel.pk).update(
        envoye_le=horloge.maintenant(), reclame_jusqu_a=None, derniere_erreur=""
    )
    return 1


def _reporter(courriel: CourrielSortant, erreur: Exception) -> None:
    log.warning(
        "courriel_non_parti", courriel=courriel.pk, erreur=type(erreur).__name__, essais=courriel.essais
    )
    refuse = isinstance(erreur, SMTPRecipientsRefused) and courriel.essais >= ESSAIS_REFUS
    pause = dt.timedelta(seconds=min(15 * 2 ** min(courriel.essais, 8), 900))
    CourrielSortant.objects.filter(pk=courriel.pk).update(
        derniere_erreur=type(erreur).__name__,
        reclame_jusqu_a=None,
        pas_avant=horloge.temps_reel() + pause,
        abandonne_le=horloge.maintenant() if refuse else None,
    )
