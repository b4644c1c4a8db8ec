"""The app conventions."""

from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """Conventions."""

    name = "conventions"
    verbose_name = "Conventions"
