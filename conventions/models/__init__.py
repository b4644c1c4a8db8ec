"""Structures and conventions, and what they open.

Django finds them here; callers name the module.
"""

from conventions.models import conventions, partenaires, vie

__all__ = ["conventions", "partenaires", "vie"]
