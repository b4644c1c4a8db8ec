"""The floor and the roof, as one installed app."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from espace_partenaires.controles import controler_le_deploiement


class EspacePartenairesConfig(AppConfig):
    """Outgoing mails and the shift of the clock."""

    name = "espace_partenaires"
    verbose_name = "Espace Partenaires"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deployment check."""
        register(controler_le_deploiement, Tags.security, deploy=True)
