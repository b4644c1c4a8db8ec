"""The app fichiers."""

from importlib import import_module

from django.apps import AppConfig


class FichiersConfig(AppConfig):
    """Fichiers."""

    name = "fichiers"
    verbose_name = "Fichiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the retention; register the checks of the deployment."""
        import_module("fichiers.retention")
        import_module("fichiers.verifications")
