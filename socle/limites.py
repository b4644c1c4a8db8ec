"""How often a door may be passed within the hour: what anonymous people post, guesses of a code.

Counted by network, by target and by account, each with its own limit: a whole caisse may sit behind one address, and a
robot at another one silences nobody. A refusal is a sentence, the same whether the target exists or not.
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from socle import horloge
from socle.models import Passage

FENETRE = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Porte:
    """A guarded door: its name, what a refusal says, how many passages within the hour (0: not counted)."""

    nom: str
    refus: str
    reseau: int = 0
    cible: int = 0
    compte: int = 0


def reseau(adresse: str) -> str:
    """Return the network of a client, written as an address: one subscriber has a whole /64 of IPv6."""
    lue = ipaddress.ip_address(adresse or "127.0.0.1")
    if lue.version == 6:
        return str(ipaddress.IPv6Network((lue, 64), strict=False).network_address)
    return str(lue)


def verifier(porte: Porte, **de: str | int) -> None:
    """Raise ValidationError when the door was passed too often. `de`: reseau (an address), cible, compte."""
    depuis = horloge.temps_reel() - FENETRE
    for par, cle in _cles(porte, **de).items():
        if Passage.objects.filter(cle=cle, quand__gt=depuis).count() >= getattr(porte, par):
            raise ValidationError(porte.refus, code="limite")


def compter(porte: Porte, **de: str | int) -> None:
    """Count one passage."""
    quand = horloge.temps_reel()
    Passage.objects.bulk_create(Passage(cle=cle, quand=quand) for cle in _cles(porte, **de).values())


@transaction.atomic
def laisser_passer(porte: Porte, **de: str | int) -> None:
    """Count one passage; raise ValidationError, and count nothing, when there were too many. Those at once wait in turn."""
    with connection.cursor() as curseur:
        verrous = "SELECT pg_advisory_xact_lock(hashtextextended(cle, 0)) FROM unnest(%s::text[]) AS cle"
        curseur.execute(verrous, [sorted(_cles(porte, **de).values())])
    verifier(porte, **de)
    compter(porte, **de)


def _cles(porte: Porte, **de: str | int) -> dict[str, str]:
    if "reseau" in de:
        de["reseau"] = reseau(str(de["reseau"]))
    return {
        par: salted_hmac("socle.limites", f"{porte.nom}|{par}|{valeur}", algorithm="sha256").hexdigest()[:32]
        for par, valeur in de.items()
        if getattr(porte, par) and valeur
    }
