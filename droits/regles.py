"""Pure rules of data protection: references, clocks of a violation (R-02, T-05), month of an answer (R-03)."""

import datetime as dt
from dataclasses import dataclass

from conformite.jours import plus_mois
from socle.transitions import TropTard

# The authority is told within 72 hours of the knowledge, whatever the convention.
HEURES_AUTORITE = 72
HEURES_CONVENTION = 48
# Someone is written to when a clock that still runs has this many hours left: a working day, half of a shorter delay.
HEURES_PREAVIS = 24
# The answer to a person is due within one month; alerts before it, in days since the reception.
MOIS_REPONSE = 1
JOURS_ALERTES = (15, 25, 28)


@dataclass(frozen=True)
class Horloge:
    """One clock of a violation: what must be done, until when, and when it was."""

    libelle: str
    echeance: dt.datetime
    fait_le: dt.datetime | None
    preavis: dt.timedelta = dt.timedelta(hours=HEURES_PREAVIS)

    def rappel(self, a: dt.datetime) -> str:
        """Return what asks for a mail: « depasse », « bientot », nothing while there is time or once it is done."""
        if self.fait_le is not None or a < self.echeance - self.preavis:
            return ""
        return "depasse" if a > self.echeance else "bientot"

    def niveau(self, a: dt.datetime) -> str:
        """Return « succes » (done in time), « erreur » (late, or done late), « avertissement » (still running)."""
        if self.fait_le is not None:
            return "succes" if self.fait_le <= self.echeance else "erreur"
        return "avertissement" if a <= self.echeance else "erreur"

    def phrase(self, a: dt.datetime) -> str:
        """Say where the clock stands, in words."""
        if self.fait_le is not None:
            return "Fait dans le délai" if self.fait_le <= self.echeance else "Fait après le délai"
        if a > self.echeance:
            return "Délai dépassé"
        heures = int((self.echeance - a).total_seconds() // 3600)
        return f"Il reste {heures} h" if heures else "Il reste moins d’une heure"


def preavis(heures: int) -> dt.timedelta:
    """R-02: how long before the end of a delay of so many hours it is recalled."""
    return dt.timedelta(hours=min(HEURES_PREAVIS, heures / 2))


def echeance_reponse(recue_le: dt.date) -> dt.date:
    """R-03: the last day to answer, one month after the reception (T-02)."""
    return plus_mois(recue_le, MOIS_REPONSE)


def alerte_atteinte(recue_le: dt.date, jour: dt.date) -> int:
    """Return the last alert threshold reached on `jour`, in days since the reception; 0 before the first."""
    passes = (jour - recue_le).days
    return max((seuil for seuil in JOURS_ALERTES if passes >= seuil), default=0)


class EtapeImpossible(TropTard):
    """The request is answered, the violation closed, or this step is done, or does not come now."""
