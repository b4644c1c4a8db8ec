"""The app information."""

from django.apps import AppConfig


class InformationConfig(AppConfig):
    """Information."""

    name = "information"
    verbose_name = "Information"
