"""The app caisses."""

from django.apps import AppConfig


class CaissesConfig(AppConfig):
    """Caisses."""

    name = "caisses"
    verbose_name = "Caisses"
