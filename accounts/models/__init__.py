"""The models of accounts, one module per noun.

Django finds them here; callers name the module.
"""

from accounts.models import acces, compte, contreseings, facteurs, habilitations, revues, sessions

__all__ = ["acces", "compte", "contreseings", "facteurs", "habilitations", "revues", "sessions"]
