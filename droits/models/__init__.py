"""Violations, requests of persons, attestations of destruction, and alerts already sent."""

from droits.models.alertes import Alerte
from droits.models.attestations import AttestationDestruction
from droits.models.demandes import DemandeDroits
from droits.models.violations import EtapeViolation, Violation

__all__ = ["Alerte", "AttestationDestruction", "DemandeDroits", "EtapeViolation", "Violation"]
