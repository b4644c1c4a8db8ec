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


PROFILS_PARTENAIRE = frozenset({Profil.TECHNICIEN, Profil.GESTIONNAIRE})
PROFILS_CAISSE = frozenset({Profil.AGENT, Profil.SUPERVISEUR, Profil.DPO, Profil.ADMINISTRATEUR})
PROFILS_TRAITANTS = frozenset({Profil.AGENT, Profil.SUPERVISEUR})
