"""Outgoing mails: a row in the transaction of the act, then claimed alone, sent, marked.

At least once. A personal link is made again when the mail leaves: the row keeps its number. A mail never holds personal data of an assuré: reference and link only (D-14).
"""

import datetime as dt
from collections.abc import Iterable
from smtplib import SMTPRecipientsRefused
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import get_template, render_to_string

from socle import crochets, horloge
from socle.apres_commit import apres_commit
from socle.models import REFUS, CourrielSortant
from socle.texte import espaces_francaises

log = structlog.get_logger(__name__)

# A refused address is given up after this many tries; a server that is down is waited for.
ESSAIS_REFUS = 5
# What stands in the body of a row for the personal link of the message.
LIEN = "[votre lien personnel]"
# What stands there for a secret, that the row holds sealed until it leaves.
SECRET = "[mot de passe]"  # noqa: S105 (the place of one, not one)


def deposer_courriel(
    destinataire: str,
    gabarit: str,
    contexte: dict[str, Any],
    *,
    regrouper: bool = False,
    lu: bool = False,
    au_portail: bool = False,
) -> CourrielSortant:
    """Write one mail row from `templates/courriels/<gabarit>.txt`.

    The first line of the template is the subject; the rest, after a blank line, is the body.
    The context holds references and links, never a person's data (D-14). To call inside the act's transaction.
    `lien_personnel` in it: the number of a link that opens something, whose template writes `lien`.
    `secret_scelle`: a secret sealed for this addressee, whose template writes `secret`; no row holds it once it left.
    `regrouper`: it may wait a few minutes, and leave with the others of the same person as one message.
    `lu`: it tells its reader what he did himself, and counts as read in the portal.
    `au_portail`: its reader wants no mail of it: it is a notification, delivered at once.
    """
    options = {"regrouper": regrouper, "lu": lu, "au_portail": au_portail}
    [courriel] = deposer_courriels([(destinataire, contexte)], gabarit, **options)
    return courriel


def deposer_courriels(
    envois: Iterable[tuple[str, dict[str, Any]]],
    gabarit: str,
    *,
    regrouper: bool = False,
    lu: bool = False,
    au_portail: bool = False,
) -> list[CourrielSortant]:
    """Write the same mail to several persons at once, each with its context (see `deposer_courriel`)."""
    attente = settings.COURRIEL_REGROUPER_SECONDES if regrouper and not au_portail else 0
    modele = get_template(f"courriels/{gabarit}.txt")
    commun = {"adresse_du_portail": settings.ADRESSE_DU_PORTAIL, "lien": LIEN, "secret": SECRET}
    courriels = []
    for destinataire, contexte in envois:
        sujet, _, corps = espaces_francaises(modele.render(commun | contexte)).strip().partition("\n")
        courriels.append(
            CourrielSortant(
                message_id=CourrielSortant.nouveau_message_id(),
                destinataire=destinataire,
                gabarit=gabarit,
                sujet=" ".join(sujet.split()),
                corps=corps.strip() + "\n",
                cree_le=horloge.maintenant(),
                lien_personnel=contexte.get("lien_personnel"),
                secret_scelle=contexte.get("secret_scelle"),
                chemin=contexte.get("chemin", ""),
                lu_le=horloge.maintenant() if lu else None,
                au_portail=au_portail,
                envoye_le=horloge.maintenant() if au_portail else None,
                regroupable=attente > 0,
                pas_avant=horloge.temps_reel() + dt.timedelta(seconds=attente) if attente else None,
            )
        )
    CourrielSortant.objects.bulk_create(courriels)
    if courriels:
        apres_commit(envoyer_courriels)
    return courriels


@shared_task(name="courriels.envoyer")
def envoyer_courriels() -> dict[str, int]:
    """Send what waits, one row at a time; return the counts. Safe beside any number of twins."""
    envoyes = essayes = 0
    while lot := _reclamer():
        essayes += len(lot)
        envoyes += _envoyer(lot)
    return {"envoyes": envoyes, "reportes": essayes - envoyes}


def _reclamer() -> list[CourrielSortant]:
    """Claim one mail, with those that may leave with it, by a lease that ends if the worker is killed."""
    maintenant = horloge.temps_reel()
    with transaction.atomic():
        libres = CourrielSortant.objects.select_for_update(skip_locked=True).order_by("id")
        premier = libres.a_envoyer(maintenant).first()
        if premier is None:
            return []
        lot = [premier]
        if premier.regroupable:
            suite = libres.en_attente(maintenant).filter(regroupable=True, destinataire=premier.destinataire)
            lot += suite.exclude(pk=premier.pk)
        for courriel in lot:
            courriel.reclame_jusqu_a = maintenant + dt.timedelta(seconds=settings.COURRIEL_BAIL_SECONDES)
            courriel.essais += 1
            courriel.save(update_fields=["reclame_jusqu_a", "essais"])
    return lot


def corps_complet(courriel: CourrielSortant) -> str:
    """Return the body as its addressee reads it, with the address of the personal link, or its secret."""
    if courriel.secret_scelle is not None:
        [secret_de] = crochets.secrets.values()
        return courriel.corps.replace(SECRET, secret_de(courriel))
    if courriel.lien_personnel is None:
        return courriel.corps
    [adresse] = [adresse_de(courriel.lien_personnel) for adresse_de in crochets.liens.values()]
    return courriel.corps.replace(LIEN, adresse)


def _envoyer(lot: list[CourrielSortant]) -> int:
    """Send the mails of `lot`, all of one person, as one message; return how many left."""
    premier = lot[0]
    try:
        sujet, corps = (premier.sujet, corps_complet(premier)) if len(lot) == 1 else _regrouper(lot)
        EmailMessage(
            subject=sujet,
            body=corps,
            to=[premier.destinataire],
            headers={"Message-ID": premier.message_id, "Auto-Submitted": "auto-generated"},
        ).send()
    except Exception as erreur:
        # Whatever the server said, the rows stay; the next run tries again after a growing pause.
        for courriel in lot:
            _reporter(courriel, erreur)
        return 0
    CourrielSortant.objects.filter(pk__in=[courriel.pk for courriel in lot]).update(
        envoye_le=horloge.maintenant(), reclame_jusqu_a=None, derniere_erreur="", secret_scelle=None
    )
    return len(lot)


def _regrouper(lot: list[CourrielSortant]) -> tuple[str, str]:
    """Return the subject and the body of one message that tells several: each subject, and its link."""
    nouvelles = [
        (courriel.sujet, f"{settings.ADRESSE_DU_PORTAIL}{courriel.chemin}")
        for courriel in sorted(lot, key=lambda un: un.pk)
    ]
    corps = render_to_string("courriels/regroupes.txt", {"nouvelles": nouvelles})
    return f"{len(lot)} nouvelles de vos demandes", corps.strip() + "\n"


def _reporter(courriel: CourrielSortant, erreur: Exception) -> None:
    log.warning(
        "courriel_non_parti", courriel=courriel.pk, erreur=type(erreur).__name__, essais=courriel.essais
    )
    dite = type(erreur).__name__
    if isinstance(erreur, SMTPRecipientsRefused):
        codes = [str(code) for code, _ in erreur.recipients.values()]
        dite = " ".join([REFUS, *codes])
    refuse = isinstance(erreur, SMTPRecipientsRefused) and courriel.essais >= ESSAIS_REFUS
    pause = dt.timedelta(seconds=min(15 * 2 ** min(courriel.essais, 8), 900))
    etat: dict[str, Any] = {"abandonne_le": horloge.maintenant(), "secret_scelle": None} if refuse else {}
    CourrielSortant.objects.filter(pk=courriel.pk).update(
        derniere_erreur=dite[:80],
        reclame_jusqu_a=None,
        pas_avant=horloge.temps_reel() + pause,
        **etat,
    )
    if refuse:
        for prevenir in crochets.adresse_refusee.values():
            prevenir(courriel.destinataire)
