"""The mail box of the demonstration: what was sent, as it was sent, in files of its own.

The database forgets the secret of a mail in the transaction that marks it sent (E-09); a reader who plays both sides
finds it here, as he would in his own mail box. Never in production.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def _fichier(message_id: str) -> Path:
    return (
        settings.DOSSIER_FICHIERS.parent
        / "courriels"
        / f"{hashlib.sha256(message_id.encode()).hexdigest()}.json"
    )


def garder(message_id: str, corps: str) -> None:
    """Keep the body of a mail that left."""
    fichier = _fichier(message_id)
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_text(json.dumps({"corps": corps}), encoding="utf-8")


def relire(message_id: str) -> str | None:
    """Return the body of a mail that left, None when it is not there."""
    fichier = _fichier(message_id)
    return json.loads(fichier.read_text(encoding="utf-8"))["corps"] if fichier.exists() else None


class Boite(BaseEmailBackend):
    """Keep what is sent, send nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each message."""
        for message in email_messages:
            garder(message.extra_headers["Message-ID"], str(message.body))
        return len(email_messages)
