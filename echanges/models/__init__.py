"""Engagements, authorisations and mailboxes, the flows of a convention, the deposits and what remains of them.

Django finds them here; callers name the module.
"""

from echanges.models import acces, depots, engagements, flux, inscriptions, rapprochements, recuperation

__all__ = ["acces", "depots", "engagements", "flux", "inscriptions", "rapprochements", "recuperation"]
