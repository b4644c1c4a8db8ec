"""Checks of the deployment: an antivirus there is, and what it writes in clear stays in memory."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from fichiers import clamd


@register(Tags.security, deploy=True)
def antivirus(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Refuse a portal without antivirus; recall where clamd writes, which only its own machine knows."""
    if not clamd.configure():
        return [
            Error(
                "Aucun antivirus : CLAMD_URL est vide, les fichiers resteraient en analyse.",
                hint="Donnez l’adresse de clamd, par exemple tcp://clamav:3310.",
                id="fichiers.E001",
            )
        ]
    if not settings.CLAMD_TEMPORAIRE_EN_MEMOIRE:
        return [
            Warning(
                "clamd écrit les fichiers en clair dans son dossier temporaire (TemporaryDirectory).",
                hint="Placez ce dossier sur un système de fichiers en mémoire (tmpfs), puis déclarez-le : "
                "CLAMD_TEMPORAIRE_EN_MEMOIRE=1.",
                id="fichiers.W001",
            )
        ]
    return []
