"""The app conformite."""

from importlib import import_module

from django.apps import AppConfig


class ConformiteConfig(AppConfig):
    """Conformité."""

    name = "conformite"
    verbose_name = "Conformité"

    def ready(self) -> None:
        """Listen to the jobs."""
        import_module("conformite.executions")
