"""D-15: a superviseur's decision keeps an open demande 15 more days, once; what is over is not kept longer."""

import datetime as dt

import pytest

from signalements.actions import instruction
from signalements.models.demandes import Demande
from signalements.workflow import Statut, TransitionImpossible
from tests.signalements.fabrique import demande_en

RAISON = "La commission se réunit la semaine prochaine."


def test_d15_a_decision_sent_twice_prolongs_once(technicien_metz, agent_moselle, superviseur_moselle):
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    terme, deja_lue = demande.terme_le, Demande.objects.get(pk=demande.pk)
    instruction.prolonger(demande, texte=RAISON, par=superviseur_moselle)
    with pytest.raises(TransitionImpossible):
        instruction.prolonger(deja_lue, texte=RAISON, par=superviseur_moselle)
    demande.refresh_from_db()
    assert (demande.prolongations, demande.terme_le) == (1, terme + dt.timedelta(days=15))


@pytest.mark.parametrize("statut", [Statut.ANNULEE, Statut.IRRECEVABLE, Statut.CLOTUREE])
def test_d15_what_is_over_is_not_prolonged(technicien_metz, agent_moselle, superviseur_moselle, statut):
    demande = demande_en(statut, technicien_metz, agent_moselle)
    terme = demande.terme_le
    with pytest.raises(TransitionImpossible):
        instruction.prolonger(demande, texte=RAISON, par=superviseur_moselle)
    demande.refresh_from_db()
    assert (demande.prolongations, demande.terme_le) == (0, terme)
