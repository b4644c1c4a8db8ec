"""Violations, requests of persons, attestations of destruction, and alerts already sent.

Django finds them here; callers name the module.
"""

from droits.models import alertes, attestations, demandes, violations

__all__ = ["alertes", "attestations", "demandes", "violations"]
