"""The app echanges."""

from django.apps import AppConfig


class EchangesConfig(AppConfig):
    """Secure exchange of files."""

    name = "echanges"
    verbose_name = "Échanges de fichiers"
