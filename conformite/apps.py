"""The app conformite."""

from django.apps import AppConfig


class ConformiteConfig(AppConfig):
    """Conformité."""

    name = "conformite"
    verbose_name = "Conformité"
    default_auto_field = "django.db.models.BigAutoField"
