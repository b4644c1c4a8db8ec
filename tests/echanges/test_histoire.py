"""The whole story of the exchanges by the clock, through the pages (E-01 to E-11); in browsers: `make epreuves`."""

from pathlib import Path

from tests.echanges.histoire import Annee, EcranDEssai


def test_a_year_of_exchanges(db: None, tmp_path: Path, settings):
    Annee(EcranDEssai, tmp_path / "cles", settings).vivre()
