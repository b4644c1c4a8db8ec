"""The floor, as an installed app: its tables keep the first name of the project."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    """Outgoing mails, planned maintenance and the shift of the clock."""

    name = "socle"
    label = "espace_partenaires"
    verbose_name = "Espace Partenaires"
