"""The app signalements."""

from importlib import import_module

from django.apps import AppConfig


class SignalementsConfig(AppConfig):
    """Demandes."""

    name = "signalements"
    verbose_name = "Demandes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the lower apps and the home page reach through registries."""
        import_module("signalements.accueil")
        import_module("signalements.bilan")
        import_module("signalements.departs")
        import_module("signalements.effets")
        import_module("signalements.retention")
