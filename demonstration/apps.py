"""The demonstration, installed with DEMO, or with REPETITION for measures and rehearsals."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Demonstration data and pages, filler of volumes, gallery."""

    name = "demonstration"
    verbose_name = "Démonstration"
