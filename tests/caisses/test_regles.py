"""The working days of a caisse: tables and a property. No database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caisses import regles

J = dt.date.fromisoformat
JOURS = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    ("depart", "jours", "departement", "attendu"),
    [
        ("2026-04-02", 5, "83", "2026-04-10"),
        ("2026-04-02", 5, "57", "2026-04-13"),
        ("2026-04-30", 10, "57", "2026-05-19"),
        ("2026-04-30", 10, "83", "2026-05-19"),
        ("2026-04-04", 1, "83", "2026-04-07"),
    ],
)
def test_working_days(depart, jours, departement, attendu):
    """T-04: Monday to Friday less the caisse's holidays; the day of the event does not count."""
    assert regles.jour_ouvre_apres(J(depart), jours, departement) == J(attendu)


@pytest.mark.parametrize("departement", ["57", "67", "68"])
def test_alsace_moselle_has_two_more_days(departement):
    """T-04: Good Friday and 26 December, in the three départements."""
    assert not regles.est_ouvre(J("2026-04-03"), departement)
    assert not regles.est_ouvre(J("2025-12-26"), departement)
    assert regles.est_ouvre(J("2026-04-03"), "83")


@pytest.mark.parametrize(
    ("departement", "jour"),
    [
        ("971", "2026-05-27"),
        ("972", "2026-05-22"),
        ("973", "2026-06-10"),
        ("974", "2026-12-20"),
        ("976", "2026-04-27"),
    ],
)
def test_overseas_days(departement, jour):
    """T-04, A-01: the abolition of slavery has its own day in each overseas département."""
    assert J(jour) in regles.jours_feries(departement, 2026)
    assert J(jour) not in regles.jours_feries("83", 2026)


def test_customary_days_of_a_caisse():
    """T-04: the caisse's own table."""
    pont = J("2026-05-15")
    assert regles.est_ouvre(pont, "83")
    assert not regles.est_ouvre(pont, "83", {pont})
    assert regles.jour_ouvre_apres(J("2026-05-13"), 1, "83", {pont}) == J("2026-05-18")


@given(jour=JOURS, jours=st.integers(0, 40), departement=st.sampled_from(["57", "83", "974", "75"]))
def test_working_days_count_back(jour, jours, departement):
    """T-04: the n-th working day is n working days away, and is worked."""
    echu = regles.jour_ouvre_apres(jour, jours, departement)
    assert regles.jours_ouvres_entre(jour, echu, departement) == jours
    assert jours == 0 or regles.est_ouvre(echu, departement)
