"""Tables of the floor of the domain: journal and its seals, runs of jobs, deletion ledger; and sealed objects.

Django finds them here; callers name the module.
"""

from conformite.models import ajout_seul, journal, objet_scelle, travaux

__all__ = ["ajout_seul", "journal", "objet_scelle", "travaux"]
