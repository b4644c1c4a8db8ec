"""The app information."""

from importlib import import_module

from django.apps import AppConfig


class InformationConfig(AppConfig):
    """Information."""

    name = "information"
    verbose_name = "Information"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the lower apps and the home page reach through registries."""
        import_module("information.accueil")
        import_module("information.retention")
