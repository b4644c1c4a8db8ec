"""The secret of a mail: sealed for its addressee, opened only when the mail leaves (E-09)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from conformite.scellement import ouvrir_secret, sceller_secret
from socle import crochets
from socle.models import CourrielSortant

_USAGE = "courriel"


def sceller_pour(destinataire: str, secret: str) -> bytes:
    """Seal a secret that one mail will carry to `destinataire`."""
    return sceller_secret(secret.encode(), _USAGE, destinataire)


@crochets.secrets.inscrire("conformite")
def secret_de(courriel: Any) -> str:
    """Return what `sceller_pour` sealed for the addressee of this mail. Raise Illisible when it was moved."""
    return ouvrir_secret(bytes(courriel.secret_scelle), _USAGE, courriel.destinataire).decode()


@crochets.rescellement.inscrire("conformite")
def resceller(neuves: Callable[[], AbstractContextManager]) -> None:
    """Seal again the secrets of the mails that wait."""
    for courriel in CourrielSortant.objects.exclude(secret_scelle=None).order_by("pk"):
        secret = secret_de(courriel)
        with neuves():
            courriel.secret_scelle = sceller_pour(courriel.destinataire, secret)
        courriel.save(update_fields=["secret_scelle"])
