"""The app accounts."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Comptes."""

    name = "accounts"
    verbose_name = "Comptes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the lower apps and the home page reach through registries."""
        for nom in ("accueil", "bilan", "effets", "parcours", "retention"):
            import_module(f"accounts.{nom}")
