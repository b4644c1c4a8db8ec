"""The app accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Comptes."""

    name = "accounts"
    verbose_name = "Comptes"
    default_auto_field = "django.db.models.BigAutoField"
