"""The app signalements."""

from django.apps import AppConfig


class SignalementsConfig(AppConfig):
    """Demandes."""

    name = "signalements"
    verbose_name = "Demandes"
