"""Structures and conventions, and what they open.

Django finds them here; callers name the module.
"""

from conventions.models import conventions, partenaires, suites

__all__ = ["conventions", "partenaires", "suites"]
