"""T-06: what a day is, around midnight: that of the caisse, on the forms as on the desk (Cayenne, Saint-Denis, Paris)."""

import datetime as dt

import pytest
import time_machine

from signalements.models.demandes import Demande
from socle import horloge
from tests.signalements.fabrique import commencer, deposer
from tests.signalements.test_depot import SAISIE

VEILLE = horloge.temps_reel().date() + dt.timedelta(days=3)
JOUR = VEILLE + dt.timedelta(days=1)
SOIR = dt.datetime.combine(VEILLE, dt.time(21), dt.UTC)
NUIT = dt.datetime.combine(JOUR, dt.time(2, 30), dt.UTC)


@pytest.mark.parametrize(
    ("fuseau", "instant", "commence"),
    [
        ("Indian/Reunion", SOIR, True),
        ("Europe/Paris", SOIR, False),
        ("America/Cayenne", NUIT, False),
        ("Europe/Paris", NUIT, True),
    ],
)
def test_le_jour_est_celui_de_la_caisse(
    connecte, technicien_metz, agent_moselle, caisse_moselle, fuseau, instant, commence
):
    """T-06: a child born on the new day is taken once it began there; what was promised for the eve is late then."""
    type(caisse_moselle).objects.filter(pk=caisse_moselle.pk).update(fuseau=fuseau)
    promise = deposer(technicien_metz)
    Demande.objects.filter(pk=promise.pk).update(promise_le=VEILLE)
    with time_machine.travel(instant, tick=False):
        demande = commencer(technicien_metz)
        adresse = f"/demandes/{demande.reference}/brouillon/"
        reponse = connecte(technicien_metz).post(adresse, SAISIE | {"naissance": f"{JOUR:%d/%m/%Y}"})
        assert reponse.status_code == (302 if commence else 422)
        assert Demande.objects.get(pk=promise.pk).en_retard == commence
        # The desk, its basket and its row say the same.
        tri = connecte(agent_moselle).get("/tri/?panier=en-retard").content.decode()
        assert (promise.reference in tri) == commence
        tri = connecte(agent_moselle).get("/tri/?panier=toutes").content.decode()
        ligne = next(une for une in tri.split("<tr") if promise.reference in une)
        assert ("hier" in ligne, "aujourd’hui" in ligne) == (commence, not commence)
