"""The floor and the roof, as one installed app."""

from django.apps import AppConfig


class EspacePartenairesConfig(AppConfig):
    """Outgoing mails and the shift of the clock."""

    name = "espace_partenaires"
    verbose_name = "Espace Partenaires"
    default_auto_field = "django.db.models.BigAutoField"
