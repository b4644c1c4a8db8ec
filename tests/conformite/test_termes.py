"""T-06: the table of terms, from the deposit to the purge, seen from outside.

A demande received on a day is read the day before its term and on it, until 24:00 in the zone of its caisse, and is
gone at the first run after; months as in T-02; the parameter is the one in force at the reception, whatever an avenant
says later (C-06), unless it says so for what is there.
"""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from caisses.models import Caisse
from conformite.purge import purger
from conformite.scellement import creer_cles, jours_de_terme, vider_le_cache
from signalements.actions import instruction
from signalements.depot import actions as depot
from signalements.models.demandes import Demande
from tests.distribution import connecte as ouvrir_une_session
from tests.signalements.fabrique import commencer

JOUR = dt.timedelta(days=1)
ATTESTATIONS = ["information", "accord", "consentement"]


@pytest.fixture
def cles(tmp_path: Path, settings):
    """Keys for the days of one case, wherever it is in time."""
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    yield lambda terme: creer_cles(terme + 2 * JOUR, terme - 2 * JOUR)
    vider_le_cache()


def lire(client: Client, demande: Demande) -> int:
    return client.get(f"/demandes/{demande.reference}/").status_code


@pytest.mark.parametrize(
    ("recue", "fuseau", "mois", "terme", "fin"),
    [
        # 31 August and six months: the last day of February, of a leap year too.
        ("2025-08-31T10:00Z", "Europe/Paris", 6, "2026-02-28", "2026-02-28T23:00Z"),
        ("2023-08-31T10:00Z", "Europe/Paris", 6, "2024-02-29", "2024-02-29T23:00Z"),
        # 29 February: the 28th a year later.
        ("2024-02-29T10:00Z", "Europe/Paris", 12, "2025-02-28", "2025-02-28T23:00Z"),
        ("2024-02-29T10:00Z", "Europe/Paris", 6, "2024-08-29", "2024-08-29T22:00Z"),
        # The same instant: 1 September in La Réunion, 31 August in Fort-de-France.
        ("2025-08-31T22:30Z", "Indian/Reunion", 6, "2026-03-01", "2026-03-01T20:00Z"),
        ("2025-08-31T22:30Z", "America/Martinique", 6, "2026-02-28", "2026-03-01T04:00Z"),
        ("2025-08-31T22:30Z", "Europe/Paris", 6, "2026-03-01", "2026-03-01T23:00Z"),
        # The parameter of the convention.
        ("2025-12-31T10:00Z", "Europe/Paris", 1, "2026-01-31", "2026-01-31T23:00Z"),
        ("2025-11-30T10:00Z", "Europe/Paris", 3, "2026-02-28", "2026-02-28T23:00Z"),
    ],
)
def test_t06_read_until_midnight_of_its_term_and_gone_at_the_first_run_after(
    request, cles, recue, fuseau, mois, terme, fin
):
    recue_le, terme_le, minuit = instant(recue), dt.date.fromisoformat(terme), instant(fin)
    with time_machine.travel(recue_le, tick=False):
        cles(terme_le)
        cles(recue_le.date() + 30 * JOUR)
        technicien, agent = (request.getfixturevalue(nom) for nom in ("technicien_metz", "agent_moselle"))
        Caisse.objects.filter(code="moselle").update(fuseau=fuseau)
        convention = technicien.partenaire.participations.get().convention
        convention.conservation_mois = mois
        convention.save()
        demande = commencer(technicien)
        depot.deposer(demande, attestations=ATTESTATIONS, par=technicien)
        # What is decided after the reception changes nothing for what is there.
        convention.conservation_mois = 12 if mois != 12 else 3
        convention.save()
        instruction.prendre_en_charge(demande, par=agent)
        instruction.declarer_irrecevable(demande, raison="hors-motif", texte="Autre motif.", par=agent)
    demande.refresh_from_db()
    assert demande.terme_le == terme_le

    for quand, lisible in (
        (minuit - 1 * JOUR, True),
        (minuit - dt.timedelta(hours=12), True),
        (minuit - dt.timedelta(seconds=1), True),
        (minuit, False),
        (minuit + 1 * JOUR, False),
    ):
        with time_machine.travel(quand, tick=False):
            purger()
            assert Demande.objects.filter(pk=demande.pk).exists() is lisible, quand
            if lisible:
                vider_le_cache()
                assert Demande.objects.get(pk=demande.pk).contenu["assure"]["nom"]
    with time_machine.travel(minuit + 2 * JOUR, tick=False):
        purger()
        assert terme_le not in jours_de_terme(), "the day is over in every zone"
        # A year later a password is too old: not what is tried here.
        technicien.mot_de_passe_change_le = minuit
        technicien.save()
        assert lire(ouvrir_une_session(technicien), demande) == 404


def instant(texte: str) -> dt.datetime:
    return dt.datetime.fromisoformat(texte).astimezone(dt.UTC)
