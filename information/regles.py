"""Pure rules: when the support owes its answer."""

import datetime as dt

# The accessibility declaration promises an answer within a week.
JOURS_ACCESSIBILITE = 7
JOURS_OUVRES_SUPPORT = 2
GARDE_ASSISTANCE = dt.timedelta(days=365)
# A newcomer stays on the list of those to train for this long (I-03).
JOURS_NOUVEL_ARRIVANT = 90
# Requests without an account, of one network: a robot silences nobody else.
ANONYMES_PAR_HEURE = 20


def accessibilite_due(jour: dt.date) -> dt.date:
    """Return the last day to answer an obstacle told on `jour`."""
    return jour + dt.timedelta(days=JOURS_ACCESSIBILITE)
