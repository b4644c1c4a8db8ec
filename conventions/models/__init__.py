"""Structures and conventions, and what they open.

Django finds them here; callers name the module.
"""

from conventions.models import clauses, conventions, importations, partenaires, suites

__all__ = ["clauses", "conventions", "importations", "partenaires", "suites"]
