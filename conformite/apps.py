"""The app conformite."""

from importlib import import_module

from django.apps import AppConfig


class ConformiteConfig(AppConfig):
    """Conformité."""

    name = "conformite"
    verbose_name = "Conformité"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the retention of the floor; listen to the jobs."""
        import_module("conformite.retention_socle")
        import_module("conformite.traitements")
