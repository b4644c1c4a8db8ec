"""A year by the clock: 40 demandes a month, a purge each night, and a bilan that equals to the unit what was done.

Six months of retention: half of the year is gone when it is told. Signed, it stays equal the year after.
"""

from tests.conventions.annee import Annee


def test_a_year_by_the_clock(technicien_metz, agent_moselle, metz):
    """C-11, C-21, D-15: each figure that is shown, each that is hidden, and none that a subtraction tells."""
    annee = Annee(metz.conventions.get(), technicien_metz, agent_moselle).vivre(40)
    assert annee.attendu["recue"][""] == 480
    assert annee.tenir() >= 12
