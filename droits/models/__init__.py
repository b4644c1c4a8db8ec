"""Violations, requests of persons, and alerts already sent."""

from droits.models.alertes import Alerte
from droits.models.demandes import DemandeDroits
from droits.models.violations import EtapeViolation, Violation

__all__ = ["Alerte", "DemandeDroits", "EtapeViolation", "Violation"]
