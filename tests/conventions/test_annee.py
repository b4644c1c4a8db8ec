"""A year by the clock, in short: the long form is tests/epreuves/test_annee.py."""

import pytest

from tests.conventions.annee import Annee


@pytest.mark.lent
def test_the_year_equals_what_was_done(technicien_metz, agent_moselle, metz):
    """C-11, C-21, D-15: six months of retention, purges, and every figure of the twelve months is the one counted by hand."""
    annee = Annee(metz.conventions.get(), technicien_metz, agent_moselle).vivre(4, nuits=10)
    assert annee.attendu["recue"][""] == 48
    assert annee.tenir() >= 4
