"""The brake of the closings: a clock one year ahead closes nothing for good before a person has looked."""

import datetime as dt

import pytest
import time_machine

from conformite import freins, purge
from conformite.models.travaux import FreinPurge
from signalements.echeances import faire_ce_qui_est_du
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import demande_en

UN_AN = dt.timedelta(days=365)


@pytest.fixture
def en_attente(technicien_metz, agent_moselle):
    """Twelve demandes that wait for their structure since today."""
    return [demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle) for _ in range(12)]


def closes() -> int:
    return Demande.objects.filter(statut=Statut.CLOTUREE).count()


def test_une_horloge_en_avance_ne_clot_rien(en_attente, dpo_moselle, caisse_moselle):
    """K12: by caisse, told to the DPO; the clock back, the brake has no more object."""
    client = distribution.connecte(dpo_moselle)
    termes = set(Demande.objects.values_list("terme_le", "prolongations"))
    with time_machine.travel(horloge.temps_reel() + UN_AN):
        assert faire_ce_qui_est_du()["freins"] == 2
        assert faire_ce_qui_est_du()["freins"] == 2
    assert closes() == 0
    # What is kept longer than was told is kept so for good: D-15.
    assert set(Demande.objects.values_list("terme_le", "prolongations")) == termes
    assert list(FreinPurge.objects.ouverts().values_list("volume", flat=True)) == [12, 12]
    page = client.get("/conformite/conservation/").content.decode()
    assert f"à clore, {caisse_moselle.nom}" in page and f"à prolonger, {caisse_moselle.nom}" in page
    assert faire_ce_qui_est_du()["freins"] == 0
    closes_sans_objet = FreinPurge.objects.filter(cloture=FreinPurge.Cloture.SANS_OBJET)
    assert closes_sans_objet.count() == FreinPurge.objects.count() == 2


def test_le_dpo_libere_les_clotures_une_fois(en_attente, dpo_moselle):
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=120)):
        faire_ce_qui_est_du()
        freins.liberer(FreinPurge.objects.get(), par=dpo_moselle, a=horloge.maintenant())
        assert faire_ce_qui_est_du()["freins"] == 0
    assert closes() == 12
    assert FreinPurge.objects.get().cloture == FreinPurge.Cloture.EXECUTE


def test_les_corps_des_courriels_ont_leur_frein(db):
    """K12: more mails than the purge of a day ever takes."""
    maintenant = horloge.maintenant()
    CourrielSortant.objects.bulk_create(
        CourrielSortant(
            message_id=f"<{rang}@portail.example>",
            destinataire="alix@metz.example",
            gabarit="essai",
            cree_le=maintenant,
            envoye_le=maintenant,
        )
        for rang in range(355)
    )
    assert purge.purger(maintenant + UN_AN)["freins"] >= 1
    assert CourrielSortant.objects.filter(gabarit="essai").count() == 355
