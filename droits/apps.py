"""The app droits."""

from django.apps import AppConfig


class DroitsConfig(AppConfig):
    """Droits des personnes."""

    name = "droits"
    verbose_name = "Droits des personnes"
