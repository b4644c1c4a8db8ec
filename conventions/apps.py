"""The app conventions."""

from importlib import import_module

from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """Conventions."""

    name = "conventions"
    verbose_name = "Conventions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the lower apps and the home page reach through registries."""
        for nom in ("accueil", "parcours", "retention"):
            import_module(f"conventions.{nom}")
