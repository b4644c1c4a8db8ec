"""The app fichiers."""

from django.apps import AppConfig


class FichiersConfig(AppConfig):
    """Fichiers."""

    name = "fichiers"
    verbose_name = "Fichiers"
    default_auto_field = "django.db.models.BigAutoField"
