"""The app droits."""

from importlib import import_module

from django.apps import AppConfig


class DroitsConfig(AppConfig):
    """Droits des personnes."""

    name = "droits"
    verbose_name = "Droits des personnes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register retention and the cards of the home page."""
        import_module("droits.accueil")
        import_module("droits.retention")
