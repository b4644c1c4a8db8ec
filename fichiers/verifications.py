"""Checks of the deployment: an antivirus, whose clear writings stay in memory; an object store that is safe to use."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from fichiers import clamd

LOCAUX = ("localhost", "127.0.0.1", "::1")


@register(Tags.security, deploy=True)
def antivirus(app_configs: object, **_: object) -> list[CheckMessage]:
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


@register(Tags.security, deploy=True)
def lecteur_a_part(app_configs: object, **_: object) -> list[CheckMessage]:
    """Recall that files are better read by another user than the one who has the keys."""
    if settings.LECTEUR:
        return []
    return [
        Warning(
            "Les fichiers reçus sont lus sous le compte du portail, dans une cage.",
            hint="Lancez fichiers/lecteur.py sous un autre compte, sans réseau, et nommez sa prise : LECTEUR=….",
            id="fichiers.W002",
        )
    ]


@register(Tags.security, deploy=True)
def stockage_objet(app_configs: object, **_: object) -> list[CheckMessage]:
    """Refuse an object store that is not wholly named, or spoken to in clear."""
    if not settings.FICHIERS_URL:
        return []
    lue = urlsplit(settings.FICHIERS_URL)
    if lue.scheme not in ("s3+https", "s3+http") or not all(
        (lue.hostname, lue.path.strip("/"), lue.username, lue.password)
    ):
        return [
            Error(
                "FICHIERS_URL est incomplète : les fichiers ne seraient pas rangés.",
                hint="s3+https://clé:secret@hôte/seau?region=…",
                id="fichiers.E002",
            )
        ]
    if lue.scheme == "s3+http" and lue.hostname not in LOCAUX:
        return [
            Error("FICHIERS_URL : le dépôt est joint sans TLS, sa clé passe en clair.", id="fichiers.E003")
        ]
    return []
