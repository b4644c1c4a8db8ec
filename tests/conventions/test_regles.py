"""Dates and quotas: the tables of the conventions, the renewal bugs seen elsewhere, and properties. No database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformite.jours import terme
from conventions import regles, workflow
from conventions.regles import A_TOUT_MOMENT, AVANT_ECHEANCE, SANS_PREAVIS

J = dt.date.fromisoformat
JOURS = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2060, 12, 31))
DUREES = st.sampled_from([1, 3, 6, 12, 24, 36])


def part(fin=None, cause="", debut="2024-01-01"):
    return workflow.Part(J(debut) if debut else None, J(fin) if fin else None, cause)


@pytest.mark.parametrize(
    ("parts", "attendu"),
    [
        ([], None),
        ([part(debut="")], None),
        ([part(), part(debut="")], "en_vigueur"),
        ([part(), part("2024-06-01", "denonciation")], "en_vigueur"),
        ([part("2024-06-16", "denonciation")], "denoncee"),
        ([part("2024-06-16", "terme"), part("2024-06-16", "denonciation")], "en_vigueur"),
        ([part("2024-06-15", "denonciation")], "terminee"),
        ([part("2024-06-15", "terme"), part("2024-06-01", "resiliation")], "terminee"),
        ([part("2024-06-01", "denonciation"), part("2024-06-15", "resiliation")], "resiliee"),
        ([part("2024-06-15", "remplacement")], "remplacee"),
    ],
)
def test_the_state_follows_the_parts(parts, attendu):
    """C-01: on 15 June 2024: in force while one part goes on, denounced when all are, then named by the last end."""
    assert workflow.statut_deduit(parts, J("2024-06-15")) == attendu


# T-01


@pytest.mark.parametrize(
    ("debut", "rang", "attendue"),
    [
        ("2023-01-31", 1, "2024-01-31"),
        ("2023-01-31", 2, "2025-01-31"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
    ],
)
def test_echeance_is_counted_from_the_start(debut, rang, attendue):
    """T-01: the k-th échéance is start + k × duration, never counted from the previous one."""
    assert regles.echeance(J(debut), 12, rang) == J(attendue)


def test_in_force_from_the_start_to_the_eve_of_the_end():
    """T-01: 00:00 of the start to 24:00 of the eve of the end."""
    debut, fin = J("2025-03-01"), J("2026-03-01")
    vigueur = {
        jour: regles.est_en_vigueur(debut, fin, J(jour))
        for jour in ("2025-02-28", "2025-03-01", "2026-02-28", "2026-03-01")
    }
    assert vigueur == {"2025-02-28": False, "2025-03-01": True, "2026-02-28": True, "2026-03-01": False}
    assert not regles.est_en_vigueur(None, None, debut)
    assert regles.est_en_vigueur(debut, None, J("2999-01-01"))


def test_the_day_of_an_echeance_belongs_to_the_new_period():
    """T-01, C-03: at 00:00 of the échéance the convention has been renewed."""
    debut = J("2023-05-10")
    assert regles.prochaine_echeance(debut, 12, J("2024-05-09")) == J("2024-05-10")
    assert regles.prochaine_echeance(debut, 12, J("2024-05-10")) == J("2025-05-10")
    assert regles.rang_en_cours(debut, 12, J("2022-01-01")) == 1


@given(debut=JOURS, duree=DUREES, rang=st.integers(1, 40))
def test_echeance_never_drifts(debut, duree, rang):
    """T-01: whatever the number of renewals, the day is the start's, or the last of a shorter month."""
    echue = regles.echeance(debut, duree, rang)
    dernier = (echue.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    assert echue.day == min(debut.day, dernier.day)
    assert (echue.year - debut.year) * 12 + echue.month - debut.month == duree * rang


@given(debut=JOURS, duree=DUREES, jour=JOURS)
def test_next_echeance_is_the_first_one_after_the_day(debut, duree, jour):
    """T-01: no échéance lies between the day and the next échéance."""
    rang = regles.rang_en_cours(debut, duree, jour)
    assert regles.echeance(debut, duree, rang) > jour
    assert rang == 1 or regles.echeance(debut, duree, rang - 1) <= jour


# T-02, T-03


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-05-31", -3, "2025-02-28"),
        ("2024-05-31", -3, "2024-02-29"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2025-06-30", 0, "2025-06-30"),
    ],
)
def test_months(jour, mois, attendu):
    """T-02: same day of the month, or its last day, across the change of year too."""
    assert regles.plus_mois(J(jour), mois) == J(attendu)


def test_formal_notice_counts_calendar_days():
    """T-03, C-05: sent 10/06/2026 for 15 days, from 26/06; received 12/06/2026 for 30 days, from 13/07."""
    assert regles.resiliable_des(J("2026-06-10"), 15) == J("2026-06-26")
    assert regles.resiliable_des(J("2026-06-12"), 30) == J("2026-07-13")


# C-04


def effet(lettre, *, mode=AVANT_ECHEANCE, mois=3, debut="2024-05-31", reconduction=True, duree=12):
    """Return what a letter does on a convention of these tests."""
    return regles.effet_denonciation(
        mode=mode, mois=mois, debut=J(debut), duree_mois=duree, reconduction=reconduction, lettre=J(lettre)
    )


def test_letter_in_time_ends_at_the_echeance():
    """C-04, T-02: 28/02/2025 is the last day of a three months' notice before 31/05/2025."""
    assert effet("2025-02-28") == regles.Denonciation(J("2025-05-31"))


def test_the_last_day_before_a_short_month():
    """C-04, T-02: counted back from the échéance, not forward from the letter, unless the convention says any time."""
    echeance = dt.date(2025, 2, 28)
    assert regles.dernier_jour_denonciation(AVANT_ECHEANCE, 1, echeance) == dt.date(2025, 1, 28)
    assert regles.dernier_jour_denonciation(A_TOUT_MOMENT, 1, echeance) == dt.date(2025, 1, 31)


def test_letter_one_day_late_renews_once_more():
    """C-03, C-04: one day late, the convention is renewed and ends at the next échéance."""
    assert effet("2025-03-01") == regles.Denonciation(J("2026-05-31"), echeance_manquee=J("2025-05-31"))


def test_a_tout_moment_ends_two_months_after():
    """C-04 [68]: whatever the échéance."""
    assert effet("2026-12-31", mode=A_TOUT_MOMENT, mois=2).fin == J("2027-02-28")


def test_sans_preavis_until_the_eve():
    """C-04: notified at the latest the day before the échéance; on the day itself it is for the next one."""
    assert effet("2025-05-30", mode=SANS_PREAVIS).fin == J("2025-05-31")
    assert effet("2025-05-31", mode=SANS_PREAVIS).fin == J("2026-05-31")


def test_without_renewal_the_end_is_the_first_echeance():
    """C-03: a convention that is not renewed ends at its term, sooner if a notice at any time says so."""
    assert effet("2025-04-01", reconduction=False).fin == J("2025-05-31")
    assert effet("2024-06-01", mode=A_TOUT_MOMENT, mois=2, reconduction=False).fin == J("2024-08-01")
    assert effet("2025-05-01", mode=A_TOUT_MOMENT, mois=2, reconduction=False).fin == J("2025-05-31")


def test_no_letter_before_the_start():
    """C-04: there is nothing to denounce before the convention is in force."""
    with pytest.raises(ValueError, match="précède"):
        effet("2024-05-30")


@given(
    debut=JOURS,
    mois=st.integers(1, 6),
    rang=st.integers(1, 20),
    mode=st.sampled_from([AVANT_ECHEANCE, SANS_PREAVIS]),
)
def test_in_time_or_one_day_late(debut, mois, rang, mode):
    """C-03, C-04: on the last day it ends at that échéance; the day after, at the next one."""
    date_echeance = regles.echeance(debut, 12, rang)
    dernier = regles.dernier_jour_denonciation(mode, mois, date_echeance)
    termes = {"mode": mode, "mois": mois, "debut": debut, "duree_mois": 12, "reconduction": True}
    assert regles.effet_denonciation(lettre=dernier, **termes).fin == date_echeance
    tard = dernier + dt.timedelta(days=1)
    assert regles.effet_denonciation(lettre=tard, **termes).fin == regles.echeance(debut, 12, rang + 1)


@given(jour=JOURS, mois=st.integers(1, 6))
def test_last_day_at_any_time(jour, mois):
    """C-04: the last day whose effect falls no later than the échéance."""
    dernier = regles.dernier_jour_denonciation(A_TOUT_MOMENT, mois, jour)
    assert regles.plus_mois(dernier, mois) <= jour < regles.plus_mois(dernier + dt.timedelta(days=1), mois)


# Bugs of renewal seen elsewhere for ten years


def test_notice_is_counted_from_the_coming_end():
    """Not from the first end: in the third year the last day is three months before the third échéance."""
    assert effet("2027-02-28", debut="2024-05-31").fin == J("2027-05-31")
    assert effet("2027-03-01", debut="2024-05-31").fin == J("2028-05-31")


def test_initial_period_is_not_added_again():
    """At the second renewal too: 12 months, then 12, then 12."""
    fins = [
        regles.prochaine_echeance(J("2023-09-15"), 12, J(f"{annee}-10-01")) for annee in (2023, 2024, 2025)
    ]
    assert fins == [J("2024-09-15"), J("2025-09-15"), J("2026-09-15")]


def test_change_of_year():
    """A notice in November for an échéance in January."""
    assert effet("2025-11-10", debut="2024-02-10").fin == J("2026-02-10")
    assert effet("2025-11-11", debut="2024-02-10").fin == J("2027-02-10")


# T-05, T-06, C-16


@pytest.mark.parametrize("heures", [24, 48, 72])
def test_hours_run_without_stop(heures):
    """T-05: through the night when the clocks change, hours are hours."""
    paris = dt.timezone(dt.timedelta(hours=1))
    connu = dt.datetime(2026, 3, 28, 23, 30, tzinfo=paris)
    echu = regles.plus_heures(connu, heures)
    assert echu - connu == dt.timedelta(hours=heures)
    assert echu.tzinfo == dt.UTC


def test_hours_need_a_zone():
    """T-05: a naive instant is refused."""
    with pytest.raises(ValueError, match="fuseau"):
        regles.plus_heures(dt.datetime(2026, 3, 28, 23, 30), 48)


def test_retention_is_a_day_of_the_caisse():
    """T-06, T-02: 31/08/2025 at 23:30 in Metz + 6 months is 28/02/2026; in La Réunion it is already 1 September."""
    recue = dt.datetime(2025, 8, 31, 21, 30, tzinfo=dt.UTC)
    assert terme(recue, 6, "Europe/Paris") == J("2026-02-28")
    assert terme(recue, 6, "Indian/Reunion") == J("2026-03-01")


def test_good_end():
    """C-16: 0 day by default, 30 at most."""
    assert regles.fin_de_bonne_fin(J("2026-05-31"), 0) == J("2026-05-31")
    assert regles.fin_de_bonne_fin(J("2026-05-31"), 30) == J("2026-06-30")
    with pytest.raises(ValueError, match="30 jours"):
        regles.fin_de_bonne_fin(J("2026-05-31"), 31)


# Quotas


@pytest.mark.parametrize(
    ("membres", "gestionnaires", "techniciens"),
    [(1, 2, 5), (10, 2, 5), (11, 3, 15), (25, 3, 15), (26, 5, 25), (4000, 5, 25)],
)
def test_quota_by_size(membres, gestionnaires, techniciens):
    """Q-01, Q-02."""
    assert regles.quota(regles.QUOTA_GESTIONNAIRES, membres) == gestionnaires
    assert regles.quota(regles.QUOTA_TECHNICIENS, membres) == techniciens


def test_another_rule_by_convention():
    """Q-03 [82]: one gestionnaire, 25 techniciens whatever the size."""
    assert [regles.quota([[0, 1]], membres) for membres in (1, 300)] == [1, 1]
    assert regles.quota([], 12) == 0


def test_most_favourable_rule():
    """Q-06: the best of the conventions in force, none without a convention."""
    assert regles.quota_le_plus_favorable([[[0, 1]], regles.QUOTA_GESTIONNAIRES], 18) == 3
    assert regles.quota_le_plus_favorable([], 18) == 0


@pytest.mark.parametrize(
    ("paliers", "mot"),
    [
        ([], "au moins un palier"),
        ([[10, 2]], "dernier palier"),
        ([[10, 2], [10, 3], [0, 5]], "plus petit au plus grand"),
        ([[10, 0], [0, 5]], "au moins un compte"),
        ([[10, 6], [0, 5]], "plus grande"),
        ([[-3, 2], [0, 5]], "plus petit au plus grand"),
    ],
)
def test_unsound_quota_rules(paliers, mot):
    """Q-01, Q-03: at least one account, sizes that grow, a last open size."""
    assert mot in " ".join(regles.verifier_paliers(paliers))
    assert regles.verifier_paliers(regles.QUOTA_TECHNICIENS) == []
