"""The app fichiers."""

from importlib import import_module

from django.apps import AppConfig


class FichiersConfig(AppConfig):
    """Fichiers."""

    name = "fichiers"
    verbose_name = "Fichiers"

    def ready(self) -> None:
        """Register the checks of the deployment."""
        import_module("fichiers.verifications")
