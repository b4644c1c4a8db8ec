"""Holds: kept past the term under another key, for a reason and until a date; then gone."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine

from conformite.gels import DejaGele, est_gele, lever_gel, poser_gel
from conformite.models.journal import LigneJournal
from conformite.models.travaux import Gel
from conformite.purge import purger
from conformite.scellement import creer_cles, jours_de_terme, vider_le_cache
from signalements.models.demandes import Demande
from tests.conformite.demandes import CONTENU, un_decor, une_demande

pytestmark = pytest.mark.django_db
TERME = dt.date(2027, 2, 28)
FIN = dt.date(2027, 3, 20)


class Dpo:
    """An account, as far as the action reads it."""

    pk, profil = 7, "dpo"


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, settings) -> Path:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(FIN + dt.timedelta(days=20), TERME - dt.timedelta(days=3))
    yield settings.DOSSIER_CLES
    vider_le_cache()


def a(texte: str) -> time_machine.travel:
    return time_machine.travel(dt.datetime.fromisoformat(texte), tick=False)


@pytest.fixture
def demande() -> Demande:
    with a("2027-02-26T12:00+00:00"):
        return une_demande(un_decor(), TERME)


def geler(demande: Demande, raison: str = Gel.Raison.DROITS, jusqu_a: dt.date = FIN) -> Gel:
    return poser_gel(
        demande, raison=raison, jusqu_a=jusqu_a, fuseau="Europe/Paris", par=Dpo, caisse=demande.caisse
    )


def test_a_hold_moves_the_term_and_lets_the_key_of_the_day_go(demande):
    with a("2027-02-27T12:00+00:00"):
        geler(demande)
        assert est_gele(demande)
    with a("2027-03-02T12:00+00:00"):
        purger()
        assert TERME not in jours_de_terme()
        demande.refresh_from_db()
        assert demande.contenu == CONTENU
    with a("2027-03-20T22:59+00:00"):
        purger()
        assert Demande.objects.exists()
    with a("2027-03-20T23:00+00:00"):
        purger()
    assert not Demande.objects.exists()
    assert LigneJournal.objects.filter(acte="gel.poser", compte=7, reference=demande.reference).exists()


@pytest.mark.parametrize(("leve_le", "terme"), [("2027-02-27", TERME), ("2027-03-05", dt.date(2027, 3, 5))])
def test_a_lifted_hold_gives_the_former_term_back_or_today(demande, leve_le, terme):
    with a("2027-02-27T10:00+00:00"):
        gel = geler(demande)
    with a(f"{leve_le}T12:00+00:00"):
        assert lever_gel(gel, fuseau="Europe/Paris", par=Dpo)
        assert not lever_gel(gel, fuseau="Europe/Paris", par=Dpo)
        assert not est_gele(demande)
    demande.refresh_from_db()
    assert demande.terme_le == terme


def test_two_reasons_hold_until_the_last_one(demande):
    with a("2027-02-27T10:00+00:00"):
        gel = geler(demande)
        geler(demande, Gel.Raison.VIOLATION, FIN + dt.timedelta(days=5))
        with pytest.raises(DejaGele):
            geler(demande)
        lever_gel(gel, fuseau="Europe/Paris", par=Dpo)
    with a("2027-03-22T10:00+00:00"):
        purger()
        assert Demande.objects.exists()
    with a("2027-03-26T10:00+00:00"):
        purger()
    assert not Demande.objects.exists()
