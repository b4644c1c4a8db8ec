"""The profiles of the portal: who is who (docs/glossaire.md)."""

from django.db import models


class Profil(models.TextChoices):
    """What an account may be. One account has one profile (A-04)."""

    TECHNICIEN = "technicien", "Technicien"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    AGENT = "agent", "Agent"
    SUPERVISEUR = "superviseur", "Superviseur"
    DPO = "dpo", "Délégué à la protection des données"
    ADMINISTRATEUR = "administrateur", "Administrateur"
    NATIONAL = "national", "Administrateur national"
