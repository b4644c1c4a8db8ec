"""Tables of the floor of the domain: journal and its seals, runs of jobs, deletion ledger; and sealed objects.

Django finds them here; callers name the module.
"""

from conformite.models import journal, objet_scelle, travaux

__all__ = ["journal", "objet_scelle", "travaux"]
