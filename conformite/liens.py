"""The secret of a mail: sealed for its addressee, opened only when the mail leaves (E-09)."""

from typing import Any

from conformite.scellement import ouvrir_secret, sceller_secret
from socle import crochets

_USAGE = "courriel"


def sceller_pour(destinataire: str, secret: str) -> bytes:
    """Seal a secret that one mail will carry to `destinataire`."""
    return sceller_secret(secret.encode(), _USAGE, destinataire)


@crochets.secrets.inscrire("conformite")
def secret_de(courriel: Any) -> str:
    """Return what `sceller_pour` sealed for the addressee of this mail. Raise Illisible when it was moved."""
    return ouvrir_secret(bytes(courriel.secret_scelle), _USAGE, courriel.destinataire).decode()
