"""Thin entry points of the jobs of this app. Each finds what is due by itself."""

import datetime as dt

from celery import shared_task

from conformite.jours import premier_jour_vivant
from conformite.purge import purger
from conformite.sceaux import purger_le_journal, sceller_le_journal
from conformite.scellement.termes import AVANCE_JOURS, creer_cles
from conformite.temoin import reconnaitre


@shared_task(name="conformite.purger")
def purger_ce_qui_est_du() -> dict[str, int]:
    """Destroy what is due, then the keys of the days that are over, then the journal past its 12 months."""
    return purger() | {"journal": purger_le_journal()}


@shared_task(name="conformite.creer_cles")
def creer_les_cles() -> dict[str, int]:
    """Make the keys of the 400 days ahead; raise DossierEtranger rather than fill a folder that is not ours."""
    reconnaitre()
    return {"cles": creer_cles(premier_jour_vivant() + dt.timedelta(days=AVANCE_JOURS))}


@shared_task(name="conformite.sceller_journal")
def sceller_les_lignes() -> dict[str, int]:
    """Seal what was written in the journal since the last seal."""
    return {"lignes": sceller_le_journal()}
